import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { instantSchema } from '../instant.ts';
import { unknownReasonSchema } from '../reading.ts';

/** Where a system keeps its list of installed programs. */
export const programSourceSchema = z.enum([
  'dpkg',
  'rpm',
  'snap',
  'flatpak',
  'opt',
  'appimage',
  'registry',
  'store',
  'applications',
  'packages',
]);
export type ProgramSource = z.infer<typeof programSourceSchema>;

export const programChangeSchema = z.strictObject({
  what: z.enum(['installed', 'removed', 'updated']),
  source: programSourceSchema,
  program: freeText("DEV8: a program's own name, as its maker gives it", { max: 120, separators: 'allowed' }),
  version: freeText("DEV8: a program's own version", { max: 80, separators: 'allowed' }).nullable(),
  /** When the agent saw it, not when it was done. */
  at: instantSchema,
});
export type ProgramChange = z.infer<typeof programChangeSchema>;

/** Installed programs (DEV8). The list itself stays on the device; how many there are and what changed is told. */
export const programsSchema = z.strictObject({
  count: z.int().nonnegative(),
  /** When this device's list began: changes before it are not known. */
  since: instantSchema,
  /** The latest of the last thirty days, newest first. What a system brings by itself (updates) is in it too. */
  changes: z.array(programChangeSchema).max(50),
  /** Lists that are there and could not be read: a program in one of them would not be seen. */
  unread: z.array(z.strictObject({ source: programSourceSchema, reason: unknownReasonSchema })).max(16),
});
export type Programs = z.infer<typeof programsSchema>;
