import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { idSchema } from '../names.ts';
import { findingCodeSchema, severitySchema } from '../policy/findings.ts';

/** One entry of an incident: never changed, never removed; amendments are new entries (INC1). */
export const incidentEntryViewSchema = z.strictObject({
  at: instantSchema,
  /** `changed`: it goes on, and something about it is different (another person joined). */
  kind: z.enum(['opened', 'repeated', 'changed', 'ended']),
  text: z.string(),
});
export type IncidentEntryView = z.infer<typeof incidentEntryViewSchema>;

/** Misuse on record: one case for a device and a matter; repeats join it (INC1). */
export const incidentViewSchema = z.strictObject({
  id: idSchema,
  deviceId: idSchema,
  deviceName: z.string(),
  matter: findingCodeSchema,
  severity: severitySchema,
  state: z.enum(['open', 'closed']),
  /** Whether the misuse is going on now. */
  ongoing: z.boolean(),
  openedAt: instantSchema,
  lastAt: instantSchema,
  /** How often it has happened, the first time included. */
  count: z.int().positive(),
  entries: z.array(incidentEntryViewSchema),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;
