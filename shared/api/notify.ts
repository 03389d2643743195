import { z } from 'zod';
import { localTimeSchema } from '../calendar/local-time.ts';
import { weekdaySchema } from '../calendar/opening.ts';
import { freeText } from '../free-text.ts';
import { instantSchema } from '../instant.ts';
import { idSchema } from '../names.ts';
import { severitySchema } from '../policy/findings.ts';
import { pageQuerySchema } from './page.ts';
import { roleSchema } from './people.ts';

/** What somebody can be asked to look at. Strings in the database: never renamed. */
export const matterKindSchema = z.enum([
  'incident',
  'incident-clock',
  'security-event',
  'device',
  'hometime',
  'delivery',
  'confidential-reader',
  'approval',
]);
export type MatterKind = z.infer<typeof matterKindSchema>;
/** Of these the safeguarding lead is told first, whatever a setting's rules say. */
export const kindsOfLeads: readonly MatterKind[] = ['incident', 'incident-clock', 'confidential-reader'];

/** One thing to look at. A matter that has no page of its own is named by what stands for it (a day, a device). */
export const matterSchema = z.strictObject({ kind: matterKindSchema, id: z.string().min(1).max(100) });
export type Matter = z.infer<typeof matterSchema>;

/** What a person is asked to look at: one row a matter, however often it was told. */
export const noticeViewSchema = z.strictObject({
  id: idSchema,
  matter: matterSchema,
  severity: severitySchema,
  raisedAt: instantSchema,
  /** When it was told of last. */
  lastAt: instantSchema,
  count: z.int().positive(),
  /** They stand in for whoever was told first and has not looked. */
  asAlternate: z.boolean(),
  lookedAt: instantSchema.nullable(),
});
export type NoticeView = z.infer<typeof noticeViewSchema>;

/** Query of one's own notices: those not looked at yet, or all of them. */
export const noticesQuerySchema = pageQuerySchema.extend({ which: z.enum(['open', 'all']).default('open') });

/** How a notice reaches a person: an e-mail at once, the daily one, or only the page. */
export const reachSchema = z.enum(['at-once', 'daily', 'page-only']);
export type Reach = z.infer<typeof reachSchema>;

/** When a person may be written to, by the setting's own clock; outside of it all but what is urgent waits. */
export const hoursSchema = z
  .strictObject({
    days: z
      .array(weekdaySchema)
      .min(1, 'name at least one day')
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'names each day once'),
    from: localTimeSchema,
    to: localTimeSchema,
  })
  .refine(({ from, to }) => from < to, 'begins before it ends, on the same day');
export type Hours = z.infer<typeof hoursSchema>;

/** What reaches a person. What is urgent always comes at once: there is no switch for it (INC3). */
export const preferencesSchema = z.strictObject({
  act: reachSchema,
  check: reachSchema,
  /** null: at any hour. */
  hours: hoursSchema.nullable(),
  /** When the daily e-mail comes, if there is anything to look at. */
  dailyAt: localTimeSchema,
  weekly: z.boolean(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const defaultPreferences: Preferences = {
  act: 'at-once',
  check: 'daily',
  hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '07:00', to: '19:00' },
  dailyAt: '07:30',
  weekly: true,
};

const rolesSchema = z
  .array(roleSchema)
  .max(6)
  .refine((roles) => new Set(roles).size === roles.length, 'names each role once');

/** Who is told of a kind of matter first, and who when none of them has looked in time (INC3). */
export const roleRuleSchema = z.strictObject({
  first: rolesSchema.min(1, 'name at least one role'),
  alternates: rolesSchema,
});
export type RoleRule = z.infer<typeof roleRuleSchema>;

/** The setting's rules about telling people. */
export const notifyRulesSchema = z.strictObject({
  roles: z
    .record(matterKindSchema, roleRuleSchema)
    .refine(tellsSafeguarding, 'names the safeguarding lead first for incidents, their clocks and who may read them'),
  /** Minutes after which the alternates are told; null: they are not. */
  alternatesAfterMinutes: z.strictObject({
    urgent: z.int().min(5).max(1_440),
    act: z.int().min(5).max(10_080).nullable(),
    check: z.int().min(5).max(10_080).nullable(),
  }),
});
export type NotifyRules = z.infer<typeof notifyRulesSchema>;

export const defaultNotifyRules: NotifyRules = {
  roles: {
    incident: { first: ['safeguarding-lead', 'manager'], alternates: ['deputy'] },
    'incident-clock': { first: ['safeguarding-lead', 'manager'], alternates: ['deputy'] },
    'security-event': { first: ['administrator'], alternates: ['manager'] },
    device: { first: ['manager'], alternates: ['deputy'] },
    hometime: { first: ['manager', 'deputy'], alternates: ['administrator'] },
    delivery: { first: ['administrator'], alternates: ['manager'] },
    'confidential-reader': { first: ['safeguarding-lead'], alternates: ['manager', 'deputy'] },
    approval: { first: ['administrator'], alternates: ['manager'] },
  },
  alternatesAfterMinutes: { urgent: 30, act: 480, check: null },
};

const webhookNameSchema = freeText('what an administrator calls a webhook', { max: 60 });
/** Where a webhook goes: over TLS, with no password in it. Whether its address is allowed is asked when it is made, and each time it is used. */
export const webhookUrlSchema = z
  .string()
  .max(500)
  .refine(isWebhookUrl, 'must be an https:// address without a name and password in it')
  .meta({ freeText: 'where an administrator has a webhook go; only its host is shown again' });

/** Body of `POST /webhooks`. */
export const newWebhookSchema = z.strictObject({
  name: webhookNameSchema,
  url: webhookUrlSchema,
  severities: z.array(severitySchema).min(1, 'name at least one'),
});
export const webhookViewSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  /** Host and port only: the rest may hold what opens the other side. */
  host: z.string(),
  severities: z.array(severitySchema),
  madeBy: z.string(),
  madeAt: instantSchema,
});
export type WebhookView = z.infer<typeof webhookViewSchema>;
/** The secret that signs is shown once. */
export const madeWebhookSchema = webhookViewSchema.extend({ secret: z.string() });

/** What is posted to a webhook: that somebody should look, and where; never what it is about. */
export const webhookBodySchema = z.strictObject({
  /** The same however often it is tried. */
  id: idSchema,
  at: instantSchema,
  purpose: z.enum(['notice', 'test']),
  settingId: idSchema,
  /** The most severe of what there is to look at. */
  severity: severitySchema,
  link: z.string(),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;

export const deliveryPurposeSchema = z.enum(['notice', 'daily', 'weekly', 'test']);
export type DeliveryPurpose = z.infer<typeof deliveryPurposeSchema>;
export const deliveryStateSchema = z.enum(['waiting', 'sending', 'sent', 'given-up', 'dropped']);
/** How one attempt ended. Strings in the database: never renamed. */
export const outcomeSchema = z.enum([
  'accepted',
  'refused-for-now',
  'refused',
  'no-tls',
  'certificate-not-trusted',
  'sign-in-refused',
  'no-answer',
  'unreachable',
  'redirected',
  'target-not-allowed',
  'not-set-up',
  'recipient-gone',
  'failed',
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** One e-mail or webhook call with every attempt: that it was sent and how it went, never what it said. */
export const deliveryViewSchema = z.strictObject({
  id: idSchema,
  channel: z.enum(['mail', 'webhook']),
  purpose: deliveryPurposeSchema,
  /** The person's or the webhook's name; null: gone. */
  to: z.string().nullable(),
  state: deliveryStateSchema,
  createdAt: instantSchema,
  /** null: it is not tried again. */
  nextAt: instantSchema.nullable(),
  attempts: z.array(
    z.strictObject({
      at: instantSchema,
      outcome: outcomeSchema,
      /** What the other side answered, as a number: an SMTP or HTTP status. */
      status: z.int().nullable(),
      ms: z.int().nonnegative(),
    }),
  ),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

/** What of telling people is set up on this server. */
export const notifyStateSchema = z.strictObject({
  mail: z.strictObject({ on: z.boolean(), from: z.string().nullable() }),
  /** Where links in e-mails lead. */
  url: z.string(),
});

/** Concerns go to the safeguarding lead at once, and so does it that somebody else may read them: no rule takes that away (INC3, INC4). */
function tellsSafeguarding(rules: Partial<Record<MatterKind, RoleRule>>): boolean {
  return kindsOfLeads.every((kind) => rules[kind]?.first.includes('safeguarding-lead') ?? true);
}

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && hash === '';
}
