import type { Instant } from '../../shared/instant.ts';
import type { Policy } from '../../shared/policy/document.ts';
import { evaluate } from '../../shared/policy/evaluate.ts';
import type { Facts } from '../../shared/policy/facts.ts';
import { type Finding, findingCatalogue } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';
import { endOfMisuse, unseenMisuse } from './unseen-misuse.ts';

/** What the judge needs of devices: their facts, and where findings are kept. */
export interface JudgedDevices {
  factsOf(connection: Connection, deviceId: string): Promise<{ settingId: string; facts: Facts } | undefined>;
  findingsOf(connection: Connection, deviceId: string): Promise<(Finding & { since: Instant })[]>;
  add(connection: Connection, deviceId: string, finding: Finding & { since: Instant }): Promise<void>;
  reword(connection: Connection, deviceId: string, finding: Finding): Promise<void>;
  remove(connection: Connection, deviceId: string, code: Finding['code']): Promise<void>;
}

/** What the judge tells of misuse; repeats join the open case. Each answers the id of the incident it touched. */
export interface MisuseRecord {
  began(connection: Connection, misuse: Misuse & { settingId: string }): Promise<string>;
  /** It goes on, with other particulars. */
  changed(connection: Connection, misuse: Misuse): Promise<string | undefined>;
  ended(connection: Connection, misuse: Misuse): Promise<string | undefined>;
}

interface Misuse {
  deviceId: string;
  code: Finding['code'];
  text: string;
  at: Instant;
}

interface JudgeParts {
  devices: JudgedDevices;
  misuse: MisuseRecord;
  policyOf: (connection: Connection, settingId: string) => Promise<Policy>;
}

/**
 * Judges a device by what is stored of it, at a time: findings that are new
 * begin then, those that hold keep their beginning, those that no longer hold
 * end. Runs inside the transaction that changed the facts, so a finding of
 * misuse and its incident stand or fall with the report that showed it.
 * Answers the ids of the incidents it touched, to be told after the commit.
 */
export type Judge = (connection: Connection, deviceId: string, at: Instant, because?: Cause) => Promise<string[]>;

/** What changed: what the device says (or that it speaks), or what the setting asks of it. */
export type Cause = 'device' | 'setting';

const endTexts: { readonly [Because in Cause]: string } = {
  device: 'The device reports that this is no longer so.',
  setting: 'The setting changed what it asks of this device; by that it no longer counts.',
};

export function createJudge({ devices, misuse, policyOf }: JudgeParts): Judge {
  return async (connection, deviceId, at, because = 'device') => {
    const known = await devices.factsOf(connection, deviceId);
    if (known === undefined) return [];
    const { settingId, facts } = known;
    const policy = await policyOf(connection, settingId);
    const { findings, place } = evaluate(facts, policy, at);
    const standing = new Map(
      (await devices.findingsOf(connection, deviceId)).map((finding) => [finding.code, finding]),
    );
    const found = new Set(findings.map((finding) => finding.code));
    const notFound = [...standing.values()].filter((finding) => !found.has(finding.code));
    const holding = [...findings, ...unseenMisuse(notFound, { facts, policy, place })];
    const held = new Set(holding.map((finding) => finding.code));

    const settle = async (finding: Finding): Promise<string | undefined> => {
      const { code, text, remedy } = finding;
      const before = standing.get(code);
      if (before?.text === text && before.remedy === remedy) return undefined;
      const isMisuse = findingCatalogue[code].misuse;
      if (before === undefined) {
        await devices.add(connection, deviceId, { code, text, remedy, since: at });
        return isMisuse ? misuse.began(connection, { settingId, deviceId, code, text, at }) : undefined;
      }
      await devices.reword(connection, deviceId, { code, text, remedy });
      return isMisuse && before.text !== text ? misuse.changed(connection, { deviceId, code, text, at }) : undefined;
    };
    const end = async (code: Finding['code']): Promise<string | undefined> => {
      await devices.remove(connection, deviceId, code);
      const text =
        because === 'setting' ? endTexts.setting : (endOfMisuse(code, { facts, policy, place }) ?? endTexts.device);
      return findingCatalogue[code].misuse ? misuse.ended(connection, { deviceId, code, at, text }) : undefined;
    };

    const touched: (string | undefined)[] = [];
    for (const finding of holding) touched.push(await settle(finding));
    for (const { code } of notFound) if (!held.has(code)) touched.push(await end(code));
    return touched.filter((id) => id !== undefined);
  };
}
