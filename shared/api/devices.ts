import { z } from 'zod';
import { commandKindSchema } from '../command/kinds.ts';
import { instantSchema } from '../instant.ts';
import {
  accountNameSchema,
  deviceKindSchema,
  deviceNameSchema,
  idSchema,
  newDeviceNameSchema,
  platformNameSchema,
} from '../names.ts';
import { findingCodeSchema, severitySchema } from '../policy/findings.ts';
import { placeSchema } from '../policy/place.ts';
import { presenceViewSchema } from '../policy/presence.ts';
import { standingSchema } from '../policy/standing.ts';
import { changedSectionsSchema, fullReportSchema, type SectionName, sectionNames } from '../report/report.ts';
import { commandViewSchema } from './commands.ts';

/** A finding as it is shown: the rule not met, since when, and how to put it right. */
export const findingViewSchema = z.strictObject({
  code: findingCodeSchema,
  severity: severitySchema,
  /** Counts as misuse now. */
  misuse: z.boolean(),
  /** Until then it is no misuse yet; null: it has no grace, or the grace is over. */
  graceUntil: instantSchema.nullable(),
  requirements: z.array(z.string()),
  text: z.string(),
  remedy: z.string(),
  since: instantSchema,
});
export type FindingView = z.infer<typeof findingViewSchema>;

export const deviceViewSchema = z.strictObject({
  id: idSchema,
  name: deviceNameSchema,
  kind: deviceKindSchema,
  childFacing: z.boolean(),
  /** Account names that may sign in; null: not said, so nobody is a stranger. */
  assignedPeople: z.array(accountNameSchema).nullable(),
  /** null until the device has enrolled. */
  platform: platformNameSchema.nullable(),
  enrolledAt: instantSchema.nullable(),
  /** The agent reports and refuses every order; null before its first word. */
  observeMode: z.boolean().nullable(),
  /** Kinds of command that an administrator of the device itself has forbidden there. */
  forbids: z.array(commandKindSchema),
  /** The hold in force on the device or on its setting: wipe and photo clearing are refused. */
  hold: z.strictObject({ reason: z.string(), setBy: z.string(), setAt: instantSchema }).nullable(),
  /** It left the fleet, or was wiped; its history is kept. */
  retiredAt: instantSchema.nullable(),
  presence: presenceViewSchema,
  standing: standingSchema,
  place: placeSchema,
  findings: z.array(findingViewSchema),
  sections: fullReportSchema.shape.sections,
  /** The order that is with the device or waits for it, oldest first. */
  openCommands: z.array(commandViewSchema),
});
export type DeviceView = z.infer<typeof deviceViewSchema>;

/** Body of `PATCH /devices/{id}`: what a person says of a device. */
export const devicePatchSchema = z
  .strictObject({
    name: newDeviceNameSchema,
    childFacing: z.boolean(),
    assignedPeople: z.array(accountNameSchema).max(100).nullable(),
  })
  .partial();
export type DevicePatch = z.infer<typeof devicePatchSchema>;

/** Body of `POST /enrolment-links`: one link for one named device. */
export const newEnrolmentLinkSchema = z.strictObject({
  name: newDeviceNameSchema,
  kind: deviceKindSchema.default('laptop'),
  childFacing: z.boolean().default(false),
});
export type NewEnrolmentLink = z.infer<typeof newEnrolmentLinkSchema>;

export const enrolmentLinkViewSchema = z.strictObject({
  deviceId: idSchema,
  /** Shown once; the server keeps only its digest. */
  link: z.string(),
  expiresAt: instantSchema,
});
export type EnrolmentLinkView = z.infer<typeof enrolmentLinkViewSchema>;

/** A change of one section, newest first in the history. */
export const changeViewSchema = z.strictObject({
  id: z.int(),
  section: z.enum(sectionNames as [SectionName, ...SectionName[]]),
  /** The reading, under its section's name. */
  reading: changedSectionsSchema,
  receivedAt: instantSchema,
});
export type ChangeView = z.infer<typeof changeViewSchema>;
