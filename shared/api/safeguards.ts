import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { idSchema, reasonSchema } from '../names.ts';

/** Body of `POST /holds`: nothing may be wiped or cleared there, and no device leaves, until the hold is lifted. */
export const newHoldSchema = z.strictObject({
  /** null: the whole setting. */
  deviceId: idSchema.nullable(),
  reason: reasonSchema,
});

/** A hold of the safeguarding lead: refuses wipe and photo clearing on a device or on the whole setting. */
export const holdViewSchema = z.strictObject({
  id: idSchema,
  deviceId: idSchema.nullable(),
  deviceName: z.string().nullable(),
  reason: z.string(),
  setBy: z.string(),
  setAt: instantSchema,
  liftedBy: z.string().nullable(),
  liftedAt: instantSchema.nullable(),
  liftedBecause: z.string().nullable(),
});
export type HoldView = z.infer<typeof holdViewSchema>;

/** What may be an attack or a fault that looks like one. Strings in the database: never renamed. */
export const securityEventCodeSchema = z.enum([
  'order-forged',
  'order-replayed',
  'order-late',
  'order-misaddressed',
  'order-unknown',
  'wiped-device-came-back',
  'retired-device-came-back',
  'release-codes-wrong',
  'released-by-code',
  'sign-in-throttled',
  'csrf-refused',
  'audit-broken',
  'clock-jumped',
]);
export type SecurityEventCode = z.infer<typeof securityEventCodeSchema>;

/** One event; the same one again within an hour is counted and not listed twice. */
export const securityEventViewSchema = z.strictObject({
  id: z.int().positive(),
  code: securityEventCodeSchema,
  deviceId: idSchema.nullable(),
  deviceName: z.string().nullable(),
  /** The order it is about. */
  commandId: z.string().nullable(),
  firstAt: instantSchema,
  lastAt: instantSchema,
  count: z.int().positive(),
  /** Who looked at it; null: nobody yet. */
  seenBy: z.string().nullable(),
});
export type SecurityEventView = z.infer<typeof securityEventViewSchema>;

/** One entry of the audit log, as it is listed and exported. */
export const auditEntryViewSchema = z.strictObject({
  number: z.int().positive(),
  at: instantSchema,
  actor: z.string(),
  action: z.string(),
  subject: z.string().nullable(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** SHA-256 over this entry and the hash before it, lower-case hex. */
  hash: z.string(),
});
export type AuditEntryView = z.infer<typeof auditEntryViewSchema>;

/** What checking the whole log of a setting found. */
export const auditVerificationSchema = z.strictObject({
  intact: z.boolean(),
  entries: z.int().nonnegative(),
  /** Hash of the last entry: note it down elsewhere, and a log cut short or written anew can be told. */
  head: z.string().nullable(),
  /** The first entry that is not as it was written, and what is wrong with it. */
  fault: z.strictObject({ number: z.int().positive(), what: z.string() }).nullable(),
});
export type AuditVerification = z.infer<typeof auditVerificationSchema>;

export const exportQuerySchema = z.strictObject({ format: z.enum(['csv', 'jsonl']).default('csv') });
