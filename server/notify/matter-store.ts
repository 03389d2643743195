import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Matter, matterKindSchema } from '../../shared/api/notify.ts';
import { roleSchema } from '../../shared/api/people.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { type Severity, severitySchema } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';
import type { Audience } from './recipients.ts';

const storedAudienceSchema = z.strictObject({
  roles: z.array(roleSchema).optional(),
  people: z.array(z.string()).optional(),
});

const rowSchema = z
  .object({
    id: z.string(),
    setting_id: z.string(),
    kind: matterKindSchema,
    severity: severitySchema,
    excluded: z.string(),
    alternates: z.string(),
    confidential: z.coerce.boolean(),
    escalates_at: instantSchema.nullable(),
  })
  .transform((row) => ({
    id: row.id,
    settingId: row.setting_id,
    kind: row.kind,
    severity: row.severity,
    excluded: z.array(z.string()).parse(JSON.parse(row.excluded)),
    alternates: storedAudienceSchema.parse(JSON.parse(row.alternates)),
    confidential: row.confidential,
    escalatesAt: row.escalates_at,
  }));
export type MatterRow = z.infer<typeof rowSchema>;

/** A matter is the same however often it is told. */
export interface MatterOf {
  settingId: string;
  matter: Matter;
}

export async function findMatter(
  connection: Connection,
  { settingId, matter }: MatterOf,
): Promise<MatterRow | undefined> {
  const row: unknown = await connection('notice_matters')
    .where({ setting_id: settingId, kind: matter.kind, matter_id: matter.id })
    .first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

export async function findMatterById(connection: Connection, id: string): Promise<MatterRow | undefined> {
  const row: unknown = await connection('notice_matters').where({ id }).first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** What is kept of a matter beside its name. */
export interface MatterState {
  severity: Severity;
  excluded: readonly string[];
  alternates: Audience;
  confidential: boolean;
}

export async function addMatter(
  connection: Connection,
  { settingId, matter }: MatterOf,
  state: MatterState,
  at: Instant,
): Promise<string> {
  const id = randomUUID();
  await connection('notice_matters').insert({
    id,
    setting_id: settingId,
    kind: matter.kind,
    matter_id: matter.id,
    ...stored(state),
    count: 1,
    raised_at: at,
    last_at: at,
  });
  return id;
}

/** It was told once more. */
export async function tellMatterAgain(
  connection: Connection,
  id: string,
  state: MatterState,
  at: Instant,
): Promise<void> {
  await connection('notice_matters')
    .where({ id })
    .update({ ...stored(state), last_at: at, count: connection.raw('count + 1') });
}

/** When the alternates are to be told; null: not, for they were or somebody looked. */
export async function setEscalation(connection: Connection, ids: readonly string[], at: Instant | null): Promise<void> {
  await connection('notice_matters').whereIn('id', ids).update({ escalates_at: at });
}

/** Who may not be told of a matter, whoever is told next. */
export async function setExcluded(connection: Connection, id: string, personIds: readonly string[]): Promise<void> {
  await connection('notice_matters')
    .where({ id })
    .update({ excluded: JSON.stringify(personIds) });
}

/** Takes away a matter that nobody is asked to look at. */
export async function removeMatter(connection: Connection, id: string): Promise<void> {
  await connection('notice_matters').where({ id }).delete();
}

/** Matters whose time for the alternates has come. */
export async function mattersToEscalate(connection: Connection, now: Instant): Promise<MatterRow[]> {
  const rows: unknown = await connection('notice_matters')
    .where('escalates_at', '<=', now)
    .orderBy('escalates_at')
    .limit(mostAtOnce);
  return z.array(rowSchema).parse(rows);
}

const mostAtOnce = 200;

/** What went into a delivery that could not be made: their alternates are told now, unless they were already. */
export async function escalateNow(connection: Connection, deliveryId: string, now: Instant): Promise<void> {
  const ids = connection('notices').where({ delivery_id: deliveryId }).select('notice_matter_id');
  await connection('notice_matters').whereIn('id', ids).whereNotNull('escalates_at').update({ escalates_at: now });
}

function stored({ severity, excluded, alternates, confidential }: MatterState) {
  return {
    severity,
    excluded: JSON.stringify(excluded),
    alternates: JSON.stringify(alternates),
    confidential,
  };
}
