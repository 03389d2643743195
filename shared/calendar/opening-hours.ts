import { type Instant, instant } from '../instant.ts';
import { addDays, weekdayOf } from './days.ts';
import { instantOf, type LocalDate, localDateTime } from './local-time.ts';
import type { Calendar } from './opening.ts';

/** How far ahead and back hours are looked for: what a capsule knows of closed days. */
const mostDaysAhead = 400;
const mostDaysBack = 30;
const dayMs = 24 * 60 * 60 * 1000;

/** Whether the setting has said when it is open; without that nothing is ever out of hours. */
export function hasHours({ week }: Pick<Calendar, 'week'>): boolean {
  return week.length > 0;
}

/** When the setting is open on a day; undefined: it is closed all day. */
export function hoursOf(date: LocalDate, calendar: Calendar): { opens: Instant; closes: Instant } | undefined {
  if (calendar.closedDates.includes(date)) return undefined;
  const weekday = weekdayOf(date);
  const row = calendar.week.find(({ day }) => day === weekday);
  if (row === undefined) return undefined;
  const { offsets } = calendar;
  return {
    opens: instantOf({ date, time: row.opens }, offsets),
    closes: instantOf({ date, time: row.closes }, offsets),
  };
}

/** Open from the minute it opens to before the minute it closes. */
export function isOpenAt(at: Instant, calendar: Calendar): boolean {
  const hours = hoursOf(localDateTime(at, calendar.offsets).date, calendar);
  return hours !== undefined && at >= hours.opens && at < hours.closes;
}

/** The next closing time after an instant; null: none is known. */
export function closingAfter(at: Instant, calendar: Calendar): Instant | null {
  return ahead(at, calendar, ({ closes }) => (closes > at ? closes : null));
}

/** The next opening time after an instant; null: none is known. */
export function openingAfter(at: Instant, calendar: Calendar): Instant | null {
  return ahead(at, calendar, ({ opens }) => (opens > at ? opens : null));
}

/** The last closing time that has come by an instant; null: none is known. */
export function closingBefore(at: Instant, calendar: Calendar): Instant | null {
  return search(at, calendar, { step: -1, most: mostDaysBack, take: ({ closes }) => (closes <= at ? closes : null) });
}

type Take = (hours: { opens: Instant; closes: Instant }) => Instant | null;

function ahead(at: Instant, calendar: Calendar, take: Take): Instant | null {
  return search(at, calendar, { step: 1, most: mostDaysAhead, take });
}

function search(
  at: Instant,
  calendar: Calendar,
  { step, most, take }: { step: 1 | -1; most: number; take: Take },
): Instant | null {
  if (!hasHours(calendar)) return null;
  const today = localDateTime(at, calendar.offsets).date;
  for (let days = 0; days <= most; days++) {
    const hours = hoursOf(addDays(today, step * days), calendar);
    const found = hours === undefined ? null : take(hours);
    if (found !== null) return found;
  }
  return null;
}

/**
 * The closed time in which an instant lies, beginning at the closing time before it; in a closure of many weeks, as far back
 * as closed days are known. `to` null: no opening is known. undefined: it lies in opening hours, or the setting has not said any.
 */
export function closedTimeAt(at: Instant, calendar: Calendar): { from: Instant; to: Instant | null } | undefined {
  if (!hasHours(calendar) || isOpenAt(at, calendar)) return undefined;
  const from = closingBefore(at, calendar) ?? instant(Date.parse(at) - mostDaysBack * dayMs);
  return { from, to: openingAfter(at, calendar) };
}
