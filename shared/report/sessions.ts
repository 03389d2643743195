import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { accountNameSchema } from '../names.ts';

export const sessionSchema = z.strictObject({
  /** The system's own identifier of the session (logind: "3", "c1"). */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/),
  person: accountNameSchema,
  where: z.enum(['console', 'graphical', 'remote', 'unknown']),
  /** When the person signed in; null where the system does not keep it. */
  since: instantSchema.nullable(),
  /** `disconnected` is still signed in (fast user switching). */
  activity: z.enum(['active', 'background', 'disconnected', 'unknown']),
  /** null: cannot be told. logind's LockedHint=no proves nothing, for many lockers never set it. */
  locked: z.boolean().nullable(),
});
export type Session = z.infer<typeof sessionSchema>;

/** People signed in to the device (DEV2, DEV7). An empty list means nobody is: it is only sent when the system's own list says so. */
export const sessionsSchema = z.strictObject({
  sessions: z.array(sessionSchema).max(200),
});
export type Sessions = z.infer<typeof sessionsSchema>;
