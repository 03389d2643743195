import { randomInt } from 'node:crypto';
import type { Concerns } from '../../shared/incident/entries.ts';
import type { Connection } from '../storage/database.ts';
import { type CaseFacts, caseRowSchema, columnsOf, factsOfRow } from './case-fold.ts';

/** A case as it is stored. */
export interface Case {
  id: string;
  settingId: string;
  reference: string;
  facts: CaseFacts;
}

export function caseOf(row: unknown): Case {
  const parsed = caseRowSchema.parse(row);
  return {
    id: parsed.id,
    settingId: parsed.setting_id,
    reference: parsed.reference,
    facts: factsOfRow(parsed),
  };
}

export async function findCase(connection: Connection, id: string): Promise<Case | undefined> {
  const row: unknown = await connection('incidents').where({ id }).first();
  return row === undefined ? undefined : caseOf(row);
}

/** The unclosed case of a device and matter, if there is one; else the last closed one. */
export async function caseOfMatter(
  connection: Connection,
  { deviceId, matter }: { deviceId: string; matter: string },
): Promise<{ unclosed: Case | undefined; last: Case | undefined }> {
  const rows: unknown[] = await connection('incidents')
    .where({ device_id: deviceId, matter })
    .orderByRaw("state in ('open', 'in-hand') desc, known_at desc, id desc")
    .limit(1);
  const found = rows.map(caseOf)[0];
  const isUnclosed = found?.facts.state === 'open' || found?.facts.state === 'in-hand';
  return { unclosed: isUnclosed ? found : undefined, last: found };
}

export async function insertCase(
  connection: Connection,
  { id, settingId, facts }: { id: string; settingId: string; facts: CaseFacts },
): Promise<void> {
  await connection('incidents').insert({ id, setting_id: settingId, reference: newReference(), ...columnsOf(facts) });
}

export async function updateCase(connection: Connection, id: string, facts: CaseFacts): Promise<void> {
  await connection('incidents').where({ id }).update(columnsOf(facts));
}

export async function insertConcerns(connection: Connection, incidentId: string, concerns: Concerns): Promise<void> {
  const known = await concernsOf(connection, incidentId);
  const rows = [
    ...concerns.people.filter((id) => !known.people.includes(id)).map((id) => ({ person_id: id, role: null })),
    ...concerns.roles.filter((role) => !known.roles.includes(role)).map((role) => ({ person_id: null, role })),
  ];
  if (rows.length > 0)
    await connection('incident_concerns').insert(rows.map((row) => ({ incident_id: incidentId, ...row })));
}

/** Whom a purged case concerned goes; that it concerned somebody stays, in a row that names nobody. */
export async function forgetConcerns(connection: Connection, incidentId: string): Promise<void> {
  const gone = await connection('incident_concerns').where({ incident_id: incidentId }).delete();
  if (gone > 0) await connection('incident_concerns').insert({ incident_id: incidentId });
}

export async function concernsOf(connection: Connection, incidentId: string): Promise<Concerns> {
  const rows: { person_id: string | null; role: Concerns['roles'][number] | null }[] = await connection(
    'incident_concerns',
  )
    .where({ incident_id: incidentId })
    .orderBy(['person_id', 'role'])
    .select('person_id', 'role');
  return {
    people: rows.flatMap(({ person_id }) => person_id ?? []),
    roles: rows.flatMap(({ role }) => role ?? []),
  };
}

export async function followersOf(connection: Connection, id: string): Promise<string[]> {
  const rows: { id: string }[] = await connection('incidents').where({ follows: id }).orderBy('known_at').select('id');
  return rows.map((row) => row.id);
}

const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** So many characters that are not mistaken for one another. */
export function randomLetters(count: number): string {
  return Array.from({ length: count }, () => letters[randomInt(letters.length)] ?? 'A').join('');
}

/** Random, and no number that rises: a gap in it would tell that there is a case somebody does not see. */
function newReference(): string {
  return `${randomLetters(4)}-${randomLetters(4)}`;
}
