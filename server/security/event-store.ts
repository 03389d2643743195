import { z } from 'zod';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import {
  type SecurityEventCode,
  type SecurityEventView,
  securityEventCodeSchema,
} from '../../shared/api/safeguards.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { pageNewestFirst } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

/** What was noticed, and about what. */
export interface Noticed {
  settingId: string;
  code: SecurityEventCode;
  deviceId?: string | undefined;
  /** The order it is about: what the device called it, known here or not. */
  commandId?: string | undefined;
}

const rowSchema = z
  .object({
    id: z.number(),
    setting_id: z.string(),
    code: securityEventCodeSchema,
    device_id: z.string().nullable(),
    device_name: z.string().nullable(),
    command_id: z.string().nullable(),
    first_at: instantSchema,
    last_at: instantSchema,
    count: z.number(),
    seen_by: z.string().nullable(),
  })
  .transform((row): { settingId: string; view: SecurityEventView } => ({
    settingId: row.setting_id,
    view: {
      id: row.id,
      code: row.code,
      deviceId: row.device_id,
      deviceName: row.device_name,
      commandId: row.command_id,
      firstAt: row.first_at,
      lastAt: row.last_at,
      count: row.count,
      seenBy: row.seen_by,
    },
  }));

function withDevice(connection: Connection) {
  return connection('security_events')
    .leftJoin('devices', 'devices.id', 'security_events.device_id')
    .select('security_events.*', 'devices.name as device_name');
}

/**
 * Counts an event, or lists it anew when the last of its kind is older than
 * `since` or was looked at already; answers its id, and whether it was listed anew. Events of one device and
 * code count as the same whatever order they name: a forger can invent ids.
 */
export async function noteEvent(
  connection: Connection,
  { settingId, code, deviceId, commandId }: Noticed,
  { at, since }: { at: Instant; since: Instant },
): Promise<{ id: number; listed: boolean }> {
  const row: unknown = await connection('security_events')
    .where({ setting_id: settingId, code, device_id: deviceId ?? null, seen_at: null })
    .where('last_at', '>=', since)
    .orderBy('id', 'desc')
    .first('id');
  if (row !== undefined) {
    const { id } = z.object({ id: z.number() }).parse(row);
    await connection('security_events')
      .where({ id })
      .update({ last_at: at, count: connection.raw('count + 1') });
    return { id, listed: false };
  }
  const made: unknown = await connection('security_events')
    .insert({
      setting_id: settingId,
      code,
      device_id: deviceId ?? null,
      command_id: commandId ?? null,
      first_at: at,
      last_at: at,
      count: 1,
    })
    .returning('id');
  return { id: z.tuple([z.object({ id: z.number() })]).parse(made)[0].id, listed: true };
}

/** One event with its setting. */
export async function findEvent(
  connection: Connection,
  id: number,
): Promise<{ settingId: string; view: SecurityEventView } | undefined> {
  const row: unknown = await withDevice(connection).where({ 'security_events.id': id }).first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** Who looked at it first stays on record; a second look changes nothing. */
export async function markSeen(connection: Connection, id: number, by: string, at: Instant): Promise<boolean> {
  const marked = await connection('security_events').where({ id, seen_at: null }).update({ seen_by: by, seen_at: at });
  return marked > 0;
}

/** A setting's events, newest first. */
export async function pageOfEvents(
  connection: Connection,
  settingId: string,
  page: PageQuery,
): Promise<Page<SecurityEventView>> {
  const query = withDevice(connection).where({ 'security_events.setting_id': settingId });
  const { kept, nextCursor } = await pageNewestFirst(query, page, {
    column: 'security_events.id',
    parse: z.array(rowSchema).parse,
    numberOf: ({ view }) => view.id,
  });
  return { items: kept.map(({ view }) => view), nextCursor };
}
