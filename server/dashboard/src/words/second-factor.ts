import type { SessionView } from '../../../../shared/api/people.ts';

/** Whether an administrator's second factor should be there by now: until it is, only their own account is answered. */
export function isSecondFactorOverdue({ secondFactor: { on, dueAt } }: Pick<SessionView, 'secondFactor'>, now: number) {
  return !on && dueAt !== null && Date.parse(dueAt) <= now;
}
