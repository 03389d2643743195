import { z } from 'zod';
import type { Connection } from '../storage/database.ts';

/** The short form of a setting, as it is stored. */
export interface ReportForm {
  settingId: string;
  on: boolean;
  anonymous: boolean;
  /** Addresses and networks where it answers; empty: anywhere. */
  addresses: string[];
  code: string;
}

const rowSchema = z
  .object({
    setting_id: z.string(),
    is_on: z.coerce.boolean(),
    anonymous: z.coerce.boolean(),
    addresses: z.string(),
    code: z.string(),
  })
  .transform(
    (row): ReportForm => ({
      settingId: row.setting_id,
      on: row.is_on,
      anonymous: row.anonymous,
      addresses: z.array(z.string()).parse(JSON.parse(row.addresses)),
      code: row.code,
    }),
  );

export async function findForm(
  connection: Connection,
  by: { settingId: string } | { code: string },
): Promise<ReportForm | undefined> {
  const row: unknown = await connection('report_forms')
    .where('code' in by ? { code: by.code } : { setting_id: by.settingId })
    .first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

export async function putForm(connection: Connection, form: ReportForm): Promise<void> {
  await connection('report_forms')
    .insert({
      setting_id: form.settingId,
      is_on: form.on,
      anonymous: form.anonymous,
      addresses: JSON.stringify(form.addresses),
      code: form.code,
    })
    .onConflict('setting_id')
    .merge();
}
