import type { LocalTime } from '../../shared/calendar/local-time.ts';
import { type Weekday, weekdaySchema } from '../../shared/calendar/opening.ts';

/** A moment as a clock on the setting's wall shows it. */
interface WallTime {
  year: number;
  month: number;
  day: number;
  minutes: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall time of a moment in an IANA time zone. Throws RangeError for a zone nobody knows. */
function wallTime(ms: number, timeZone: string): WallTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    minutes: part('hour') * 60 + part('minute'),
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

/** The local date, "2026-10-25". */
export function localDate(ms: number, timeZone: string): string {
  const { year, month, day } = wallTime(ms, timeZone);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/** Days are told by their names as weeks begin on Monday. */
export function weekdayOf(date: string): Weekday {
  const index = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return weekdaySchema.options[index] ?? 'mon';
}

/** Minutes since midnight on the wall. */
export function minutesOfDay(ms: number, timeZone: string): number {
  return wallTime(ms, timeZone).minutes;
}

/** "07:30" as minutes since midnight. */
export function minutesOf(time: LocalTime): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * The first moment at which a wall clock there shows that time of that day. An hour that comes twice
 * (October) counts the first time; one that is left out (March) counts as the moment it is skipped at.
 */
export function momentOf(date: string, time: LocalTime, timeZone: string): number {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  const offsets = [asUtc - dayMs, asUtc + dayMs].map((ms) => offsetMs(ms, timeZone));
  // The earlier moment first: of two that show the same time it is the one with the greater distance from UTC.
  const moments = offsets.map((offset) => asUtc - offset).sort((a, b) => a - b);
  const right = moments.find((ms) => ms + offsetMs(ms, timeZone) === asUtc);
  return right ?? skippedAt(asUtc, moments, timeZone);
}

/** The day `days` after another, both as dates. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

function offsetMs(ms: number, timeZone: string): number {
  const { year, month, day, minutes } = wallTime(ms, timeZone);
  const whole = Math.floor(ms / minuteMs) * minuteMs;
  return Date.UTC(year, month - 1, day, 0, minutes) - whole;
}

/** Where the clock jumps over a time: the first minute after the jump. */
function skippedAt(asUtc: number, [from = asUtc, to = asUtc]: number[], timeZone: string): number {
  for (let ms = from; ms <= to; ms += minuteMs) {
    if (ms + offsetMs(ms, timeZone) >= asUtc) return ms;
  }
  return to;
}
