import { z } from 'zod';
import { type IncidentEntryView, type IncidentView, incidentEntryViewSchema } from '../../shared/api/old-incidents.ts';
import type { PageQuery } from '../../shared/api/page.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { type FindingCode, findingCodeSchema, severitySchema } from '../../shared/policy/findings.ts';
import { readCursor, writeCursor } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

const rowSchema = z.object({
  id: z.string(),
  device_id: z.string(),
  device_name: z.string(),
  setting_id: z.string(),
  matter: findingCodeSchema,
  severity: severitySchema,
  state: z.enum(['open', 'closed']),
  ongoing: z.coerce.boolean(),
  opened_at: instantSchema,
  last_at: instantSchema,
  count: z.number(),
});
type Row = z.infer<typeof rowSchema>;

const entryRowSchema = incidentEntryViewSchema.extend({ incident_id: z.string() }).loose();

function withDevice(connection: Connection) {
  return connection('incidents')
    .join('devices', 'devices.id', 'incidents.device_id')
    .select('incidents.*', 'devices.name as device_name');
}

/** The open case of a device and matter, if there is one. */
export async function openCase(
  connection: Connection,
  deviceId: string,
  matter: FindingCode,
): Promise<Row | undefined> {
  const row: unknown = await withDevice(connection).where({ device_id: deviceId, matter, state: 'open' }).first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

export async function addCase(
  connection: Connection,
  made: { id: string; settingId: string; deviceId: string; matter: FindingCode; severity: string; at: Instant },
): Promise<void> {
  await connection('incidents').insert({
    id: made.id,
    setting_id: made.settingId,
    device_id: made.deviceId,
    matter: made.matter,
    severity: made.severity,
    state: 'open',
    ongoing: true,
    opened_at: made.at,
    last_at: made.at,
    count: 1,
  });
}

/** One more time of the same matter. */
export async function countAgain(connection: Connection, id: string, at: Instant): Promise<void> {
  await connection('incidents')
    .where({ id })
    .update({ ongoing: true, last_at: at, count: connection.raw('count + 1') });
}

export async function markEnded(connection: Connection, id: string, at: Instant): Promise<void> {
  await connection('incidents').where({ id }).update({ ongoing: false, last_at: at });
}

/** Adds an entry; entries are never changed or removed (INC1). */
export async function addEntry(connection: Connection, incidentId: string, entry: IncidentEntryView): Promise<void> {
  await connection('incident_entries').insert({ incident_id: incidentId, ...entry });
}

/** A page of a setting's incidents, latest first. */
export async function pageOfIncidents(connection: Connection, settingId: string, page: PageQuery) {
  const query = withDevice(connection)
    .where({ 'incidents.setting_id': settingId })
    .orderBy([
      { column: 'last_at', order: 'desc' },
      { column: 'incidents.id', order: 'desc' },
    ])
    .limit(page.limit + 1);
  if (page.cursor !== undefined) {
    const [lastAt, id] = readCursor(page.cursor, z.tuple([instantSchema, z.string()]));
    query.whereRaw('(incidents.last_at, incidents.id) < (?, ?)', [lastAt, id]);
  }
  const rows = z.array(rowSchema).parse(await query);
  const kept = rows.slice(0, page.limit);
  const last = kept.at(-1);
  return {
    items: await viewsOf(connection, kept),
    nextCursor: rows.length > page.limit && last ? writeCursor([last.last_at, last.id]) : null,
  };
}

/** One incident with its setting, for telling those who watch. */
export async function findIncident(
  connection: Connection,
  id: string,
): Promise<{ settingId: string; view: IncidentView } | undefined> {
  const found: unknown = await withDevice(connection).where({ 'incidents.id': id }).first();
  if (found === undefined) return undefined;
  const row = rowSchema.parse(found);
  const [view] = await viewsOf(connection, [row]);
  return view === undefined ? undefined : { settingId: row.setting_id, view };
}

async function viewsOf(connection: Connection, rows: readonly Row[]): Promise<IncidentView[]> {
  const ids = rows.map((row) => row.id);
  const entries = z
    .array(entryRowSchema)
    .parse(await connection('incident_entries').whereIn('incident_id', ids).orderBy('id'));
  return rows.map((row) => ({
    id: row.id,
    deviceId: row.device_id,
    deviceName: row.device_name,
    matter: row.matter,
    severity: row.severity,
    state: row.state,
    ongoing: row.ongoing,
    openedAt: row.opened_at,
    lastAt: row.last_at,
    count: row.count,
    entries: entries.filter((entry) => entry.incident_id === row.id).map(({ at, kind, text }) => ({ at, kind, text })),
  }));
}
