import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { sessionSchema } from '../../report/sessions.ts';
import { day, defineKind } from './kind.ts';
import { noticeSchema, screenTextSchema } from './logout.ts';

/** What the device read back of its own lock. */
export const lockStateSchema = z.strictObject({
  locked: z.boolean(),
  since: instantSchema.nullable(),
  /** Ways in that were tried or read back and are refused to people: never root's, never the break-glass account's. */
  refused: z.array(z.enum(['password', 'key', 'switch-user', 'screen', 'automatic'])).max(5),
});
export type LockState = z.infer<typeof lockStateSchema>;

/** Blocks use of the device: survives a restart, holds with no server in reach, keeps root and a break-glass account. */
export const lock = defineKind({
  args: z.strictObject({
    /** Shown on the login screen. Absent: the agent's own words. */
    message: screenTextSchema.optional(),
    notice: noticeSchema.optional(),
  }),
  evidence: z.strictObject({
    lock: lockStateSchema,
    /** People still signed in when the device looked again: a locked device has none. */
    stillSignedIn: z.array(sessionSchema).max(200),
  }),
  proves: ({ lock, stillSignedIn }) => lock.locked && lock.refused.length > 0 && stillSignedIn.length === 0,
  expiresAfterMs: 30 * day,
  who: ['administrator'],
  loss: 'nothing',
  summary: 'Blocks use of the device until it is released, also after a restart and without a network',
});

/** Lets people use the device again. */
export const release = defineKind({
  args: z.strictObject({}),
  evidence: z.strictObject({ released: lockStateSchema }),
  proves: ({ released }) => !released.locked,
  expiresAfterMs: 30 * day,
  who: ['manager', 'deputy', 'administrator'],
  loss: 'nothing',
  summary: 'Lets people use a locked device again',
});
