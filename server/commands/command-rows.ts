import { z } from 'zod';
import { type CommandKind, type CommandOrder, commandKinds, commandOrderSchema } from '../../shared/command/kinds.ts';
import { type CommandState, commandStateSchema, inFlightStates, waitingStates } from '../../shared/command/life.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { ask } from '../storage/ask.ts';
import type { Connection } from '../storage/database.ts';

/** A command as it is stored. */
export interface Command {
  id: string;
  /** Orders are carried out in the order of their numbers. */
  number: number;
  settingId: string;
  deviceId: string;
  deviceName: string;
  epoch: number;
  order: CommandOrder;
  reason: string;
  askedBy: string;
  /** Empty: given before ids were kept. */
  askedById: string;
  batchId: string | null;
  state: CommandState;
  createdAt: Instant;
  /** When it began to wait for its device; null: it awaits approval still. */
  queuedAt: Instant | null;
  expiresAt: Instant;
  /** How often it was handed to the device's connection. */
  offered: number;
  /** How often the device said that it had settled it before. */
  calledReplayed: number;
  deferredAt: Instant | null;
  /** A wipe of the whole device: when its receipt came. */
  receiptAt: Instant | null;
  /** The device came again after its receipt. */
  spokeAgainAt: Instant | null;
}

const rowSchema = z
  .object({
    id: z.string(),
    number: z.number(),
    setting_id: z.string(),
    device_id: z.string(),
    device_name: z.string(),
    epoch: z.number(),
    kind: z.string(),
    args: z.string(),
    reason: z.string(),
    asked_by: z.string(),
    asked_by_id: z.string(),
    batch_id: z.string().nullable(),
    state: commandStateSchema,
    created_at: instantSchema,
    queued_at: instantSchema.nullable(),
    expires_at: instantSchema,
    offered: z.number(),
    called_replayed: z.number(),
    deferred_at: instantSchema.nullable(),
    receipt_at: instantSchema.nullable(),
    spoke_again_at: instantSchema.nullable(),
  })
  .transform(
    (row): Command => ({
      id: row.id,
      number: row.number,
      settingId: row.setting_id,
      deviceId: row.device_id,
      deviceName: row.device_name,
      epoch: row.epoch,
      order: commandOrderSchema.parse({ kind: row.kind, args: JSON.parse(row.args) }),
      reason: row.reason,
      askedBy: row.asked_by,
      askedById: row.asked_by_id,
      batchId: row.batch_id,
      state: row.state,
      createdAt: row.created_at,
      queuedAt: row.queued_at,
      expiresAt: row.expires_at,
      offered: row.offered,
      calledReplayed: row.called_replayed,
      deferredAt: row.deferred_at,
      receiptAt: row.receipt_at,
      spokeAgainAt: row.spoke_again_at,
    }),
  );

/** Rows of `withDevice` as commands. */
export function parseCommands(rows: unknown): Command[] {
  return z.array(rowSchema).parse(rows);
}

/** Commands with the name of their device. */
export function withDevice(connection: Connection) {
  return connection('commands')
    .join('devices', 'devices.id', 'commands.device_id')
    .select('commands.*', 'devices.name as device_name');
}

/** States from which an order may still do something. */
export const openStates: readonly CommandState[] = [...inFlightStates, ...waitingStates, 'awaiting-approval'];

export async function findCommands(connection: Connection, ids: readonly string[]): Promise<Command[]> {
  return parseCommands(await withDevice(connection).whereIn('commands.id', [...ids]));
}

export async function findCommand(connection: Connection, id: string): Promise<Command | undefined> {
  return (await findCommands(connection, [id]))[0];
}

/** Devices' orders that are with them, wait for them or await approval, in the order they were given. */
export async function openCommandsOf(connection: Connection, deviceIds: readonly string[]): Promise<Command[]> {
  return parseCommands(await ask(connection, openOf, [JSON.stringify(deviceIds), JSON.stringify(openStates)]));
}

/** Parameters: device ids and states, each a JSON list. */
const openOf = `select commands.*, devices.name as device_name from commands join devices on devices.id = commands.device_id
  where commands.device_id in (select value from json_each(?)) and commands.state in (select value from json_each(?)) order by number`;

/** The same, of the devices' present enrolments: all that may be handed to them. */
export async function presentCommandsOf(connection: Connection, deviceIds: readonly string[]): Promise<Command[]> {
  const rows: unknown = await withDevice(connection)
    .whereIn('device_id', [...deviceIds])
    .whereIn('state', [...inFlightStates, ...waitingStates])
    .whereRaw('commands.epoch = devices.epoch')
    .orderBy('number');
  return parseCommands(rows);
}

/** The one order that is with a device now. */
export async function inFlightOf(connection: Connection, deviceId: string): Promise<Command | undefined> {
  return (await presentCommandsOf(connection, [deviceId])).find(({ state }) => inFlightStates.includes(state));
}

/** Orders of these kinds that have not left the server: of a device, or of a whole setting. */
export async function waitingCommandsIn(
  connection: Connection,
  { settingId, deviceId }: { settingId: string; deviceId: string | null },
  kinds: readonly CommandKind[],
): Promise<Command[]> {
  const query = withDevice(connection)
    .where({ 'commands.setting_id': settingId })
    .whereIn('commands.kind', [...kinds])
    .whereIn('state', [...waitingStates, 'awaiting-approval']);
  if (deviceId !== null) query.where({ device_id: deviceId });
  return parseCommands(await query.orderBy('number'));
}

/** Wipes whose device gave its receipt and has not said hello since. */
export async function receiptedWipes(connection: Connection): Promise<Command[]> {
  const rows: unknown = await withDevice(connection)
    .where({ state: 'started', 'commands.kind': 'wipe', spoke_again_at: null })
    .whereNotNull('receipt_at');
  return parseCommands(rows);
}

/** Open commands whose time is over, the oldest first. A wipe that gave its receipt is judged by its device's silence first. */
export async function overdueCommands(
  connection: Connection,
  now: Instant,
  { patientUntil }: { patientUntil: Instant },
): Promise<Command[]> {
  const rows: unknown = await withDevice(connection)
    .whereIn('state', [...openStates])
    .where('expires_at', '<', now)
    .where((either) =>
      either.whereNull('receipt_at').orWhereNotNull('spoke_again_at').orWhere('expires_at', '<', patientUntil),
    )
    .orderBy('number')
    .limit(200);
  return parseCommands(rows);
}

/** Devices with an order that they put off before a time. */
export async function devicesThatDeferred(connection: Connection, before: Instant): Promise<string[]> {
  return connection('commands')
    .where({ state: 'deferred' })
    .where('deferred_at', '<', before)
    .distinct()
    .pluck('device_id');
}

/** Whether an order that destroys something is open on the device: then it can be neither taken out nor enrolled anew. */
export async function openDestructiveOf(connection: Connection, deviceId: string): Promise<Command | undefined> {
  return (await openCommandsOf(connection, [deviceId])).find(
    ({ order }) => commandKinds[order.kind].loss !== 'nothing',
  );
}
