import { z } from 'zod';
import { commandOrderSchema } from '../command/kinds.ts';
import { deviceKindSchema, deviceNameSchema, idSchema, platformNameSchema, reasonSchema } from '../names.ts';
import { findingCodeSchema } from '../policy/findings.ts';
import { presenceStateSchema } from '../policy/presence.ts';

/** Which devices an order is for: all that is said must hold; nothing said is every device of the setting. */
export const deviceFilterSchema = z
  .strictObject({
    ids: z.array(idSchema).min(1).max(20_000),
    kind: deviceKindSchema,
    platform: platformNameSchema,
    childFacing: z.boolean(),
    presence: presenceStateSchema,
    finding: findingCodeSchema,
    /** Somebody is signed in, as last reported. */
    signedIn: z.literal(true),
  })
  .partial();
export type DeviceFilter = z.infer<typeof deviceFilterSchema>;

/** Body of `POST /command-batches/preview`: nothing is ordered. */
export const batchQuestionSchema = z.strictObject({ filter: deviceFilterSchema, order: commandOrderSchema });
export type BatchQuestion = z.infer<typeof batchQuestionSchema>;

/**
 * What would happen at one device. `now`: it is in touch; `later`: when it is next seen;
 * `refused`: with `why`, a code of the error catalogue or of the outcome reasons.
 */
export const batchRowSchema = z.strictObject({
  deviceId: idSchema,
  deviceName: z.string(),
  will: z.enum(['now', 'later', 'refused']),
  why: z.enum(['not-enrolled', 'observe-mode', 'forbidden-on-device', 'held', 'not-supported']).nullable(),
});

/** The dry run: how many and which. The list names at most 500; the numbers are of all. */
export const batchPreviewSchema = z.strictObject({
  now: z.int().nonnegative(),
  later: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  devices: z.array(batchRowSchema).max(500),
  /** Said again when ordering: a fleet that changed meanwhile is refused and shown anew. */
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
  /** The most devices this kind of order may be given to at once; null: no limit. */
  limit: z.int().positive().nullable(),
});
export type BatchPreview = z.infer<typeof batchPreviewSchema>;

/** Body of `POST /command-batches`. */
export const newBatchSchema = batchQuestionSchema.extend({
  reason: reasonSchema,
  fingerprint: batchPreviewSchema.shape.fingerprint,
  /** For `wipe` and `retire`: the names of all devices concerned, typed again, in any order. */
  deviceNames: z.array(deviceNameSchema).max(5).optional(),
});
export type NewBatch = z.infer<typeof newBatchSchema>;

export const batchAnswerSchema = z.strictObject({
  batchId: idSchema,
  ordered: z.int().nonnegative(),
  refused: z.int().nonnegative(),
});

/** Destructive orders go to a handful at a time. */
export const mostAtOnce = { wipe: 3, retire: 5, 'clear-photos': 50 } as const;
