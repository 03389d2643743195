import { z } from 'zod';
import type { DevicePatch } from '../../shared/api/devices.ts';
import type { PageQuery } from '../../shared/api/page.ts';
import { type CommandKind, commandKindSchema } from '../../shared/command/kinds.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { type DeviceKind, deviceKindSchema, type PlatformName, platformNameSchema } from '../../shared/names.ts';
import type { Farewells } from '../../shared/policy/farewell.ts';
import { ask } from '../storage/ask.ts';
import { pageFrom, readCursor } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';
import { farewellColumns, farewellsOf } from './farewell-store.ts';
import { type JudgedState, judgedColumns, judgedStateOf } from './judged-state.ts';

/** A device as it is stored. */
export interface Device {
  id: string;
  settingId: string;
  name: string;
  kind: DeviceKind;
  childFacing: boolean;
  assignedPeople: string[] | null;
  platform: PlatformName | null;
  /** 0: never enrolled. */
  epoch: number;
  enrolledAt: Instant | null;
  observeMode: boolean | null;
  /** Kinds of order that an administrator of the device itself forbids there, as it said in its last hello. */
  forbids: CommandKind[];
  /** It left the fleet; null: it is in it. */
  retiredAt: Instant | null;
  /** Everything on it was destroyed; it has left the fleet as well. */
  wipedAt: Instant | null;
  /** As last written down; a device that speaks now is known better by presence. */
  lastSeenAt: Instant | null;
  lastSequence: number;
  /** What its agent said as it ended. */
  farewells: Farewells;
  /** What the judge keeps of it. */
  judged: JudgedState;
}

const forbidsSchema = z.array(commandKindSchema);

const rowSchema = z
  .object({
    id: z.string(),
    setting_id: z.string(),
    name: z.string(),
    kind: deviceKindSchema,
    child_facing: z.coerce.boolean(),
    assigned_people: z.string().nullable(),
    platform: platformNameSchema.nullable(),
    epoch: z.number(),
    enrolled_at: instantSchema.nullable(),
    observe_mode: z.union([z.null(), z.coerce.boolean()]),
    forbids: z.string(),
    retired_at: instantSchema.nullable(),
    wiped_at: instantSchema.nullable(),
    last_seen_at: instantSchema.nullable(),
    last_sequence: z.number(),
    ...farewellColumns,
    ...judgedColumns,
  })
  .transform(
    (row): Device => ({
      id: row.id,
      settingId: row.setting_id,
      name: row.name,
      kind: row.kind,
      childFacing: row.child_facing,
      assignedPeople: row.assigned_people === null ? null : z.array(z.string()).parse(JSON.parse(row.assigned_people)),
      platform: row.platform,
      epoch: row.epoch,
      enrolledAt: row.enrolled_at,
      observeMode: row.observe_mode,
      forbids: forbidsSchema.parse(JSON.parse(row.forbids)),
      retiredAt: row.retired_at,
      wipedAt: row.wiped_at,
      lastSeenAt: row.last_seen_at,
      lastSequence: row.last_sequence,
      farewells: farewellsOf(row),
      judged: judgedStateOf(row),
    }),
  );

const cursorSchema = z.tuple([z.string(), z.string()]);

/** The device with this id, in whatever setting: for the device's own traffic, whose certificate names it. */
export async function findDevice(connection: Connection, id: string): Promise<Device | undefined> {
  const [row] = await ask(connection, 'select * from devices where id = ?', [id]);
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** The device, when it belongs to the setting that the asker may see. */
export async function findDeviceOf(connection: Connection, settingId: string, id: string): Promise<Device | undefined> {
  const device = await findDevice(connection, id);
  return device?.settingId === settingId ? device : undefined;
}

/** A page of a setting's devices by name, those that left not among them, with the cursor of the next one. */
export async function pageOfDevices(connection: Connection, settingId: string, page: PageQuery) {
  const query = connection('devices')
    .where({ setting_id: settingId, retired_at: null })
    .orderBy([{ column: 'name' }, { column: 'id' }]);
  if (page.cursor !== undefined) {
    const [name, id] = readCursor(page.cursor, cursorSchema);
    query.whereRaw('(name, id) > (?, ?)', [name, id]);
  }
  const devices = z.array(rowSchema).parse(await query.limit(page.limit + 1));
  const { kept, nextCursor } = pageFrom(devices, page.limit, ({ name, id }) => [name, id]);
  return { items: kept, nextCursor };
}

/** The devices in a setting's fleet. */
export async function idsOfSetting(connection: Connection, settingId: string): Promise<string[]> {
  return connection('devices').where({ setting_id: settingId, retired_at: null }).pluck('id');
}

/** Enrolled devices of the fleet that have not spoken since `before`. */
export async function idsSilentSince(connection: Connection, before: Instant): Promise<string[]> {
  return connection('devices')
    .whereNotNull('enrolled_at')
    .whereNull('retired_at')
    .where((either) => either.whereNull('last_seen_at').orWhere('last_seen_at', '<', before))
    .pluck('id');
}

/** Whether another device of the setting's fleet has this name. */
export async function nameTaken(
  connection: Connection,
  settingId: string,
  name: string,
  exceptId: string,
): Promise<boolean> {
  const row: unknown = await connection('devices')
    .where({ setting_id: settingId, name, retired_at: null })
    .whereNot({ id: exceptId })
    .first('id');
  return row !== undefined;
}

export async function changeDevice(connection: Connection, id: string, patch: DevicePatch): Promise<void> {
  const change = {
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.childFacing === undefined ? {} : { child_facing: patch.childFacing }),
    ...(patch.assignedPeople === undefined
      ? {}
      : { assigned_people: patch.assignedPeople === null ? null : JSON.stringify(patch.assignedPeople) }),
  };
  if (Object.keys(change).length > 0) await connection('devices').where({ id }).update(change);
}

/** What a device says of itself when it says hello. */
export async function noteHello(
  connection: Connection,
  id: string,
  { platform, observeMode, forbids }: SaidInHello,
): Promise<void> {
  await connection('devices')
    .where({ id })
    .update({ platform, observe_mode: observeMode, forbids: JSON.stringify([...new Set(forbids)]) });
}

/** What of a hello is kept. */
export interface SaidInHello {
  platform: PlatformName;
  observeMode: boolean;
  forbids: readonly CommandKind[];
}

/** The device leaves the fleet; everything known of it stays. */
export async function markRetired(
  connection: Connection,
  id: string,
  left: { at: Instant; wiped: boolean },
): Promise<void> {
  await connection('devices')
    .where({ id, retired_at: null })
    .update({ retired_at: left.at, ...(left.wiped ? { wiped_at: left.at } : {}) });
}

/** Devices a commit: some milliseconds in which nobody else can write. */
const seenAtOnce = 500;

/** Writes down when devices last spoke: as the clock says now, so a time from a clock that was ahead does not stay. */
export async function noteSeen(connection: Connection, seen: ReadonlyMap<string, Instant>): Promise<void> {
  const all = [...seen];
  for (let from = 0; from < all.length; from += seenAtOnce) {
    await connection.raw(
      'update devices set last_seen_at = seen.value from json_each(?) as seen where devices.id = seen.key',
      [JSON.stringify(Object.fromEntries(all.slice(from, from + seenAtOnce)))],
    );
  }
}

export async function noteSequence(connection: Connection, id: string, sequence: number, at: Instant): Promise<void> {
  await connection('devices').where({ id }).update({ last_sequence: sequence, last_seen_at: at });
}
