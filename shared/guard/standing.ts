import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/** How the guard of a device stands. What may follow what is in `states.ts`. */
export const guardStateSchema = z.enum(['clear', 'warned', 'blocked', 'released']);
export type GuardState = z.infer<typeof guardStateSchema>;

/** Why the guard moved. Stable codes; the words are the dashboard's and the screen's. */
export const guardReasonSchema = z.enum([
  /** In. */
  'unprotected-off-site',
  'encryption-unknown-off-site',
  'unprotected-place-unknown',
  'photos-off-site',
  'clock-turned-back',
  'rules-damaged',
  'warning-over',
  'grace-over',
  /** Out. */
  'back-on-site',
  'protected-now',
  'no-photos-now',
  'rules-changed',
  'released-by-server',
  'released-by-code',
  'release-over',
]);
export type GuardReason = z.infer<typeof guardReasonSchema>;

/** One move of the guard, by the device's corrected clock at that moment. `sequence` rises by one and never begins again. */
export const guardMoveSchema = z.strictObject({
  sequence: z.int().positive(),
  at: instantSchema,
  to: guardStateSchema,
  because: guardReasonSchema,
});
export type GuardMove = z.infer<typeof guardMoveSchema>;

/** What the device tells of its guard, in its agent's health. */
export const guardStandingSchema = z.strictObject({
  state: guardStateSchema,
  since: instantSchema,
  because: guardReasonSchema.nullable(),
  /** warned: when it blocks; released: until when; null otherwise. */
  until: instantSchema.nullable(),
  /** The last moves, oldest first: what happened out of touch is told later with its true times. */
  moves: z.array(guardMoveSchema).max(20),
  /** Sign-ins that the lock refused while the guard blocked, since then; null: this system does not tell. */
  refusedSignIns: z.int().min(0).max(1000).nullable(),
  /** The rules by which it guards are past their date and hold all the same. */
  rulesExpired: z.boolean(),
});
export type GuardStanding = z.infer<typeof guardStandingSchema>;

/** The last closing time as the device kept it (DEV2). */
export const closingStandingSchema = z.strictObject({
  /** The closing time that this is about. */
  at: instantSchema,
  state: z.enum(['noticed', 'postponed', 'done', 'failed']),
  postponed: z.int().min(0).max(10),
  /** What was seen by looking afterwards; null: not looked yet, not asked for, or it cannot be told. */
  appsSignedOut: z.boolean().nullable(),
  peopleLoggedOut: z.boolean().nullable(),
  finishedAt: instantSchema.nullable(),
});
export type ClosingStanding = z.infer<typeof closingStandingSchema>;

/** What the agent noticed of being tampered with. */
export const tamperSchema = z.strictObject({
  at: instantSchema,
  what: z.enum(['rules-changed', 'journal-changed', 'lock-removed', 'clock-turned-back', 'agent-stopped']),
});
export type Tamper = z.infer<typeof tamperSchema>;
