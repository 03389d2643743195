import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { deviceKindSchema, deviceNameSchema, idSchema } from '../names.ts';
import { presenceViewSchema } from '../policy/presence.ts';
import { pageQuerySchema } from './page.ts';

/** What is asked of each device at closing time (DEV2, DEV3, DEV6), in the order of the board. */
export const hometimeAskedSchema = z.enum([
  'apps-signed-out',
  'people-logged-out',
  'photos-in-order',
  'on-site',
  'charging',
  'accounted-for',
]);
export type HometimeAsked = z.infer<typeof hometimeAskedSchema>;

/**
 * `yes` only of what was looked at since the closing time and found so; what is unknown, or was looked at earlier,
 * is `cannot-tell`. `not-asked`: the setting or the device has no such thing.
 */
export const hometimeAnswerSchema = z.enum(['yes', 'no', 'cannot-tell', 'not-asked']);
export type HometimeAnswer = z.infer<typeof hometimeAnswerSchema>;

const tickSchema = z.strictObject({
  asked: hometimeAskedSchema,
  answer: hometimeAnswerSchema,
  /** The answer in a few words: "Famly still signed in". */
  text: z.string(),
});
export type HometimeTick = z.infer<typeof tickSchema>;

const rowSchema = z.strictObject({
  id: idSchema,
  name: deviceNameSchema,
  kind: deviceKindSchema,
  presence: presenceViewSchema,
  ticks: z.array(tickSchema),
  /** Every tick is yes, or not asked of it. */
  isDone: z.boolean(),
  /** What is missing, in one sentence; empty when nothing is. */
  missing: z.string(),
});
export type HometimeRow = z.infer<typeof rowSchema>;

/**
 * The board. `closed`: about the closing time that has passed; `open`: how it would be now, and nothing of it counts
 * yet; `no-hours`: the setting has not said when it closes.
 */
export const hometimeSchema = z.strictObject({
  phase: z.enum(['open', 'closed', 'no-hours']),
  /** The closing time that the board is about; null: none is known. */
  closesAt: instantSchema.nullable(),
  /** When the setting opens next after it; null: not known. */
  opensAt: instantSchema.nullable(),
  /** The setting's own time zone, in which these are said. */
  timeZone: z.string(),
  at: instantSchema,
  devices: z.int().nonnegative(),
  done: z.int().nonnegative(),
  /** Of every device every tick is yes, after closing: nothing else may be called accounted for. */
  everythingAccountedFor: z.boolean(),
  /** What is missing over all devices, one sentence each; empty when nothing is. */
  missing: z.array(z.string()),
  items: z.array(rowSchema),
  nextCursor: z.string().nullable(),
});
export type Hometime = z.infer<typeof hometimeSchema>;

export const hometimeQuerySchema = pageQuerySchema;
