import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../../shared/instant.ts';
import {
  type DeviceKind,
  deviceKindSchema,
  deviceNameSchema,
  idSchema,
  type PlatformName,
} from '../../shared/names.ts';
import type { Connection } from '../storage/database.ts';

const rowSchema = z
  .object({ id: idSchema, setting_id: z.string(), name: deviceNameSchema, kind: deviceKindSchema, epoch: z.int() })
  .transform(({ setting_id, ...row }) => ({ ...row, settingId: setting_id }));
const columns = ['id', 'setting_id', 'name', 'kind', 'epoch'];

async function find(connection: Connection, deviceId: string) {
  const row: unknown = await connection('devices').where({ id: deviceId }).first(columns);
  return row === undefined ? undefined : rowSchema.parse(row);
}

/**
 * The setting's device of that name, made when there is none. One that is there
 * keeps its kind, and its child-facing flag unless it is now said to be one. The insert comes first, so two who
 * name the same new device at once get the same one.
 */
async function findOrCreate(
  connection: Connection,
  device: { settingId: string; name: string; kind: DeviceKind; childFacing: boolean; at: Instant },
) {
  const own = { setting_id: device.settingId, name: device.name };
  // A device that left keeps its history under its name; the name is free for the next.
  const present = { ...own, retired_at: null };
  await connection('devices')
    .insert({
      ...own,
      id: randomUUID(),
      kind: device.kind,
      child_facing: device.childFacing,
      epoch: 0,
      created_at: device.at,
    })
    .onConflict(connection.raw('(setting_id, name) where retired_at is null'))
    .ignore();
  // Whoever asks for a link for a device of children's means it; a filter never demanded would never be missed.
  if (device.childFacing) await connection('devices').where(present).update({ child_facing: true });
  return rowSchema.parse(await connection('devices').where(present).first(columns));
}

/**
 * Begins the device's next epoch and answers it. What the device said in an
 * earlier one is forgotten: a newly enrolled device has said nothing yet, and
 * old facts must not pass for its own.
 */
async function markEnrolled(
  connection: Connection,
  deviceId: string,
  enrolled: { platform: PlatformName; at: Instant },
): Promise<number> {
  await connection('devices')
    .where({ id: deviceId })
    .update({
      platform: enrolled.platform,
      enrolled_at: enrolled.at,
      last_sequence: 0,
      observe_mode: null,
      forbids: '[]',
      last_seen_at: null,
      farewells: null,
      place_last: null,
      place_last_since: null,
      place_unknown_since: null,
    })
    .increment('epoch', 1);
  await connection('latest_readings').where({ device_id: deviceId }).delete();
  const row: unknown = await connection('devices').where({ id: deviceId }).first(columns);
  return rowSchema.parse(row).epoch;
}

/** What enrolment needs of the devices: finding, making, and beginning a device's next life. */
export function createEnrolledDevices() {
  return { find, findOrCreate, markEnrolled };
}
