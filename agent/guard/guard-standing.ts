import type { GuardStanding } from '../../shared/guard/standing.ts';
import { instant } from '../../shared/instant.ts';
import type { DeviceRules } from '../../shared/policy/device-rules.ts';
import type { GuardNote } from './guard-note.ts';

interface Around {
  refused: number | null;
  mayBlock: boolean;
  rules: Pick<DeviceRules, 'expiresAt'> | undefined;
  nowMs: number;
}

/** What is told of the guard. It says the same until something changes: a report is made of each change. */
export function standingOf(note: GuardNote, { refused, mayBlock, rules, nowMs }: Around): GuardStanding {
  const { state, since, because, countdown, moves } = note;
  const counts = state === 'released' || (state === 'warned' && mayBlock);
  return {
    ...{ state, since, because, moves },
    until: counts && countdown !== null ? endOf(countdown) : null,
    refusedSignIns: refused === null ? null : Math.min(refused, 1000),
    rulesExpired: rules !== undefined && Date.parse(rules.expiresAt) < nowMs,
  };
}

/** To the second: it is worked out of times that drift. */
export function endOf({ atMs, totalMs, ranMs }: NonNullable<GuardNote['countdown']>): string {
  return instant(Math.round((atMs + Math.max(0, totalMs - ranMs)) / 1000) * 1000);
}
