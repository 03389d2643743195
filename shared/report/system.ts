import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { instantSchema } from '../instant.ts';
import { readingSchema } from '../reading.ts';

/** What the device is. Coarse on purpose: figures that drift all day would make every report a change. */
export const systemSchema = z.strictObject({
  model: freeText("the maker's model name, to find the device in the room", {
    max: 100,
    min: 0,
    separators: 'allowed',
  }).nullable(),
  os: z.strictObject({
    name: freeText("the operating system's own name", { max: 80, separators: 'allowed' }),
    version: freeText("the operating system's own version", { max: 80, min: 0, separators: 'allowed' }),
    /** The exact build or kernel, where it is told apart from the version. */
    build: freeText("the operating system's own build", { max: 80, separators: 'allowed' }).optional(),
  }),
  bootedAt: instantSchema,
  /** Updates the system itself knows of and has not installed; `restart`: one waits for a restart, null: not told. */
  updates: readingSchema(
    z.strictObject({
      pending: z.int().nonnegative(),
      security: z.int().nonnegative().nullable(),
      restart: z.boolean().nullable(),
    }),
  ).optional(),
  /** Whole gigabytes (10^9 bytes) of the system volume. */
  disk: z.strictObject({ totalGb: z.int().nonnegative(), freeGb: z.int().nonnegative() }).nullable(),
  /** null: no battery. Percent in steps of 5. */
  battery: z.strictObject({ percent: z.int().min(0).max(100), charging: z.boolean() }).nullable(),
});
export type SystemFacts = z.infer<typeof systemSchema>;
