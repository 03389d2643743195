import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from '../storage/database.ts';

const rowSchema = z.object({ salt: z.base64().length(44) });

/**
 * The setting's secret that keys the identifiers of removable media. It never changes: with another one every stick
 * would be a new one.
 */
export const mediaSaltOf = saltIn('media_salts');

/**
 * The setting's secret that keys the digests of networks in capsules. It never changes: with another one no device
 * would know where it is until it has the next capsule.
 */
export const placeSaltOf = saltIn('place_salts');

/** Reads a setting's secret of 32 bytes, in base64; made now if there is none. */
function saltIn(table: 'media_salts' | 'place_salts') {
  return async (connection: Connection, settingId: string): Promise<string> => {
    const kept = await connection(table).where({ setting_id: settingId }).first('salt');
    if (kept !== undefined) return rowSchema.parse(kept).salt;
    const made = { setting_id: settingId, salt: randomBytes(32).toString('base64') };
    // Two who make one at once go on with the same.
    await connection(table).insert(made).onConflict('setting_id').ignore();
    return rowSchema.parse(await connection(table).where({ setting_id: settingId }).first('salt')).salt;
  };
}
