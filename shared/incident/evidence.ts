import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/**
 * What was known of the device when misuse was seen, frozen into its case: the readings as they stood (each section
 * of a report by its name), the place, open orders, the version of the policy by which it was judged. Counts, states
 * and times, as everywhere. Codes are plain text here: evidence is read for as long as it is kept, whatever codes become.
 */
export const evidenceSchema = z.strictObject({
  at: instantSchema,
  /** When the device last spoke. */
  lastSeenAt: instantSchema.nullable(),
  policyVersion: z.int().positive(),
  place: z.looseObject({ verdict: z.string(), because: z.string() }),
  findings: z.array(z.strictObject({ code: z.string(), since: instantSchema })),
  openCommands: z.array(z.strictObject({ id: z.string(), kind: z.string(), state: z.string() })),
  sections: z.record(z.string(), z.unknown()),
});
export type Evidence = z.infer<typeof evidenceSchema>;
