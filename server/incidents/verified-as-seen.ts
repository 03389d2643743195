import type { IncidentVerification } from '../../shared/api/incidents.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { casesSeenBy, type Looker } from './sight.ts';
import type { Verified } from './verify.ts';

/** A record that is broken everywhere is told by its first faults. */
const mostFaults = 100;

/** The cases that somebody sees as a whole: of no other is a number told. */
export async function casesReadBy(connection: Connection, looker: Looker, now: Instant): Promise<Set<string>> {
  const rows: { id: string }[] = await casesSeenBy(connection, looker, now).where({ sight: 'whole' }).select('id');
  return new Set(rows.map(({ id }) => id));
}

/**
 * What was found, for somebody who sees some of the cases. INVARIANT: but for whether the whole is intact, nothing in
 * it differs by what stands in the others, nor by whether there are any (INC4); the register has a line for each entry
 * of every case, so its faults name none.
 */
export function verifiedAsSeen(found: Verified, seen: ReadonlySet<string>): IncidentVerification {
  const own = [...found.counts].filter(([id]) => seen.has(id)).map(([, counts]) => counts);
  const faults = found.faults.flatMap(({ incidentId, number, what }) =>
    incidentId !== null && seen.has(incidentId) ? [{ incidentId, number, what }] : [],
  );
  return {
    intact: found.intact,
    cases: own.length,
    entries: own.reduce((sum, { entries }) => sum + entries, 0),
    attachments: own.reduce((sum, { attachments }) => sum + attachments, 0),
    faults: faults.slice(0, mostFaults),
    elsewhere: faults.length < found.faults.length,
  };
}
