import type { Instant } from '../../shared/instant.ts';
import type { Facts } from '../../shared/policy/facts.ts';
import type { Connection } from '../storage/database.ts';
import { type JudgedDevices, sinceOf } from './judge.ts';
import type { RulesInForce } from './rules-in-force.ts';

/** Reads a device of a setting whose rules in force are these. */
export type FactsOf = (
  connection: Connection,
  deviceId: string,
  by: { at: Instant; inForce: Pick<RulesInForce, 'version' | 'since'> },
) => Promise<Facts | undefined>;

/** All that the judge would look at of a device at a time; undefined: it is judged no more. Reads, and writes nothing. */
export function createFactsOf(devices: Pick<JudgedDevices, 'known' | 'findingsOf'>): FactsOf {
  return async (connection, deviceId, { at, inForce: { version, since } }) => {
    const found = await devices.known(connection, deviceId, at);
    if (found === undefined) return undefined;
    const standing = new Map((await devices.findingsOf(connection, deviceId)).map((one) => [one.code, one]));
    return {
      ...found.known,
      settings: { version, since },
      standingSince: sinceOf(standing),
      observedUntil: found.observedUntil,
    };
  };
}
