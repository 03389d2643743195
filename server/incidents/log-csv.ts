import type { IncidentView } from '../../shared/api/incidents.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import { csvCell } from '../audit/export.ts';
import { seenCase } from './listing.ts';
import { casesSeenBy } from './sight.ts';
import { viewsOfCases } from './views.ts';

type Around = Parameters<typeof viewsOfCases>[1];

const casesAtOnce = 200;

const columns: readonly [name: string, of: (view: IncidentView) => string][] = [
  ['reference', ({ reference }) => reference],
  ['known', ({ knownAt }) => knownAt],
  ['first happened', ({ openedAt }) => openedAt],
  ['last', ({ lastAt }) => lastAt],
  ['times', ({ count }) => String(count)],
  ['category', ({ category }) => categoryCatalogue[category].label],
  ['matter', ({ matter }) => matter ?? ''],
  ['device', ({ deviceName }) => deviceName ?? ''],
  ['severity', ({ severity }) => severity],
  ['conduct', ({ conduct }) => conduct ?? ''],
  ['state', ({ state, ongoing }) => (ongoing ? `${state}, going on` : state)],
  ['confidential', ({ confidential }) => (confidential ? 'yes' : 'no')],
  ['what was seen', ({ latest }) => latest?.text ?? ''],
];

/** The log of a period, one row for each case that somebody sees and that was known in it, oldest first. */
export async function* logRows(
  around: Around,
  { from, before }: { from: string; before: string },
): AsyncGenerator<string> {
  yield `${columns.map(([name]) => csvCell(name)).join(',')}\r\n`;
  for (let read = 0; ; read += casesAtOnce) {
    const rows: unknown[] = await casesSeenBy(around.connection, around.looker, around.now)
      .where('known_at', '>=', from)
      .where('known_at', '<', before)
      .orderBy(['known_at', 'id'])
      .limit(casesAtOnce)
      .offset(read)
      .select();
    const views = await viewsOfCases(rows.map(seenCase), around);
    if (views.length > 0)
      yield views.map((view) => `${columns.map(([, of]) => csvCell(of(view))).join(',')}\r\n`).join('');
    if (rows.length < casesAtOnce) return;
  }
}
