import type { Offsets } from '../../shared/calendar/local-time.ts';
import { instant } from '../../shared/instant.ts';

const minuteMs = 60_000;
/** Clock changes are weeks apart: steps of this length pass over none. */
const stepMs = 7 * 24 * 60 * minuteMs;
const years = 10;

const known = new Map<string, Offsets>();

/**
 * The distance from UTC of a time zone ("Europe/London") from the beginning of the year before this one, for ten years.
 * Throws RangeError for a zone that the system does not know.
 */
export function offsetsOf(timeZone: string, year: number): Offsets {
  const key = `${timeZone} ${year}`;
  const found = known.get(key) ?? offsetsBetween(timeZone, Date.UTC(year - 1, 0, 1), Date.UTC(year - 1 + years, 0, 1));
  known.set(key, found);
  return found;
}

function offsetsBetween(timeZone: string, from: number, to: number): Offsets {
  const minutesAt = createOffsetOf(timeZone);
  const offsets: Offsets = [{ from: instant(from), minutes: minutesAt(from) }];
  for (let at = from; at < to; at += stepMs) {
    const [before, after] = [minutesAt(at), minutesAt(at + stepMs)];
    if (before !== after) offsets.push({ from: instant(changeBetween(minutesAt, at, at + stepMs)), minutes: after });
  }
  return offsets;
}

/** The minute at which the offset of `late` begins. */
function changeBetween(minutesAt: (ms: number) => number, early: number, late: number): number {
  let [still, changed] = [early, late];
  while (changed - still > minuteMs) {
    const between = still + Math.floor((changed - still) / 2 / minuteMs) * minuteMs;
    if (minutesAt(between) === minutesAt(late)) changed = between;
    else still = between;
  }
  return changed;
}

/** Minutes ahead of UTC at a time, in milliseconds. */
function createOffsetOf(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  return (ms) => {
    const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const [, sign, hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
}
