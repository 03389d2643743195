import { z } from 'zod';

export const verdictSchema = z.enum(['on-site', 'off-site', 'unknown']);

/** One piece of evidence. `weight`: how much it counts, for `says`; 0: it is void here. */
export const evidenceSchema = z.strictObject({
  what: z.enum(['beacon', 'gateway', 'access-point', 'vpn']),
  says: z.enum(['on-site', 'off-site', 'nothing']),
  weight: z.int().min(0).max(100),
  /** Anybody who notes it down can imitate it: names and hardware addresses. */
  copyable: z.boolean(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** Where the device is, and why we think so. Reasons are stable codes. */
export const placeSchema = z.strictObject({
  /** What the evidence supports. */
  verdict: verdictSchema,
  because: z.enum([
    'own-network',
    'other-network',
    'no-own-network-named',
    'vpn',
    'gateway-not-identified',
    'not-known',
    'beacon',
    'beacon-silent',
    'beacon-refused',
    'beacon-not-asked',
    'evidence-disagrees',
  ]),
  /** What rules go by: the verdict; where that is unknown, what the setting lets an unknown place count as after its grace. */
  counts: verdictSchema,
  evidence: z.array(evidenceSchema).max(8),
});
export type Place = z.infer<typeof placeSchema>;

/** The place of a device of which nothing was heard. */
export const placeNotKnown: Place = { verdict: 'unknown', because: 'not-known', counts: 'unknown', evidence: [] };
