import { z } from 'zod';
import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

const countSchema = z.tuple([z.object({ count: z.number() })]);

/** How many people administer a setting now, those whose role has not ended; and how many did at some time since then. */
export async function countAdministrators(
  connection: Connection,
  settingId: string,
  { now, since }: { now: Instant; since: Instant },
): Promise<{ now: number; lately: number }> {
  const role: Role = 'administrator';
  const lastingPast = (at: Instant) =>
    connection('memberships')
      .where({ setting_id: settingId, role })
      .where((either) => either.whereNull('until').orWhere('until', '>', at));
  const present: unknown = await lastingPast(now).countDistinct('person_id as count');
  const lately: unknown = await connection.count('* as count').from(
    lastingPast(since)
      .select('person_id')
      .union(
        connection('former_administrators')
          .where({ setting_id: settingId })
          .where('ended_at', '>', since)
          .select('person_id'),
      )
      .as('lately'),
  );
  return { now: countSchema.parse(present)[0].count, lately: countSchema.parse(lately)[0].count };
}

/** Somebody is an administrator no more: for a day, what needs a second one needs one still. */
export async function noteFormerAdministrator(
  connection: Connection,
  { personId, settingId, at }: { personId: string; settingId: string; at: Instant },
): Promise<void> {
  await connection('former_administrators')
    .insert({ person_id: personId, setting_id: settingId, ended_at: at })
    .onConflict(['person_id', 'setting_id'])
    .merge(['ended_at']);
}
