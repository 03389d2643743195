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
  const spans = offsets.map(({ minutes }, index) => ({
    at: wall - minutes * minuteMs,
    from: index === 0 ? Number.NEGATIVE_INFINITY : startOf(offsets, index),
    to: startOf(offsets, index + 1),
  }));
  const shown = spans.find(({ at, from, to }) => at >= from && at < to);
  const leftOut = spans.findLast(({ at, to }) => at >= to);
  return instant((shown ?? leftOut ?? spans[0])?.at ?? wall);
}

function startOf(offsets: Offsets, index: number): number {
  const start = offsets[index];
  return start === undefined ? Number.POSITIVE_INFINITY : Date.parse(start.from);
}

function minutesAt(ms: number, offsets: Offsets): number {
  const begun = offsets.findLast(({ from }) => Date.parse(from) <= ms);
  return (begun ?? offsets[0])?.minutes ?? 0;
}
