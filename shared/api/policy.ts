import { z } from 'zod';
import { guardMoveSchema, guardStandingSchema } from '../guard/standing.ts';
import { instantSchema } from '../instant.ts';
import { deviceNameSchema, idSchema, reasonSchema } from '../names.ts';
import { policyChangeSchema, policySchema } from '../policy/document.ts';
import { findingCodeSchema, severitySchema } from '../policy/findings.ts';
import { pageSchema } from './page.ts';

/** 1 is the policy as Hometime comes; 2 the first that the setting decided. Devices tell by the same number what they go by. */
const versionSchema = z.int().positive();

/** A version without its document: who made it, when and why. */
export const policyVersionSchema = z.strictObject({
  version: versionSchema,
  /** null: it holds from ever. */
  since: instantSchema.nullable(),
  by: z.string(),
  /** null: it was made before anybody was asked for one, or is the one that Hometime comes with. */
  reason: z.string().nullable(),
});
export type PolicyVersion = z.infer<typeof policyVersionSchema>;

/** The policy in force. */
export const policyViewSchema = policyVersionSchema.extend({ policy: policySchema });
export type PolicyView = z.infer<typeof policyViewSchema>;

/** One version with what it changed of the one before it, in words. */
export const policyVersionViewSchema = policyViewSchema.extend({ changes: z.array(z.string()) });

/** Query of a comparison: with which version; the one before unless it is said. */
export const comparisonQuerySchema = z.strictObject({
  with: z.coerce.number('must be the number of a version').int().min(1).optional(),
});
export const comparisonSchema = z.strictObject({
  from: versionSchema,
  to: versionSchema,
  changes: z.array(z.string()),
});

/** Body of `PUT /policy`: made from which version, and why. Refused, with what changed, when another one holds by then. */
export const policyUpdateSchema = z.strictObject({
  basedOn: versionSchema,
  reason: reasonSchema,
  policy: policyChangeSchema,
});

/** Body of `POST /policy/effects`: what the policy is thought to become. */
export const proposedPolicySchema = z.strictObject({ policy: policyChangeSchema });

/** Devices by name: how many, and the first of them. */
const namedDevicesSchema = z.strictObject({ count: z.int().nonnegative(), names: z.array(deviceNameSchema) });
export type NamedDevices = z.infer<typeof namedDevicesSchema>;

const findingEffectSchema = z.strictObject({
  code: findingCodeSchema,
  severity: severitySchema,
  misuse: z.boolean(),
  devices: namedDevicesSchema,
});
export type FindingEffect = z.infer<typeof findingEffectSchema>;

const foundSchema = z.strictObject({ code: findingCodeSchema, severity: severitySchema, text: z.string() });

/** One device of which something would be judged otherwise. */
const deviceEffectSchema = z.strictObject({
  id: idSchema,
  name: deviceNameSchema,
  appears: z.array(foundSchema),
  disappears: z.array(foundSchema),
  /** Whether its guard would come to block it, or let it go. */
  guard: z.enum(['blocks', 'lets-go', 'as-before']),
});
export type DeviceEffect = z.infer<typeof deviceEffectSchema>;

/**
 * What a change would do, worked out of what is known of each device now; nothing is written. The sums are of
 * all devices, the items a page of those that are touched.
 */
export const policyEffectsSchema = pageSchema(deviceEffectSchema).extend({
  /** The version it was compared with. */
  basedOn: versionSchema,
  changes: z.array(z.string()),
  /** Devices that were judged; of those that never joined nothing is known. */
  judged: z.int().nonnegative(),
  notJoined: z.int().nonnegative(),
  touched: z.int().nonnegative(),
  blocked: namedDevicesSchema,
  letGo: namedDevicesSchema,
  appears: z.array(findingEffectSchema),
  disappears: z.array(findingEffectSchema),
});
export type PolicyEffects = z.infer<typeof policyEffectsSchema>;

/** A move of a device's guard as the server keeps it. */
const guardMoveViewSchema = guardMoveSchema.extend({
  /** When the server learnt of it; `at` is when it happened. */
  receivedAt: instantSchema,
  /** Of a block: sign-ins that were tried and refused meanwhile; null: not a block, or not told. */
  refusedSignIns: z.int().nonnegative().nullable(),
  /** Moves before this one that were never told; null: the device had lost its record and began anew, so nobody can say. */
  missedBefore: z.int().nonnegative().nullable(),
});
export type GuardMoveView = z.infer<typeof guardMoveViewSchema>;

/** The guard of a device: how it stands by its last word, and what it did, newest first. */
export const guardViewSchema = pageSchema(guardMoveViewSchema).extend({
  /** null: its agent tells of none; it is of an earlier version, or has no rules yet. */
  standing: guardStandingSchema.nullable(),
  /** When the agent said so; null: it has not. */
  toldAt: instantSchema.nullable(),
});
export type GuardView = z.infer<typeof guardViewSchema>;
