import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { instantSchema } from '../instant.ts';
import { idSchema, reasonSchema } from '../names.ts';

/**
 * Roles of people, for each setting its own: in the database, never renamed.
 * `committee`: committee members and inspectors, who read, for a limited time.
 */
export const roleSchema = z.enum(['manager', 'deputy', 'administrator', 'safeguarding-lead', 'staff', 'committee']);
export type Role = z.infer<typeof roleSchema>;

export const emailSchema = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase());
export const personNameSchema = freeText("the person's own name, shown beside what they ordered", { max: 80 });

/** Twelve characters or more; length is what helps, so no rule about kinds of characters. Whether it is among those known from breaches is asked where it is set. */
export const passwordSchema = z.string().min(12, 'must have at least 12 characters').max(200);

/** A one-time code of an authenticator app (six digits), or a recovery code. Blanks do not matter. */
const codeSchema = z
  .string()
  .max(40)
  .transform((typed) => typed.replaceAll(/\s/g, ''));

/** Body of `POST /set-up`: makes the first administrator, once, with the token of the set-up link. */
export const setUpSchema = z.strictObject({
  token: z.string().min(1).max(100),
  settingName: freeText('what the setting is called', { max: 100 }),
  name: personNameSchema,
  email: emailSchema,
  password: passwordSchema,
});
export type SetUp = z.infer<typeof setUpSchema>;

/** Body of `POST /session`. Without the code that an account needs the answer is `code-required`. */
export const signInSchema = z.strictObject({
  email: emailSchema,
  password: z.string().min(1).max(200),
  code: codeSchema.optional(),
});
export type SignIn = z.infer<typeof signInSchema>;

/** Who is signed in. Every request with the session cookie that changes something carries `csrfToken` in the header `x-csrf-token`. */
export const sessionViewSchema = z.strictObject({
  personId: idSchema,
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  settingId: idSchema,
  settingName: z.string(),
  csrfToken: z.string(),
  /** Every setting the person belongs to, this one included. */
  settings: z.array(z.strictObject({ id: idSchema, name: z.string(), role: roleSchema })),
  secondFactor: z.strictObject({
    on: z.boolean(),
    /** An administrator without one may do nothing but set it up from then on; null: not demanded. */
    dueAt: instantSchema.nullable(),
    recoveryCodesLeft: z.int().nonnegative(),
  }),
  /** From when on an administrator may approve what another asked for; null: whoever is none. */
  approvesFrom: instantSchema.nullable(),
  /** Until when what needs the password again may be done; null: it has to be given first. */
  confirmedUntil: instantSchema.nullable(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** Answer of `GET /set-up`: whether the first administrator is still to be made. */
export const setUpViewSchema = z.strictObject({ needed: z.boolean() });

/** Body of `POST /session/confirm`: the person's own password again. */
export const confirmSchema = z.strictObject({ password: z.string().min(1).max(200) });
export const switchSettingSchema = z.strictObject({ settingId: idSchema });
export const changePasswordSchema = z.strictObject({ old: z.string().min(1).max(200), new: passwordSchema });

/** One sign-in of a person, for them to look through and end. */
export const ownSessionViewSchema = z.strictObject({
  id: idSchema,
  current: z.boolean(),
  createdAt: instantSchema,
  lastUsedAt: instantSchema,
  expiresAt: instantSchema,
  /** The browser's own words about itself, shortened, and the address it came from. */
  browser: z.string(),
  address: z.string(),
});

/** What an authenticator app is to be given; shown once. */
export const secondFactorOfferSchema = z.strictObject({ secret: z.string(), uri: z.string() });
export const secondFactorProofSchema = z.strictObject({ code: codeSchema });
/** Each works once. Shown once. */
export const recoveryCodesSchema = z.strictObject({ recoveryCodes: z.array(z.string()) });

export const personViewSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  /** From then on the role ends by itself; null: it does not. */
  until: instantSchema.nullable(),
  secondFactor: z.boolean(),
  lastSignInAt: instantSchema.nullable(),
});
export type PersonView = z.infer<typeof personViewSchema>;

/** How long a role may last that must end; committee members and inspectors at most so long. */
export const mostCommitteeDays = 90;
const daysSchema = z.int().min(1).max(365);

/** Body of `PATCH /people/{id}`. `days`: the role ends so many days from now; null: it does not end (never for `committee`). */
export const personPatchSchema = z.strictObject({ role: roleSchema, days: daysSchema.nullable() });

/** Body of `POST /people/{id}/leave`. */
export const leaveSchema = z.strictObject({ reason: reasonSchema });
/** What ended with a leaver, and what is still to be done by hand. */
export const leaverViewSchema = z.strictObject({
  sessionsEnded: z.int().nonnegative(),
  tokensRevoked: z.int().nonnegative(),
  invitationsRevoked: z.int().nonnegative(),
  /** Open orders they had asked for; these go on, and are named so that somebody decides. */
  openOrders: z.array(idSchema),
  /** Whether they belong to other settings still. */
  otherSettings: z.int().nonnegative(),
});

/** Body of `POST /invitations`. */
export const newInvitationSchema = z.strictObject({
  email: emailSchema,
  role: roleSchema,
  days: daysSchema.nullable().default(null),
});
export const invitationViewSchema = z.strictObject({
  id: idSchema,
  email: z.string(),
  role: roleSchema,
  purpose: z.enum(['join', 'reset']),
  invitedBy: z.string(),
  expiresAt: instantSchema,
});
/** The link is shown once; the server keeps only its digest. */
export const invitationLinkSchema = invitationViewSchema.extend({ link: z.string() });
/** Body of `POST /invitations/look`: what a link is for, before anything is typed. */
export const invitationTokenSchema = z.strictObject({ token: z.string().min(1).max(100) });
export const invitationOfferSchema = z.strictObject({
  email: z.string(),
  role: roleSchema,
  purpose: z.enum(['join', 'reset']),
  settingName: z.string(),
  /** The person has an account already: their own password joins, and no name is asked. */
  known: z.boolean(),
});
/** Body of `POST /invitations/accept`; signs in. `name` is for those who have no account yet. */
export const acceptInvitationSchema = z.strictObject({
  token: z.string().min(1).max(100),
  name: personNameSchema.optional(),
  password: passwordSchema,
  code: codeSchema.optional(),
});
export type AcceptInvitation = z.infer<typeof acceptInvitationSchema>;

export const newTokenSchema = z.strictObject({
  name: freeText('what an API token is for', { max: 80 }),
  role: roleSchema,
  days: daysSchema,
});
export const tokenViewSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  role: roleSchema,
  createdAt: instantSchema,
  /** null: made on the command line without an end. */
  expiresAt: instantSchema.nullable(),
  madeBy: z.string().nullable(),
});
/** The token itself is shown once; the server keeps only its digest. */
export const madeTokenSchema = tokenViewSchema.extend({ token: z.string() });
