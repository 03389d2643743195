import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { caseStateSchema } from '../incident/case-life.ts';
import { categorySchema } from '../incident/categories.ts';
import { concernsSchema, conductSchema } from '../incident/entries.ts';
import { outcomeSchema, stepCodeSchema } from '../incident/outcomes.ts';
import { involvedListSchema } from '../incident/people-involved.ts';
import { concernedRoles } from '../incident/visibility.ts';
import { instantSchema } from '../instant.ts';
import { idSchema, reasonSchema } from '../names.ts';
import { severitySchema } from '../policy/findings.ts';
import { pageQuerySchema } from './page.ts';

/** Words of a person, with line breaks, but no other control characters. */
function narrative(why: string, max: number) {
  return z
    .string()
    .trim()
    .min(3, 'must have at least 3 characters')
    .max(max, `must have at most ${max} characters`)
    .regex(/^(?:[^\p{Cc}]|[\n\t])*$/u, 'holds a character that is not allowed here')
    .meta({ freeText: why });
}
const narrativeSchema = narrative('INC1: what happened, in the words of whoever saw it', 10_000);

/** Query of the list of incidents. `q`: words of its entries that the asker may read, or its reference. */
export const incidentQuerySchema = pageQuerySchema.extend({
  state: z.enum(['unclosed', ...caseStateSchema.options]).optional(),
  category: categorySchema.optional(),
  severity: severitySchema.optional(),
  deviceId: idSchema.optional(),
  q: freeText('words to look for in the record', { max: 100, min: 2, separators: 'allowed' }).optional(),
});
export type IncidentQuery = z.infer<typeof incidentQuerySchema>;

/** Body of `POST /incidents`. A category that is always confidential makes the case so, whatever is said here. */
export const newIncidentSchema = z.strictObject({
  category: categorySchema,
  severity: severitySchema,
  text: narrativeSchema,
  people: involvedListSchema.default([]),
  deviceId: idSchema.nullable().default(null),
  happenedAt: instantSchema.nullable().default(null),
  /** The manager and the deputy are not to see it. */
  confidential: z.boolean().default(false),
  /** Whom it is about: they see nothing of it. */
  concerns: concernsSchema.default({ people: [], roles: [] }),
  follows: idSchema.nullable().default(null),
});
export type NewIncident = z.infer<typeof newIncidentSchema>;

/** Body of `POST /incidents/{id}/entries`. `amends`: the number of the entry that is put right. */
export const newEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('narrative'), text: narrativeSchema }),
  z.strictObject({ kind: z.literal('amendment'), text: narrativeSchema, amends: z.int().positive() }),
  z.strictObject({ kind: z.literal('summary'), text: narrativeSchema }),
  z.strictObject({ kind: z.literal('people'), people: involvedListSchema.min(1) }),
]);
export type NewEntry = z.infer<typeof newEntrySchema>;

/** Query of `POST /incidents/{id}/attachments`, whose body is the file itself. */
export const attachmentQuerySchema = z.strictObject({
  name: freeText('what the file is called, for people to find it again', { max: 100 }),
});

/** Body of `POST /incidents/{id}/assessment` (INC5). */
export const assessmentSchema = z.strictObject({
  severity: severitySchema,
  conduct: conductSchema,
  reason: reasonSchema,
});
export const newOutcomeSchema = z.strictObject({ outcome: outcomeSchema, reason: reasonSchema });
export const settledStepSchema = z.strictObject({
  outcome: outcomeSchema,
  step: stepCodeSchema,
  how: z.enum(['done', 'not-needed']),
  /** What came of it, a reference number, or why it is not needed. */
  text: narrative('INC2: what was done in a step, or why it is not needed', 2_000),
  /** When it was done; left out: now. */
  doneAt: instantSchema.optional(),
});
export const confidentialitySchema = z.strictObject({ confidential: z.boolean(), reason: reasonSchema });
export const newConcernsSchema = concernsSchema.extend({ reason: reasonSchema });
export const caseHoldSchema = z.strictObject({
  /** The whole setting instead of the case's device. */
  wholeSetting: z.boolean(),
  reason: reasonSchema,
});

export const caseExportQuerySchema = z.strictObject({ format: z.enum(['json', 'pdf']).default('pdf') });
/** Days by the setting's own calendar, both included. */
export const logExportQuerySchema = z.strictObject({ from: z.iso.date(), to: z.iso.date() });

/** Query of `GET /incidents/{id}`. `again`: a page that stands open asks by itself, and nobody may be there to see it. */
export const caseQuerySchema = z.strictObject({ again: z.literal('yes').optional() });

/** An address or a network of the setting's own, "192.0.2.7" or "192.0.2.0/24". */
const networkSchema = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'must be an address such as 192.0.2.7 or 192.0.2.0/24',
);

/** The short form without an account, as the setting has it. */
export const reportFormSchema = z.strictObject({
  on: z.boolean(),
  /** Whether it takes reports without a name. */
  anonymous: z.boolean(),
  /** Where it answers; empty: wherever somebody has the code of the poster. */
  addresses: z.array(networkSchema).max(20),
});
export const reportFormViewSchema = reportFormSchema.extend({
  /** What stands on the poster, as a link to the form. */
  link: z.string(),
  code: z.string(),
  /** The address the server sees of the asker now, to be taken into `addresses`; null: it cannot tell. */
  yourAddress: z.string().nullable(),
});
export type ReportFormView = z.infer<typeof reportFormViewSchema>;

/** Twelve characters that are not mistaken for one another, four a group. Blanks, dashes and case do not matter. */
export const reportCodeSchema = z
  .string()
  .regex(/^[\w\s-]{1,40}$/, 'must be the twelve characters of the poster')
  .transform((typed) => typed.toUpperCase().replaceAll(/[\s-]/g, ''))
  .pipe(z.string().regex(/^[A-HJKMNP-Z2-9]{12}$/, 'must be the twelve characters of the poster'));

/** Body of `POST /report/look`. */
export const reportLookSchema = z.strictObject({ code: reportCodeSchema });
export const reportOfferSchema = z.strictObject({ settingName: z.string(), anonymous: z.boolean() });

/** Body of `POST /report`: somebody who saw something and has no account (INC4). */
export const shortReportSchema = z.strictObject({
  code: reportCodeSchema,
  category: categorySchema,
  text: narrative('INC4: what somebody saw, in their own words', 4_000),
  /** null: anonymous. */
  name: freeText('INC4: who reports, if they say so', { max: 80 }).nullable(),
  happenedAt: instantSchema.nullable().default(null),
  /** The manager and the deputy are not to see it. */
  confidential: z.boolean(),
  /** Whom it is about: they are not told and do not see it. */
  about: z.array(z.enum(concernedRoles)).default([]),
});
export type ShortReport = z.infer<typeof shortReportSchema>;
/** What the reporter may keep; it opens nothing. */
export const reportReceiptSchema = z.strictObject({ reference: z.string(), at: instantSchema });
