import type { IncidentView } from '../../../../shared/api/incidents.ts';

/** What of a case decides its place in the list. */
interface Timed {
  next: Pick<NonNullable<IncidentView['next']>, 'dueAt'> | null;
}

/** Cases with a clock first, the one that ends next before the others; the rest as they came, latest first. */
export function byDeadline<Case extends Timed>(items: readonly Case[]): Case[] {
  const due = ({ next }: Case) => next?.dueAt ?? '9';
  return items.toSorted((a, b) => (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0));
}
