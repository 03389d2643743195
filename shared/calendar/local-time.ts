import { z } from 'zod';
import { type Instant, instant, instantSchema } from '../instant.ts';

/** A day of the setting's own calendar, "2026-10-25". */
export const localDateSchema = z.iso.date();
export type LocalDate = z.infer<typeof localDateSchema>;

/** A time of the setting's own wall clock, "17:45". */
export const localTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
export type LocalTime = z.infer<typeof localTimeSchema>;

/**
 * The setting's distance from UTC: from each instant on, so many minutes ahead of it; oldest first. The server
 * makes it from the time zone for some years, so that a device needs no time zones of its own to be right across
 * the clock changes. Before the first the first holds, after the last the last.
 */
export const offsetsSchema = z
  .array(z.strictObject({ from: instantSchema, minutes: z.int().min(-720).max(840) }))
  .min(1)
  .max(64);
export type Offsets = z.infer<typeof offsetsSchema>;

/** What the clock on the setting's wall shows. */
export interface LocalDateTime {
  date: LocalDate;
  time: LocalTime;
}

const minuteMs = 60_000;

/** The setting's day and wall clock at an instant; seconds are cut off. */
export function localDateTime(at: Instant, offsets: Offsets): LocalDateTime {
  const ms = Date.parse(at);
  const text = instant(ms + minutesAt(ms, offsets) * minuteMs);
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}

/**
 * The instant at which the setting's clock shows this. A time that is there twice, when clocks go back, is the first of
 * the two; one that is left out, when they go forward, is as long after midnight as on any other day (01:30 is then 02:30).
 */
export function instantOf({ date, time }: LocalDateTime, offsets: Offsets): Instant {
  const wall = Date.parse(`${date}T${time}:00.000Z`);
  const spans = spansOf(offsets);
  const shown = spans.find(({ minutes, from, to }) => isWithin(wall - minutes * minuteMs, from, to));
  const leftOut = spans.findLast(({ minutes, to }) => wall - minutes * minuteMs >= to);
  return instant(wall - ((shown ?? leftOut ?? spans[0])?.minutes ?? 0) * minuteMs);
}

/** A time during which the distance from UTC stays the same, in milliseconds. */
interface Span {
  from: number;
  to: number;
  minutes: number;
}

function isWithin(at: number, from: number, to: number): boolean {
  return at >= from && at < to;
}

/** Reading forty instants for each time that is asked costs more than all the rest. INVARIANT: nobody changes a list of offsets. */
const spansOfOffsets = new WeakMap<Offsets, Span[]>();

function spansOf(offsets: Offsets): readonly Span[] {
  const known = spansOfOffsets.get(offsets);
  if (known !== undefined) return known;
  const starts = offsets.map(({ from }, index) => (index === 0 ? Number.NEGATIVE_INFINITY : Date.parse(from)));
  const spans = offsets.map(({ minutes }, index) => ({
    minutes,
    from: starts[index] ?? Number.NEGATIVE_INFINITY,
    to: starts[index + 1] ?? Number.POSITIVE_INFINITY,
  }));
  spansOfOffsets.set(offsets, spans);
  return spans;
}

function minutesAt(ms: number, offsets: Offsets): number {
  const spans = spansOf(offsets);
  return (spans.find(({ from, to }) => isWithin(ms, from, to)) ?? spans[0])?.minutes ?? 0;
}
