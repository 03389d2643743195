import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from '../storage/database.ts';

const rowSchema = z.object({ salt: z.base64().length(44) });

/**
 * The setting's secret that keys the digests of networks in capsules; made now if there is none. It never changes: with
 * another one no device would know where it is until it has the next capsule.
 */
export async function placeSaltOf(connection: Connection, settingId: string): Promise<string> {
  const kept = await connection('place_salts').where({ setting_id: settingId }).first('salt');
  if (kept !== undefined) return rowSchema.parse(kept).salt;
  const made = { setting_id: settingId, salt: randomBytes(32).toString('base64') };
  // Two who make one at once go on with the same.
  await connection('place_salts').insert(made).onConflict('setting_id').ignore();
  return rowSchema.parse(await connection('place_salts').where({ setting_id: settingId }).first('salt')).salt;
}
