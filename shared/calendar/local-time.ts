import { z } from 'zod';
import { instantSchema } from '../instant.ts';

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
