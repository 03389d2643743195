import { z } from 'zod';
import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

/** How many people administer a setting now: those whose role has not ended. */
export async function countAdministrators(connection: Connection, settingId: string, now: Instant): Promise<number> {
  const role: Role = 'administrator';
  const rows: unknown = await connection('memberships')
    .where({ setting_id: settingId, role })
    .where((either) => either.whereNull('until').orWhere('until', '>', now))
    .countDistinct('person_id as count');
  return z.tuple([z.object({ count: z.number() })]).parse(rows)[0].count;
}
