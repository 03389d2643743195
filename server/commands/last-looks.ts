import { z } from 'zod';
import { refresh } from '../../shared/command/kind/message.ts';
import type { Instant } from '../../shared/instant.ts';
import type { SectionName } from '../../shared/report/report.ts';
import type { Connection } from '../storage/database.ts';
import { settingsAndViews } from './command-views.ts';

/** What an order to look at everything came to: when it was given, and which sections gave no answer. */
export interface LastLook {
  orderedAt: Instant;
  unknown: readonly SectionName[];
}

/** The last order of each device to look at everything that was given since a time and carried out. */
export async function lastLooks(
  connection: Connection,
  deviceIds: readonly string[],
  since: Instant,
): Promise<Map<string, LastLook>> {
  const ids: unknown = await connection('commands')
    .whereIn('device_id', [...deviceIds])
    .where({ kind: 'refresh', state: 'verified' })
    .where('created_at', '>=', since)
    .orderBy('number')
    .pluck('id');
  const looks = new Map<string, LastLook>();
  for (const { view } of await settingsAndViews(connection, z.array(z.string()).parse(ids))) {
    const evidence = view.moves.find(({ to }) => to === 'verified')?.evidence;
    const seen = refresh.evidence.safeParse(evidence).data;
    const before = looks.get(view.deviceId);
    // One that says nothing of what it saw proves no look.
    if (seen !== undefined && (before === undefined || before.orderedAt < view.createdAt))
      looks.set(view.deviceId, { orderedAt: view.createdAt, unknown: seen.unknown });
  }
  return looks;
}
