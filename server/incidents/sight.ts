import { z } from 'zod';
import { type Role, roleSchema } from '../../shared/api/people.ts';
import { handlerOrder, type Sight, sights } from '../../shared/incident/visibility.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

/** Who looks. `kind`: a program with a token never sees what is confidential, for whoever gives roles could make one. */
export interface Looker {
  kind: 'person' | 'token';
  id: string;
  role: Role;
  settingId: string;
}

interface Condition {
  sql: string;
  bindings: string[];
}

const both = (word: 'and' | 'or', ...parts: Condition[]): Condition => ({
  sql: `(${parts.map(({ sql }) => sql).join(` ${word} `)})`,
  bindings: parts.flatMap(({ bindings }) => bindings),
});
const never: Condition = { sql: '0', bindings: [] };
const always: Condition = { sql: '1', bindings: [] };
const isPlain: Condition = { sql: 'incidents.confidential = 0', bindings: [] };
const isConfidential: Condition = { sql: 'incidents.confidential = 1', bindings: [] };

/**
 * Whose program a token is cannot be told: what concerns anybody is for none. Nor can it be told of a purged case whom
 * it concerned: the row that is left of that names nobody, and shuts out everybody.
 */
function notConcerned(person: Pick<Looker, 'kind' | 'id' | 'role'>): Condition {
  if (person.kind === 'token')
    return {
      sql: 'not exists (select 1 from incident_concerns c where c.incident_id = incidents.id)',
      bindings: [],
    };
  return {
    sql: 'not exists (select 1 from incident_concerns c where c.incident_id = incidents.id and (c.person_id = ? or c.role = ? or (c.person_id is null and c.role is null)))',
    bindings: [person.id, person.role],
  };
}

/** Nobody of a role, whose role has not ended, is left whom the case does not concern. */
function nobodyOf(role: Role, now: Instant): Condition {
  return {
    sql:
      'not exists (select 1 from memberships m where m.setting_id = incidents.setting_id and m.role = ? ' +
      'and (m.until is null or m.until > ?) and not exists (select 1 from incident_concerns c ' +
      'where c.incident_id = incidents.id and (c.person_id = m.person_id or c.role = m.role)))',
    bindings: [role, now],
  };
}

/** Whether those before a role in the order of handlers are all missing. */
function isNextInLine(role: Role, now: Instant): Condition {
  const order: readonly Role[] = handlerOrder;
  const place = order.indexOf(role);
  if (place < 0) return never;
  const before = handlerOrder.slice(0, place).map((each) => nobodyOf(each, now));
  return before.length === 0 ? always : both('and', ...before);
}

/** By which conditions somebody has a sight of a case, the widest first. */
function conditions(looker: Looker, now: Instant): { sight: Sight; when: Condition }[] {
  const { kind, id, role } = looker;
  const byTable = sights[role];
  const free = notConcerned(looker);
  const next = isNextInLine(role, now);
  const whole = (sight: Sight): Condition => (sight === 'whole' ? always : next);
  return [
    { sight: 'whole', when: both('and', free, isPlain, whole(byTable.plain)) },
    {
      sight: 'whole',
      when: kind === 'person' ? both('and', free, isConfidential, whole(byTable.confidential)) : never,
    },
    { sight: byTable.plain, when: byTable.plain === 'nothing' ? never : both('and', free, isPlain) },
    {
      sight: 'own',
      when: {
        sql: 'incidents.reporter_id = ? and not exists (select 1 from incident_concerns c where c.incident_id = incidents.id and c.person_id = ?)',
        bindings: [id, id],
      },
    },
  ];
}

/**
 * How much of each case somebody sees, as an expression over `incidents`: the table of `shared/incident/visibility.ts`,
 * asked in the database itself, so that lists, counts, searches, exports and events cannot disagree.
 */
export function sightOf(looker: Looker, now: Instant): Condition {
  const cases = conditions(looker, now);
  return {
    sql: `case ${cases.map(({ when }) => `when ${when.sql} then ?`).join(' ')} else 'nothing' end`,
    bindings: cases.flatMap(({ when, sight }) => [...when.bindings, sight]),
  };
}

export const sightSchema = z.enum(['whole', 'record', 'pseudonymised', 'own', 'nothing']);

/** The cases of a setting that somebody sees, with how much: a query to be narrowed further. */
export function casesSeenBy(connection: Connection, looker: Looker, now: Instant) {
  const { sql, bindings } = sightOf(looker, now);
  return connection
    .with(
      'seen',
      connection('incidents')
        .where({ setting_id: looker.settingId })
        .select('incidents.*', connection.raw(`${sql} as sight`, bindings)),
    )
    .from('seen')
    .whereNot('sight', 'nothing');
}

/** How much of one case somebody sees; `nothing` also when it is not there, or in another setting. */
export async function sightOfCase(
  connection: Connection,
  looker: Looker,
  { incidentId, now }: { incidentId: string; now: Instant },
): Promise<Sight> {
  const { sql, bindings } = sightOf(looker, now);
  const row: unknown = await connection('incidents')
    .where({ id: incidentId, setting_id: looker.settingId })
    .first(connection.raw(`${sql} as sight`, bindings));
  return row === undefined ? 'nothing' : z.object({ sight: sightSchema }).parse(row).sight;
}

/** The members of a case's setting whose role has not ended, each with what they see of it. */
export async function lookersAt(
  connection: Connection,
  { settingId, incidentId, now }: { settingId: string; incidentId: string; now: Instant },
): Promise<{ personId: string; role: Role; sight: Sight }[]> {
  const rows: unknown = await connection('memberships')
    .where({ setting_id: settingId })
    .where((row) => row.whereNull('until').orWhere('until', '>', now))
    .orderBy(['role', 'person_id'])
    .select('person_id', 'role');
  const members = z.array(z.object({ person_id: z.string(), role: roleSchema })).parse(rows);
  const seen: { personId: string; role: Role; sight: Sight }[] = [];
  for (const { person_id: personId, role } of members) {
    const looker: Looker = { kind: 'person', id: personId, role, settingId };
    seen.push({ personId, role, sight: await sightOfCase(connection, looker, { incidentId, now }) });
  }
  return seen;
}
