import Holidays from 'date-holidays';
import type { LocalDate } from '../../shared/calendar/local-time.ts';
import type { Opening } from '../../shared/calendar/opening.ts';

const regions = {
  england: 'ENG',
  wales: 'WLS',
  scotland: 'SCT',
  'northern-ireland': 'NIR',
} as const satisfies Record<Exclude<Opening['bankHolidays'], 'none'>, string>;

/** A table of two hundred milliseconds to make, asked for by every setting: made once a region and year. */
const known = new Map<string, LocalDate[]>();

/**
 * The bank holidays of a year, substitute days included; those that fall on a week-end are among them. By date-holidays,
 * whose data is CC-BY-3.0. A holiday proclaimed later (a jubilee, a funeral) is not known: the setting adds it as a closure.
 */
export function bankHolidaysOf(region: Opening['bankHolidays'], year: number): readonly LocalDate[] {
  if (region === 'none') return [];
  const key = `${region} ${year}`;
  const found = known.get(key) ?? publicHolidays(regions[region], year);
  known.set(key, found);
  return found;
}

function publicHolidays(region: string, year: number): LocalDate[] {
  const days = new Holidays('GB', region).getHolidays(year).filter(({ type }) => type === 'public');
  return [...new Set(days.map(({ date }) => date.slice(0, 10)))].sort();
}
