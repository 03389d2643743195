import { z } from 'zod';
import type { IncidentQuery } from '../../shared/api/incident-bodies.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { pageFrom, readCursor } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';
import { caseOf } from './case-store.ts';
import { casesSeenBy, type Looker, sightSchema } from './sight.ts';
import type { SeenCase } from './views.ts';

type Query = ReturnType<typeof casesSeenBy>;

const seenRowSchema = z.looseObject({ sight: sightSchema.exclude(['nothing']) });

export function seenCase(row: unknown): SeenCase {
  return { found: caseOf(row), sight: seenRowSchema.parse(row).sight };
}

/** A page of the cases that somebody sees, latest first. */
export async function pageOfCases(
  connection: Connection,
  looker: Looker,
  { query, now }: { query: IncidentQuery; now: Instant },
): Promise<{ items: SeenCase[]; nextCursor: string | null }> {
  const wanted = casesSeenBy(connection, looker, now)
    .orderBy([
      { column: 'last_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(query.limit + 1)
    .select();
  narrow(wanted, query, looker);
  if (query.cursor !== undefined) {
    const [lastAt, id] = readCursor(query.cursor, z.tuple([instantSchema, z.string()]));
    wanted.whereRaw('(last_at, id) < (?, ?)', [lastAt, id]);
  }
  const rows: unknown[] = await wanted;
  const { kept, nextCursor } = pageFrom(rows.map(seenCase), query.limit, ({ found }) => [found.facts.lastAt, found.id]);
  return { items: kept, nextCursor };
}

function narrow(wanted: Query, { state, category, severity, deviceId, q }: IncidentQuery, looker: Looker): void {
  if (state === 'unclosed') wanted.whereIn('state', ['open', 'in-hand']);
  else if (state !== undefined) wanted.where({ state });
  if (category !== undefined) wanted.where({ category });
  if (severity !== undefined) wanted.where({ severity });
  // Whoever sees only their own report is not told which device it came to.
  if (deviceId !== undefined) wanted.where({ device_id: deviceId }).whereNot('sight', 'own');
  if (q !== undefined) search(wanted, q, looker);
}

/** Looks in what this person may read of each case, and in nothing else: a hit would tell them of it. As `mayRead` has it. */
function search(wanted: Query, q: string, looker: Looker): void {
  const pattern = `%${q.replaceAll(/[\\%_]/g, (found) => `\\${found}`)}%`;
  wanted.whereRaw(
    `(reference like ? escape '\\' or exists (
      select 1 from incident_contents w join incident_entries e on e.id = w.entry_id
      where e.incident_id = seen.id and w.text like ? escape '\\' and (
        sight = 'whole' or w.actor_id = ?
        or (sight in ('record', 'pseudonymised') and e.kind = 'summary')
        or (sight = 'record' and e.actor_kind = 'server'))))`,
    [pattern, pattern, looker.id],
  );
}

/** How many cases somebody sees. */
export async function countCases(connection: Connection, looker: Looker, now: Instant) {
  const row: unknown = await casesSeenBy(connection, looker, now)
    .whereIn('state', ['open', 'in-hand'])
    .first(
      connection.raw('count(*) as open'),
      connection.raw("coalesce(sum(state = 'open'), 0) as untaken"),
      connection.raw("coalesce(sum(severity = 'urgent'), 0) as urgent"),
      connection.raw(
        `coalesce(sum(sight = 'whole' and exists (select 1 from incident_steps s
          where s.incident_id = seen.id and s.settled = 0 and s.due_at <= ?)), 0) as runOut`,
        [now],
      ),
    );
  return z.object({ open: z.int(), untaken: z.int(), urgent: z.int(), runOut: z.int() }).parse(row);
}
