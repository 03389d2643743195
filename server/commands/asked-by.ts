import type { Connection } from '../storage/database.ts';
import { openStates } from './command-rows.ts';

/** The open orders that a person asked for in a setting, oldest first. */
export async function openOrdersAskedBy(
  connection: Connection,
  settingId: string,
  personId: string,
): Promise<string[]> {
  return await connection('commands')
    .where({ setting_id: settingId, asked_by_id: personId })
    .whereIn('state', [...openStates])
    .orderBy('number')
    .pluck('id');
}
