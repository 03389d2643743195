import { z } from 'zod';
import type { WebhookView } from '../../shared/api/notify.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { type Severity, severitySchema } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';

const rowSchema = z
  .object({
    id: z.string(),
    setting_id: z.string(),
    name: z.string(),
    sealed_url: z.string(),
    host: z.string(),
    sealed_secret: z.string(),
    severities: z.string(),
    made_by: z.string(),
    made_at: instantSchema,
  })
  .transform((row) => ({
    settingId: row.setting_id,
    sealedUrl: row.sealed_url,
    sealedSecret: row.sealed_secret,
    view: {
      id: row.id,
      name: row.name,
      host: row.host,
      severities: z.array(severitySchema).parse(JSON.parse(row.severities)),
      madeBy: row.made_by,
      madeAt: row.made_at,
    } satisfies WebhookView,
  }));
export type WebhookRow = z.infer<typeof rowSchema>;

/** The webhooks of a setting that were not removed, oldest first. */
export async function listWebhooks(connection: Connection, settingId: string): Promise<WebhookRow[]> {
  const rows: unknown = await connection('webhooks')
    .where({ setting_id: settingId, removed_at: null })
    .orderBy(['made_at', 'id']);
  return z.array(rowSchema).parse(rows);
}

export async function findWebhook(connection: Connection, id: string): Promise<WebhookRow | undefined> {
  const row: unknown = await connection('webhooks').where({ id, removed_at: null }).first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** The webhooks that take something of a severity. */
export async function webhooksFor(connection: Connection, settingId: string, severity: Severity): Promise<string[]> {
  const rows = await listWebhooks(connection, settingId);
  return rows.filter(({ view }) => view.severities.includes(severity)).map(({ view }) => view.id);
}

interface NewWebhook {
  id: string;
  settingId: string;
  name: string;
  host: string;
  sealedUrl: string;
  sealedSecret: string;
  severities: readonly Severity[];
  by: string;
  at: Instant;
}

export async function addWebhook(connection: Connection, made: NewWebhook): Promise<void> {
  await connection('webhooks').insert({
    id: made.id,
    setting_id: made.settingId,
    name: made.name,
    sealed_url: made.sealedUrl,
    host: made.host,
    sealed_secret: made.sealedSecret,
    severities: JSON.stringify(made.severities),
    made_by: made.by,
    made_at: made.at,
  });
}

/** Its row stays for the log of deliveries, without what opened the other side. */
export async function markRemoved(connection: Connection, id: string, at: Instant): Promise<void> {
  await connection('webhooks').where({ id }).update({ removed_at: at, sealed_url: '', sealed_secret: '' });
}
