import type { Instant } from '../../shared/instant.ts';
import type { Policy } from '../../shared/policy/document.ts';
import { evaluate } from '../../shared/policy/evaluate.ts';
import type { Facts } from '../../shared/policy/facts.ts';
import { type Finding, findingCatalogue } from '../../shared/policy/findings.ts';
import type { Place } from '../../shared/policy/place.ts';
import type { Connection } from '../storage/database.ts';

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
export type Judge = (connection: Connection, deviceId: string, at: Instant) => Promise<string[]>;

export function createJudge({ devices, misuse, policyOf }: JudgeParts): Judge {
  return async (connection, deviceId, at) => {
    const known = await devices.factsOf(connection, deviceId);
    if (known === undefined) return [];
    const { settingId, facts } = known;
    const { findings, place } = evaluate(facts, await policyOf(connection, settingId), at);
    const standing = new Map(
      (await devices.findingsOf(connection, deviceId)).map((finding) => [finding.code, finding]),
    );
    const touched: (string | undefined)[] = [];

    const settle = async (finding: Finding): Promise<string | undefined> => {
      const { code, text } = finding;
      const before = standing.get(code);
      if (before?.text === text) return undefined;
      const isMisuse = findingCatalogue[code].misuse;
      if (before === undefined) {
        await devices.add(connection, deviceId, { ...finding, since: at });
        return isMisuse ? misuse.began(connection, { settingId, deviceId, code, text, at }) : undefined;
      }
      await devices.reword(connection, deviceId, finding);
      return isMisuse ? misuse.changed(connection, { deviceId, code, text, at }) : undefined;
    };
    const end = async (code: Finding['code']): Promise<string | undefined> => {
      await devices.remove(connection, deviceId, code);
      return findingCatalogue[code].misuse
        ? misuse.ended(connection, { deviceId, code, at, text: endText(code, facts, place) })
        : undefined;
    };

    for (const finding of findings) touched.push(await settle(finding));
    const holding = new Set(findings.map((finding) => finding.code));
    for (const code of standing.keys()) if (!holding.has(code)) touched.push(await end(code));
    return touched.filter((id) => id !== undefined);
  };
}

/** Unknown is not "no": misuse that can no longer be seen is not said to have stopped. */
function endText(code: Finding['code'], facts: Facts, place: Place): string {
  const { looksAt } = findingCatalogue[code];
  const cannotTell =
    looksAt.some((section) => facts.sections[section].state === 'unknown') ||
    (code === 'unprotected-off-site' && place.verdict === 'unknown');
  return cannotTell
    ? 'It can no longer be told whether this goes on.'
    : 'The device reports that this is no longer so.';
}
