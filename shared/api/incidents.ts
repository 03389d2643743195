import { z } from 'zod';
import { caseStateSchema } from '../incident/case-life.ts';
import { categorySchema } from '../incident/categories.ts';
import {
  attachmentTypeSchema,
  concernsSchema,
  conductSchema,
  entryActorSchema,
  entryKindSchema,
} from '../incident/entries.ts';
import { outcomeSchema, stepCodeSchema } from '../incident/outcomes.ts';
import { involvedListSchema } from '../incident/people-involved.ts';
import { instantSchema } from '../instant.ts';
import { idSchema } from '../names.ts';
import { findingCodeSchema, severitySchema } from '../policy/findings.ts';

/** What the asker may do with a case; what is not there would be refused. */
export const incidentActSchema = z.enum([
  'write',
  'attach',
  'take',
  'assess',
  'sign-off',
  'decide-outcome',
  'settle-step',
  'close',
  'restrict',
  'open-up',
  'name-concerned',
  'hold',
  'export',
]);
export type IncidentAct = z.infer<typeof incidentActSchema>;

const nextStepSchema = z.strictObject({
  outcome: outcomeSchema,
  step: stepCodeSchema,
  dueAt: instantSchema,
  standing: z.enum(['running', 'near', 'run-out']),
});

/** A case as it stands in a list: one for a device and a matter, or what a person reported; repeats join it (INC1). */
export const incidentViewSchema = z.strictObject({
  id: idSchema,
  /** Short and random, to be said over the telephone: "K7QM-4D2A". */
  reference: z.string(),
  /** How much of it the asker sees. */
  sight: z.enum(['whole', 'record', 'pseudonymised', 'own']),
  source: z.enum(['device', 'person', 'form']),
  deviceId: idSchema.nullable(),
  deviceName: z.string().nullable(),
  /** The finding, of a case that the server opened. */
  matter: findingCodeSchema.nullable(),
  category: categorySchema,
  severity: severitySchema,
  conduct: conductSchema.nullable(),
  confidential: z.boolean(),
  state: caseStateSchema,
  /** Whether the misuse is going on now. */
  ongoing: z.boolean(),
  /** When it first happened, as far as is known. */
  openedAt: instantSchema,
  /** When the setting knew: clocks count from then. */
  knownAt: instantSchema,
  lastAt: instantSchema,
  /** How often it has happened, the first time included. */
  count: z.int().positive(),
  /** The newest words on what was seen; null: none that the asker may read. */
  latest: z.strictObject({ at: instantSchema, text: z.string() }).nullable(),
  /** The step whose clock ends next. */
  next: nextStepSchema.nullable(),
  /** The closed case that this one goes on from. */
  follows: idSchema.nullable(),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;

/** One entry. What the asker may not read is null: that it is there is no secret, what it says is. */
export const incidentEntryViewSchema = z.strictObject({
  number: z.int().positive(),
  /** When it was written, by the server's clock. */
  at: instantSchema,
  kind: entryKindSchema,
  by: entryActorSchema,
  text: z.string().nullable(),
  /** Of the shape of its kind: `entryData` in shared/incident/entries.ts. */
  data: z.record(z.string(), z.unknown()).nullable(),
  hash: z.string(),
});
export type IncidentEntryView = z.infer<typeof incidentEntryViewSchema>;

export const incidentStepViewSchema = z.strictObject({
  step: stepCodeSchema,
  dueAt: instantSchema.nullable(),
  /** null: it has no clock, or is settled. */
  standing: z.enum(['running', 'near', 'run-out']).nullable(),
  settled: z
    .strictObject({
      how: z.enum(['done', 'not-needed']),
      doneAt: instantSchema,
      at: instantSchema,
      by: z.string().nullable(),
      text: z.string().nullable(),
    })
    .nullable(),
});

/** A case with all that the asker may see of it. */
export const incidentCaseSchema = incidentViewSchema.extend({
  entries: z.array(incidentEntryViewSchema),
  people: involvedListSchema,
  outcomes: z.array(
    z.strictObject({
      outcome: outcomeSchema,
      decidedAt: instantSchema,
      steps: z.array(incidentStepViewSchema),
    }),
  ),
  attachments: z.array(
    z.strictObject({
      digest: z.string(),
      name: z.string(),
      type: attachmentTypeSchema,
      bytes: z.int().positive(),
      at: instantSchema,
      by: z.string().nullable(),
    }),
  ),
  assessment: z
    .strictObject({
      severity: severitySchema,
      conduct: conductSchema,
      at: instantSchema,
      by: z.string().nullable(),
      signedOffAt: instantSchema.nullable(),
      signedOffBy: z.string().nullable(),
    })
    .nullable(),
  /** Cases that go on from this one. */
  followedBy: z.array(idSchema),
  /** Whom it concerns; of people those ids that are members still. Empty unless the whole is seen. */
  concerns: concernsSchema,
  /** Holds set from this case that are in force. */
  holds: z.array(idSchema),
  /** When its words will be purged; null: it is not closed, or they are kept until somebody decides. */
  keptUntil: instantSchema.nullable(),
  may: z.array(incidentActSchema),
});
export type IncidentCase = z.infer<typeof incidentCaseSchema>;

/** How many cases the asker can see. */
export const incidentCountsSchema = z.strictObject({
  open: z.int().nonnegative(),
  /** Open ones that nobody has taken yet. */
  untaken: z.int().nonnegative(),
  urgent: z.int().nonnegative(),
  /** Open ones with a clock that has run out. */
  runOut: z.int().nonnegative(),
});

/**
 * What checking the whole record of a setting found, as far as the asker may know: no number in it moves with a case
 * that they may not see (INC4). The register's end and its lines are told on the command line alone.
 */
export const incidentVerificationSchema = z.strictObject({
  /** Of the whole record, whoever asks. */
  intact: z.boolean(),
  /** Of the cases that the asker sees as a whole. */
  cases: z.int().nonnegative(),
  entries: z.int().nonnegative(),
  attachments: z.int().nonnegative(),
  /** Those of these cases. */
  faults: z.array(z.strictObject({ incidentId: z.string(), number: z.int().nullable(), what: z.string() })),
  /** Something else is not as it was written: the command line tells what. */
  elsewhere: z.boolean(),
});
export type IncidentVerification = z.infer<typeof incidentVerificationSchema>;
