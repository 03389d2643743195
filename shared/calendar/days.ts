import type { LocalDate } from './local-time.ts';
import type { Calendar, Weekday } from './opening.ts';

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const satisfies readonly Weekday[];
const dayMs = 24 * 60 * 60 * 1000;

/** Days are reckoned at noon UTC: no clock change comes near it. */
function noonOf(date: LocalDate): number {
  return Date.parse(`${date}T12:00:00.000Z`);
}

/** So many days later; earlier with a negative number. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(noonOf(date) + days * dayMs).toISOString().slice(0, 10);
}

/** Days from the one to the other; negative when the other is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((noonOf(to) - noonOf(from)) / dayMs);
}

export function weekdayOf(date: LocalDate): Weekday {
  return weekdays[new Date(noonOf(date)).getUTCDay()] ?? 'sun';
}

/** Every day from the one to the other, both included, and at most so many. */
export function daysFrom(from: LocalDate, to: LocalDate, most = 1000): LocalDate[] {
  const count = Math.min(most, daysBetween(from, to) + 1);
  return Array.from({ length: Math.max(0, count) }, (_none, index) => addDays(from, index));
}

/**
 * The working day so many working days after a date, for the clocks of an incident: the date itself does not count,
 * nor do Saturdays, Sundays and the closed days given (bank holidays). 0: the date itself.
 */
export function addWorkingDays(date: LocalDate, count: number, closed: ReadonlySet<LocalDate>): LocalDate {
  let reached = date;
  for (let left = count; left > 0; left -= isWorkingDay(reached, closed) ? 1 : 0) reached = addDays(reached, 1);
  return reached;
}

export function isWorkingDay(date: LocalDate, closed: ReadonlySet<LocalDate>): boolean {
  const weekday = weekdayOf(date);
  return weekday !== 'sat' && weekday !== 'sun' && !closed.has(date);
}

/** First day of the academic year in which a date lies (DEV4). */
export function academicYearStart(
  date: LocalDate,
  { academicYearFrom }: Pick<Calendar, 'academicYearFrom'>,
): LocalDate {
  const year = Number(date.slice(0, 4));
  const start = (of: number) => `${String(of).padStart(4, '0')}-${academicYearFrom}`;
  return start(year) <= date ? start(year) : start(year - 1);
}

/** First day of the academic year after that. */
export function nextAcademicYearStart(date: LocalDate, calendar: Pick<Calendar, 'academicYearFrom'>): LocalDate {
  const year = Number(academicYearStart(date, calendar).slice(0, 4)) + 1;
  return `${String(year).padStart(4, '0')}-${calendar.academicYearFrom}`;
}

/** First day of the last half-term or end of term that has begun by a date (DEV3); null: none is known. */
export function lastTermEnd(date: LocalDate, { termEnds }: Pick<Calendar, 'termEnds'>): LocalDate | null {
  return (
    termEnds
      .filter((first) => first <= date)
      .sort()
      .at(-1) ?? null
  );
}

/** First day of the next one: photos are to be off by the day before it (DEV3); null: none is known. */
export function nextTermEnd(date: LocalDate, { termEnds }: Pick<Calendar, 'termEnds'>): LocalDate | null {
  return termEnds.filter((first) => first > date).sort()[0] ?? null;
}
