import { isOver } from '../../shared/incident/case-life.ts';
import { type Category, categoryOf } from '../../shared/incident/categories.ts';
import type { Concerns } from '../../shared/incident/entries.ts';
import type { Evidence } from '../../shared/incident/evidence.ts';
import type { Instant } from '../../shared/instant.ts';
import { type FindingCode, findingCatalogue } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';
import { type Case, caseOfMatter, concernsOf } from './case-store.ts';
import { type NewEntry, theServer } from './record.ts';
import type { TellCase } from './telling.ts';
import type { CaseWriter } from './writer.ts';

export interface Misuse {
  deviceId: string;
  code: FindingCode;
  text: string;
  at: Instant;
}

/** What is known of a device at this moment, to be frozen; undefined: nothing can be told. */
export type EvidenceOf = (connection: Connection, deviceId: string, at: Instant) => Promise<Evidence | undefined>;

interface MisuseRecordParts {
  writer: CaseWriter;
  evidenceOf: EvidenceOf;
  tell: TellCase;
}

export type MisuseRecord = ReturnType<typeof createMisuseRecord>;

/**
 * Beyond so many times the evidence of each is no longer frozen: it would be the same device flapping, and every
 * time with its own moment stays on record all the same.
 */
const evidencesOfOne = 50;

const nobody: Concerns = { people: [], roles: [] };

/**
 * Puts misuse on record without anyone's help: one case for a device and a matter, repeats join it; what happens
 * after a case was closed is a new one with a link to it (INC1). Runs inside the transaction that showed the misuse.
 * Each answers the id of the case it touched.
 */
export function createMisuseRecord({ writer, evidenceOf, tell }: MisuseRecordParts) {
  const evidence = async (connection: Connection, { deviceId, at }: Misuse): Promise<NewEntry[]> => {
    const data = await evidenceOf(connection, deviceId, at);
    return data === undefined ? [] : [{ kind: 'evidence', data, text: null, by: theServer }];
  };
  const unclosed = async (connection: Connection, { deviceId, code }: Misuse): Promise<Case | undefined> =>
    (await caseOfMatter(connection, { deviceId, matter: code })).unclosed;

  const repeat = async (connection: Connection, { id, facts }: Case, misuse: Misuse): Promise<string> => {
    const { text, at: happenedAt } = misuse;
    const frozen = facts.count < evidencesOfOne ? await evidence(connection, misuse) : [];
    await writer.write(connection, id, [{ kind: 'repeated', data: { happenedAt }, text, by: theServer }, ...frozen]);
    await tell(connection, { incidentId: id, what: 'repeated' });
    return id;
  };

  return {
    began: async (connection: Connection, misuse: Misuse & { settingId: string }): Promise<string> => {
      const { settingId, deviceId, code } = misuse;
      const { unclosed: standing, last } = await caseOfMatter(connection, { deviceId, matter: code });
      if (standing !== undefined) return repeat(connection, standing, misuse);
      const before = last !== undefined && isOver(last.facts.state) ? last : undefined;
      // Whom the case before was to pass by learns nothing of the one that goes on from it either, until the lead says so.
      const concerns = before === undefined ? nobody : await concernsOf(connection, before.id);
      const from = { follows: before?.id ?? null, confidential: before?.facts.confidential ?? false, concerns };
      const id = await writer.open(connection, settingId, [
        openedBy(misuse, { category: categoryOf(code), ...from }),
        ...(await evidence(connection, misuse)),
      ]);
      await tell(connection, { incidentId: id, what: 'opened' });
      return id;
    },
    changed: async (connection: Connection, misuse: Misuse): Promise<string | undefined> => {
      const standing = await unclosed(connection, misuse);
      if (standing === undefined) return undefined;
      const { text, at: happenedAt } = misuse;
      await writer.write(connection, standing.id, [{ kind: 'changed', data: { happenedAt }, text, by: theServer }]);
      return standing.id;
    },
    ended: async (connection: Connection, misuse: Misuse): Promise<string | undefined> => {
      const standing = await unclosed(connection, misuse);
      if (standing === undefined) return undefined;
      const { text, at: happenedAt } = misuse;
      await writer.write(connection, standing.id, [{ kind: 'ended', data: { happenedAt }, text, by: theServer }]);
      return standing.id;
    },
  };
}

function openedBy(
  { deviceId, code, text, at }: Misuse,
  { category, ...from }: { category: Category; follows: string | null; confidential: boolean; concerns: Concerns },
): NewEntry & { kind: 'opened' } {
  const { severity } = findingCatalogue[code];
  return {
    kind: 'opened',
    text,
    by: theServer,
    data: {
      source: 'device',
      matter: code,
      category,
      severity,
      deviceId,
      ...from,
      happenedAt: at,
      people: [],
      reporter: null,
    },
  };
}
