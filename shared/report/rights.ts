import { z } from 'zod';
import { accountNameSchema } from '../names.ts';
import { readingSchema } from '../reading.ts';

export const screenLockSchema = z.strictObject({
  on: z.boolean(),
  /** Seconds without use until it locks; null: not told, or it does not lock by itself. */
  afterSeconds: z.int().nonnegative().nullable(),
});
export type ScreenLock = z.infer<typeof screenLockSchema>;

/** What the people who are signed in may do, and what guards the device from the rest (DEV7, DEV8). */
export const rightsSchema = z.strictObject({
  /** Everybody with a session, once. */
  people: z
    .array(
      z.strictObject({
        person: accountNameSchema,
        /** May install programs and change the system. */
        administrator: readingSchema(z.boolean()),
        screenLock: readingSchema(screenLockSchema),
      }),
    )
    .max(50),
  /** Whether the device signs somebody in by itself when it starts. */
  automaticSignIn: readingSchema(z.strictObject({ on: z.boolean(), person: accountNameSchema.nullable() })),
  firewall: readingSchema(z.strictObject({ on: z.boolean() })),
  /** `none`: the system's own list names no product. */
  antivirus: readingSchema(z.strictObject({ state: z.enum(['on', 'off', 'none']), upToDate: z.boolean().nullable() })),
});
export type Rights = z.infer<typeof rightsSchema>;
