import type { Instant } from '../../shared/instant.ts';
import type { Facts } from '../../shared/policy/facts.ts';
import type { Connection } from '../storage/database.ts';
import { type JudgedDevices, sinceOf } from './judge.ts';
import type { RulesInForce } from './rules-in-force.ts';

interface FactsParts {
  devices: Pick<JudgedDevices, 'known' | 'findingsOf'>;
  rulesOf: (connection: Connection, settingId: string) => Promise<RulesInForce>;
}

/** All that the judge would look at of a device at a time; undefined: it is judged no more. Reads, and writes nothing. */
export function createFactsOf({ devices, rulesOf }: FactsParts) {
  return async (connection: Connection, deviceId: string, at: Instant): Promise<Facts | undefined> => {
    const found = await devices.known(connection, deviceId, at);
    if (found === undefined) return undefined;
    const { version, since } = await rulesOf(connection, found.settingId);
    const standing = new Map((await devices.findingsOf(connection, deviceId)).map((one) => [one.code, one]));
    return {
      ...found.known,
      settings: { version, since },
      standingSince: sinceOf(standing),
      observedUntil: found.observedUntil,
    };
  };
}
