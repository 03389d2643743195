import { calendarOf } from '../../shared/calendar/calendar-of.ts';
import { type LocalDate, localDateTime } from '../../shared/calendar/local-time.ts';
import type { Calendar, Opening } from '../../shared/calendar/opening.ts';
import type { Instant } from '../../shared/instant.ts';
import { bankHolidaysOf } from './bank-holidays.ts';
import { offsetsOf } from './time-zone.ts';

/** The setting's own day at an instant. */
export function todayIn(timeZone: string, at: Instant): LocalDate {
  return localDateTime(at, offsetsOf(timeZone, Number(at.slice(0, 4)))).date;
}

/** A setting's calendar as from its own day at an instant: closures and bank holidays by date, and the clock changes. */
export function settingCalendar(opening: Opening, { timeZone, at }: { timeZone: string; at: Instant }): Calendar {
  const year = Number(at.slice(0, 4));
  const offsets = offsetsOf(timeZone, year);
  const bankHolidayDates = [year - 1, year, year + 1, year + 2].flatMap((one) => [
    ...bankHolidaysOf(opening.bankHolidays, one),
  ]);
  return calendarOf(opening, { today: todayIn(timeZone, at), bankHolidayDates, offsets });
}

/** Days that are no working days for an incident's clock, for the years round an instant. */
export function nonWorkingDays(region: Opening['bankHolidays'], at: Instant): ReadonlySet<LocalDate> {
  const year = Number(at.slice(0, 4));
  return new Set([year - 1, year, year + 1].flatMap((one) => [...bankHolidaysOf(region, one)]));
}
