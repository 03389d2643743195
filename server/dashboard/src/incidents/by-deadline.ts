import type { IncidentView } from '../../../../shared/api/incidents.ts';

/** Cases with a clock first, the one that ends next before the others; the rest as they came, latest first. */
export function byDeadline(items: readonly IncidentView[]): IncidentView[] {
  const due = ({ next }: IncidentView) => next?.dueAt ?? '9';
  return items.toSorted((a, b) => (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0));
}
