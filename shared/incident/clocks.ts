import { type Instant, instant } from '../instant.ts';
import type { Clock } from './outcomes.ts';

/** What a clock needs of the setting's calendar. Both keep the time of the setting's own wall clock. */
export interface DeadlineCalendar {
  /** The same time of day so many working days later; the day itself does not count, so what comes on a Saturday is due on Monday. */
  addWorkingDays(at: Instant, days: number): Instant;
  /** The same time of day so many calendar days later. */
  addDays(at: Instant, days: number): Instant;
}

const hourMs = 3_600_000;

/** When a step has to be done. Hours are hours, whatever is done to the clocks meanwhile. */
export function dueAt(clock: Clock, from: Instant, calendar: DeadlineCalendar): Instant {
  if ('workingDays' in clock) return calendar.addWorkingDays(from, clock.workingDays);
  if ('days' in clock) return calendar.addDays(from, clock.days);
  return instant(Date.parse(from) + clock.hours * hourMs);
}

/** When it is told again that a step is not done: each time before it runs out that is still to come, then when it has run out. */
export function tellTimes(clock: Clock, from: Instant, due: Instant): Instant[] {
  const before = clock.tellHoursBefore.map((hours) => instant(Date.parse(due) - hours * hourMs));
  return [...before.filter((at) => at > from), due];
}

/** How a clock stands: running, near its end (told of at least once), run out. */
export function clockStanding(
  { clock, from, due }: { clock: Clock; from: Instant; due: Instant },
  now: Instant,
): 'running' | 'near' | 'run-out' {
  if (now >= due) return 'run-out';
  return tellTimes(clock, from, due).some((at) => at <= now) ? 'near' : 'running';
}
