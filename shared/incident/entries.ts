import { z } from 'zod';
import { roleSchema } from '../api/people.ts';
import { instantSchema } from '../instant.ts';
import { severitySchema } from '../policy/findings.ts';
import { caseStateSchema } from './case-life.ts';
import { categorySchema } from './categories.ts';
import { evidenceSchema } from './evidence.ts';
import { outcomeSchema, stepCodeSchema } from './outcomes.ts';
import { involvedListSchema } from './people-involved.ts';
import { concernedRoles } from './visibility.ts';

/** What somebody's conduct was found to be (INC5). */
export const conductSchema = z.enum(['none', 'misconduct', 'gross-misconduct']);
export type Conduct = z.infer<typeof conductSchema>;

/** Whom a case is about: they see nothing of it. Ids of people here, or roles where a report names no person. */
export const concernsSchema = z.strictObject({
  people: z.array(z.uuidv4()).max(20),
  roles: z.array(z.enum(concernedRoles)),
});
export type Concerns = z.infer<typeof concernsSchema>;

/** What attachments may be, told by their first bytes and never by their name. */
export const attachmentTypeSchema = z.enum([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/heic',
  'application/pdf',
  'text/plain',
]);
export type AttachmentType = z.infer<typeof attachmentTypeSchema>;
export const attachmentLimits = { bytes: 10 * 1024 * 1024, aCase: 20 } as const;

const misuseData = z.strictObject({ happenedAt: instantSchema });
const nothing = z.strictObject({});

/**
 * What each kind of entry carries beside its words. Entries are never changed or removed (INC1): what was wrong is
 * put right by an `amendment`. Kinds and fields are in the database, under a hash: never renamed, only added.
 */
export const entryData = {
  opened: z.strictObject({
    source: z.enum(['device', 'person', 'form']),
    /** The finding's code, of a case that the server opened. */
    matter: z.string().nullable(),
    category: categorySchema,
    severity: severitySchema,
    confidential: z.boolean(),
    deviceId: z.string().nullable(),
    /** The closed case that this one goes on from. */
    follows: z.string().nullable(),
    happenedAt: instantSchema.nullable(),
    people: involvedListSchema,
    concerns: concernsSchema,
    /** How it was reported: through an account, or by the form with or without a name. null: by the server. */
    reporter: z.enum(['account', 'named', 'anonymous']).nullable(),
  }),
  /** Seen again after it had ended. */
  repeated: misuseData,
  /** It goes on, and something about it is different (another person joined). */
  changed: misuseData,
  /** No longer seen. */
  ended: misuseData,
  evidence: evidenceSchema,
  narrative: nothing,
  /** Puts an earlier entry right; that one stays. */
  amendment: z.strictObject({ amends: z.int().positive() }),
  /** Words that name nobody, for those who read pseudonymised. */
  summary: nothing,
  people: z.strictObject({ people: involvedListSchema }),
  attachment: z.strictObject({
    /** SHA-256, lower-case hex. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    type: attachmentTypeSchema,
    bytes: z.int().positive(),
    name: z.string(),
  }),
  assessed: z.strictObject({ severity: severitySchema, conduct: conductSchema }),
  /** `alone`: by the one who assessed it, for there was nobody else who may see the case. */
  'signed-off': z.strictObject({ severity: severitySchema, conduct: conductSchema, alone: z.boolean() }),
  outcome: z.strictObject({
    outcome: outcomeSchema,
    /** The clocks run from then: when the setting knew. */
    from: instantSchema,
    steps: z.array(z.strictObject({ step: stepCodeSchema, dueAt: instantSchema.nullable() })),
  }),
  'step-settled': z.strictObject({
    outcome: outcomeSchema,
    step: stepCodeSchema,
    how: z.enum(['done', 'not-needed']),
    /** When it was done, as the person says. */
    doneAt: instantSchema,
  }),
  /** A clock came near its end, or ran out, and whoever looks after the case was told. */
  clock: z.strictObject({
    outcome: outcomeSchema,
    step: stepCodeSchema,
    dueAt: instantSchema,
    standing: z.enum(['near', 'run-out']),
  }),
  /** Who looked at the case, once a day each. */
  seen: z.strictObject({ day: z.iso.date() }),
  'state-changed': z.strictObject({
    from: caseStateSchema,
    to: caseStateSchema,
    /** Of a closing: until when its words are kept; null: until somebody decides. */
    keptUntil: instantSchema.nullable().optional(),
  }),
  confidentiality: z.strictObject({ confidential: z.boolean() }),
  concerns: concernsSchema,
  hold: z.strictObject({ holdId: z.string(), deviceId: z.string().nullable() }),
  exported: z.strictObject({ format: z.enum(['json', 'pdf']) }),
  purged: z.strictObject({ retention: z.string(), entries: z.int(), attachments: z.int() }),
} as const satisfies Record<string, z.ZodType>;

export type EntryKind = keyof typeof entryData;
export type EntryData<Kind extends EntryKind> = z.infer<(typeof entryData)[Kind]>;
export const entryKinds = Object.keys(entryData) as EntryKind[];
export const entryKindSchema = z.enum(entryKinds);

/** Who wrote an entry. `reporter`: somebody through the form without an account. */
export const entryActorSchema = z.strictObject({
  kind: z.enum(['server', 'person', 'token', 'reporter']),
  /** null: nobody is named, or the reader may not see who. */
  name: z.string().nullable(),
  role: roleSchema.nullable(),
});
export type EntryActor = z.infer<typeof entryActorSchema>;
