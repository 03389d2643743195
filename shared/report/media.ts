import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/**
 * A medium's identifier within one setting: the first 16 hex digits of
 * HMAC-SHA-256 over its serial number, keyed with the setting's own salt. It tells
 * one stick from another and nothing about either to anybody else.
 */
export const mediumIdSchema = z.string().regex(/^[0-9a-f]{16}$/);

export const mediumSchema = z.strictObject({
  /** null: the device has no salt from its server yet, or the medium has no serial number. */
  id: mediumIdSchema.nullable(),
  bus: z.enum(['usb', 'sd', 'firewire', 'thunderbolt', 'optical', 'camera', 'other']),
  /** Whole gigabytes (10^9 bytes), at least 1; null: not told, or no medium in the drive. */
  sizeGb: z.int().positive().nullable(),
  /** `encrypted` also while it is open; `blank`: nothing on it that could hold a file. */
  encryption: z.enum(['encrypted', 'not-encrypted', 'partial', 'blank', 'unknown']),
  /** Whether its files can be reached on this device now; null: cannot be told. */
  inUse: z.boolean().nullable(),
  /** When the agent first saw it attached this time; null: it was there before the agent. */
  since: instantSchema.nullable(),
});
export type Medium = z.infer<typeof mediumSchema>;

/** Removable media (DEV10): what is attached now, and what came and went. */
export const mediaSchema = z.strictObject({
  attached: z.array(mediumSchema).max(32),
  /** The latest arrivals and removals seen by this run of the agent, newest first: a stick that came and went between two reports shows here. */
  recent: z
    .array(
      z.strictObject({
        what: z.enum(['arrived', 'removed']),
        at: instantSchema,
        id: mediumIdSchema.nullable(),
        /** What it was, as it was seen last. Absent: an agent of an earlier version, which does not tell a stick from a camera here. */
        bus: mediumSchema.shape.bus.optional(),
        sizeGb: mediumSchema.shape.sizeGb.optional(),
        encryption: mediumSchema.shape.encryption.optional(),
      }),
    )
    .max(20),
});
export type Media = z.infer<typeof mediaSchema>;
export type MediumEvent = Media['recent'][number];
