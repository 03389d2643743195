import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { localDateSchema, localTimeSchema, offsetsSchema } from './local-time.ts';

export const weekdaySchema = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export type Weekday = z.infer<typeof weekdaySchema>;

/** As people read them. */
export const weekdayNames: Readonly<Record<Weekday, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

/** When the setting is open on a day of the week; closing time is Hometime (DEV2, DEV6). */
export const openDaySchema = z
  .strictObject({ day: weekdaySchema, opens: localTimeSchema, closes: localTimeSchema })
  .refine(({ opens, closes }) => opens < closes, 'opens before it closes, on the same day');

/** From the first to the last day, both included: a half-term, a holiday, a training day. */
export const closureSchema = z
  .strictObject({
    from: localDateSchema,
    to: localDateSchema,
    label: freeText('what the setting calls the closure', { max: 60 }),
    /** A half-term or the end of a term: photos are to be off the tablets by its first day (DEV3). */
    endsTerm: z.boolean(),
  })
  .refine(({ from, to }) => from <= to, 'begins before it ends');

/** The opening hours as a manager sets them. */
export const openingSchema = z.strictObject({
  /** At most one row a day; a day without one is closed. */
  week: z
    .array(openDaySchema)
    .max(7)
    .refine((days) => new Set(days.map(({ day }) => day)).size === days.length, 'names each day once'),
  closures: z.array(closureSchema).max(100),
  /** Bank holidays on which the setting is closed, and which are no working days for an incident's clock. */
  bankHolidays: z.enum(['england', 'wales', 'scotland', 'northern-ireland', 'none']),
  /** First day of the academic year, "09-01" (DEV4). */
  academicYearFrom: z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d)$/),
});
export type Opening = z.infer<typeof openingSchema>;

/** What a device needs of it: all closed days by date, bank holidays included, for the next 400 days, and the clock changes. */
export const calendarSchema = z.strictObject({
  week: openingSchema.shape.week,
  closedDates: z.array(localDateSchema).max(500),
  /** First days of closures that end a term, past year and next. */
  termEnds: z.array(localDateSchema).max(50),
  academicYearFrom: openingSchema.shape.academicYearFrom,
  offsets: offsetsSchema,
});
export type Calendar = z.infer<typeof calendarSchema>;
