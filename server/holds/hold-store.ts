import { z } from 'zod';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import type { HoldView } from '../../shared/api/safeguards.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { pageNewestFirst } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

/** A hold as it is stored. */
export interface Hold {
  number: number;
  settingId: string;
  view: HoldView;
}

/** What people are shown beside a device. */
export type HoldInForce = Pick<HoldView, 'reason' | 'setBy' | 'setAt'>;

const rowSchema = z
  .object({
    number: z.number(),
    id: z.string(),
    setting_id: z.string(),
    device_id: z.string().nullable(),
    device_name: z.string().nullable(),
    reason: z.string(),
    set_by: z.string(),
    set_at: instantSchema,
    lifted_by: z.string().nullable(),
    lifted_at: instantSchema.nullable(),
    lifted_because: z.string().nullable(),
  })
  .transform(
    (row): Hold => ({
      number: row.number,
      settingId: row.setting_id,
      view: {
        id: row.id,
        deviceId: row.device_id,
        deviceName: row.device_name,
        reason: row.reason,
        setBy: row.set_by,
        setAt: row.set_at,
        liftedBy: row.lifted_by,
        liftedAt: row.lifted_at,
        liftedBecause: row.lifted_because,
      },
    }),
  );

function withDevice(connection: Connection) {
  return connection('holds')
    .leftJoin('devices', 'devices.id', 'holds.device_id')
    .select('holds.*', 'devices.name as device_name');
}

export async function addHold(
  connection: Connection,
  hold: { id: string; settingId: string; deviceId: string | null; reason: string; by: string; at: Instant },
): Promise<void> {
  await connection('holds').insert({
    id: hold.id,
    setting_id: hold.settingId,
    device_id: hold.deviceId,
    reason: hold.reason,
    set_by: hold.by,
    set_at: hold.at,
  });
}

export async function findHold(connection: Connection, id: string): Promise<Hold | undefined> {
  const row: unknown = await withDevice(connection).where({ 'holds.id': id }).first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** Lifts a hold in force; false when it was lifted already. */
export async function markLifted(
  connection: Connection,
  id: string,
  lifted: { by: string; at: Instant; because: string },
): Promise<boolean> {
  const changed = await connection('holds')
    .where({ id, lifted_at: null })
    .update({ lifted_by: lifted.by, lifted_at: lifted.at, lifted_because: lifted.because });
  return changed > 0;
}

/** The hold on each device: the oldest of its own, else the oldest of its setting's. Devices without one are left out. */
export async function holdsOnDevices(
  connection: Connection,
  devices: readonly { id: string; settingId: string }[],
): Promise<Map<string, HoldInForce>> {
  const settingIds = [...new Set(devices.map((device) => device.settingId))];
  const rows: unknown = await withDevice(connection)
    .whereIn('holds.setting_id', settingIds)
    .whereNull('lifted_at')
    .orderBy('number', 'desc');
  const ofDevice = new Map<string, HoldInForce>();
  const ofSetting = new Map<string, HoldInForce>();
  for (const { settingId, view } of z.array(rowSchema).parse(rows)) {
    const { deviceId, reason, setBy, setAt } = view;
    if (deviceId === null) ofSetting.set(settingId, { reason, setBy, setAt });
    else ofDevice.set(deviceId, { reason, setBy, setAt });
  }
  return new Map(
    devices.flatMap(({ id, settingId }) => {
      const hold = ofDevice.get(id) ?? ofSetting.get(settingId);
      return hold === undefined ? [] : [[id, hold] as const];
    }),
  );
}

/** A setting's holds in force and lifted, newest first. */
export async function pageOfHolds(connection: Connection, settingId: string, page: PageQuery): Promise<Page<HoldView>> {
  const query = withDevice(connection).where({ 'holds.setting_id': settingId });
  const { kept, nextCursor } = await pageNewestFirst(query, page, {
    column: 'number',
    parse: z.array(rowSchema).parse,
    numberOf: ({ number }) => number,
  });
  return { items: kept.map(({ view }) => view), nextCursor };
}

/** Which of some holds are in force. */
export async function inForceOf(connection: Connection, holdIds: readonly string[]): Promise<string[]> {
  if (holdIds.length === 0) return [];
  const rows: { id: string }[] = await connection('holds')
    .whereIn('id', [...holdIds])
    .whereNull('lifted_at')
    .orderBy('number')
    .select('id');
  return rows.map(({ id }) => id);
}

/** Whether a hold lies on a setting as a whole. */
export async function isSettingHeld(connection: Connection, settingId: string): Promise<boolean> {
  const held = await connection('holds').where({ setting_id: settingId, device_id: null, lifted_at: null }).first('id');
  return held !== undefined;
}
