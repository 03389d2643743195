import { setImmediate as nextTick } from 'node:timers/promises';
import { z } from 'zod';
import type { DeviceFilter } from '../../shared/api/batches.ts';
import { commandKindSchema } from '../../shared/command/kinds.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { platformNameSchema } from '../../shared/names.ts';
import type { PresenceState } from '../../shared/policy/presence.ts';
import { sectionSchemas } from '../../shared/report/report.ts';
import type { Connection } from '../storage/database.ts';
import type { Device } from './device-store.ts';

/** What is read of each: an order for a whole fleet reads ten thousand before the first one leaves. */
type MatchedDevice = Pick<
  Device,
  'id' | 'settingId' | 'name' | 'platform' | 'epoch' | 'observeMode' | 'forbids' | 'retiredAt' | 'lastSeenAt'
>;

interface MatchingParts {
  presenceOf: (device: MatchedDevice) => { state: PresenceState; lastSeenAt: Instant | null };
}

/** Ids a query: an engine takes so many values in one statement and no more. */
const idsAtOnce = 500;

/** The devices of a setting's fleet that a filter names, by name and id. Ids that the setting does not have are nobody's. */
export type MatchingDevices = (
  connection: Connection,
  settingId: string,
  filter: DeviceFilter,
) => Promise<MatchedDevice[]>;

const columns = [
  'id',
  'setting_id',
  'name',
  'platform',
  'epoch',
  'observe_mode',
  'forbids',
  'retired_at',
  'last_seen_at',
];
const forbidsSchema = z.array(commandKindSchema);
const rowSchema = z
  .object({
    id: z.string(),
    setting_id: z.string(),
    name: z.string(),
    platform: platformNameSchema.nullable(),
    epoch: z.number(),
    observe_mode: z.union([z.null(), z.coerce.boolean()]),
    forbids: z.string(),
    retired_at: instantSchema.nullable(),
    last_seen_at: instantSchema.nullable(),
  })
  .transform(
    ({ id, name, platform, epoch, ...row }): MatchedDevice => ({
      ...{ id, settingId: row.setting_id, name, platform, epoch, observeMode: row.observe_mode },
      ...{
        forbids: forbidsSchema.parse(JSON.parse(row.forbids)),
        retiredAt: row.retired_at,
        lastSeenAt: row.last_seen_at,
      },
    }),
  );
const rowsSchema = z.array(rowSchema);

export function createMatchingDevices({ presenceOf }: MatchingParts): MatchingDevices {
  return async (connection, settingId, filter) => {
    const found = await byColumns(connection, settingId, filter);
    const wanted = filter.ids === undefined ? undefined : new Set(filter.ids);
    const named = wanted === undefined ? found : found.filter((device) => wanted.has(device.id));
    const seen =
      filter.presence === undefined ? named : named.filter((device) => presenceOf(device).state === filter.presence);
    return filter.signedIn === undefined ? seen : withSomebodySignedIn(connection, seen);
  };
}

async function byColumns(connection: Connection, settingId: string, filter: DeviceFilter): Promise<MatchedDevice[]> {
  const { kind, platform, childFacing, finding } = filter;
  const query = connection('devices')
    .where({ setting_id: settingId, retired_at: null })
    .where({
      ...(kind === undefined ? {} : { kind }),
      ...(platform === undefined ? {} : { platform }),
      ...(childFacing === undefined ? {} : { child_facing: childFacing }),
    })
    .orderBy([{ column: 'name' }, { column: 'id' }])
    .select(columns);
  if (finding !== undefined) query.whereIn('id', connection('findings').where({ code: finding }).select('device_id'));
  if (filter.ids !== undefined && filter.ids.length <= idsAtOnce) query.whereIn('id', filter.ids);
  const rows: unknown[] = await query;
  const devices: MatchedDevice[] = [];
  for (const slice of slicesOf(rows)) {
    devices.push(...rowsSchema.parse(slice));
    await nextTick();
  }
  return devices;
}

const readingRowSchema = z.object({ device_id: z.string(), reading: z.string() });

/** As last reported; where it is not known who is signed in, nobody is named. */
async function withSomebodySignedIn(
  connection: Connection,
  devices: readonly MatchedDevice[],
): Promise<MatchedDevice[]> {
  const occupied = new Set<string>();
  for (const slice of slicesOf(devices)) {
    const rows: unknown = await connection('latest_readings')
      .where({ section: 'sessions' })
      .whereIn(
        'device_id',
        slice.map((device) => device.id),
      )
      .select('device_id', 'reading');
    for (const { device_id, reading } of z.array(readingRowSchema).parse(rows)) {
      const sessions = sectionSchemas.sessions.safeParse(JSON.parse(reading)).data;
      if (sessions?.state === 'known' && sessions.value.sessions.length > 0) occupied.add(device_id);
    }
    await nextTick();
  }
  return devices.filter((device) => occupied.has(device.id));
}

function* slicesOf<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let from = 0; from < items.length; from += idsAtOnce) yield items.slice(from, from + idsAtOnce);
}
