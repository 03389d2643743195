import type { Hours, Preferences, Reach } from '../../shared/api/notify.ts';
import type { Severity } from '../../shared/policy/findings.ts';
import { dayAfter, localDate, minutesOf, minutesOfDay, momentOf, weekdayOf } from './local-hours.ts';

const minuteMs = 60_000;
const daysLookedAhead = 8;

/** How something of a severity reaches a person: what is urgent always at once (INC3). */
export function reachOf(severity: Severity, preferences: Preferences): Reach {
  return severity === 'urgent' ? 'at-once' : preferences[severity];
}

/**
 * From when on a person may be written to about something of a severity, in milliseconds since 1970;
 * undefined: not by an e-mail of its own. Quiet hours keep back all but what is urgent.
 */
export function dueAt(
  { severity, now }: { severity: Severity; now: number },
  preferences: Preferences,
  timeZone: string,
): number | undefined {
  if (reachOf(severity, preferences) !== 'at-once') return undefined;
  if (severity === 'urgent' || preferences.hours === null) return now;
  return nextWithin(preferences.hours, now, timeZone);
}

/** Now, when the hours hold now; else when they next begin, by the wall clock of the time zone. */
export function nextWithin({ days, from, to }: Hours, now: number, timeZone: string): number {
  const today = localDate(now, timeZone);
  const minutes = minutesOfDay(now, timeZone);
  const isIn = days.includes(weekdayOf(today)) && minutes >= minutesOf(from) && minutes < minutesOf(to);
  if (isIn) return now;
  for (let ahead = 0; ahead < daysLookedAhead; ahead += 1) {
    const date = dayAfter(today, ahead);
    const begins = days.includes(weekdayOf(date)) ? momentOf(date, from, timeZone) : undefined;
    if (begins !== undefined && begins > now) return begins;
  }
  return now;
}

const gaps: { readonly [Name in Severity]: { firstMs: number; mostMs: number } } = {
  urgent: { firstMs: 5 * minuteMs, mostMs: 120 * minuteMs },
  act: { firstMs: 60 * minuteMs, mostMs: 720 * minuteMs },
  check: { firstMs: 60 * minuteMs, mostMs: 720 * minuteMs },
};

/**
 * The least time between two messages to the same recipient. It doubles with each one that nobody answered by
 * looking: who did not look after the third is not helped by a tenth, and their alternates are told meanwhile.
 */
export function gapMs(severity: Severity, unanswered: number): number {
  const { firstMs, mostMs } = gaps[severity];
  return unanswered === 0 ? 0 : Math.min(firstMs * 2 ** (unanswered - 1), mostMs);
}
