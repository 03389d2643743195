import { addDays, daysFrom } from './days.ts';
import type { LocalDate, Offsets } from './local-time.ts';
import type { Calendar, Opening } from './opening.ts';

/** How many days a calendar knows: what was closed lately is asked too, of what happened then. */
const daysAhead = 400;
const daysBack = 30;
/** Terms that ended up to so long ago still say which photos are too old. */
const termDaysBack = 400;
const mostTermEnds = 50;

/** The calendar that rules go by and capsules carry, as from a day of the setting's. */
export function calendarOf(
  { week, closures, bankHolidays, academicYearFrom }: Opening,
  known: { today: LocalDate; bankHolidayDates: readonly LocalDate[]; offsets: Offsets },
): Calendar {
  const { today, bankHolidayDates, offsets } = known;
  const first = addDays(today, -daysBack);
  const last = addDays(today, daysAhead);
  const closed = closures.flatMap(({ from, to }) => daysFrom(from > first ? from : first, to < last ? to : last));
  const holidays = bankHolidays === 'none' ? [] : bankHolidayDates.filter((date) => date >= first && date <= last);
  const termEnds = closures.flatMap(({ from, endsTerm }) => (endsTerm ? [from] : []));
  const earliest = addDays(today, -termDaysBack);
  return {
    week,
    closedDates: [...new Set([...closed, ...holidays])].sort(),
    termEnds: [...new Set(termEnds)]
      .filter((date) => date >= earliest && date <= last)
      .sort()
      .slice(0, mostTermEnds),
    academicYearFrom,
    offsets,
  };
}
