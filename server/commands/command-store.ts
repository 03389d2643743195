import { z } from 'zod';
import type { CommandMoveView, CommandView } from '../../shared/api/commands.ts';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import {
  type AnyEvidence,
  type CommandOrder,
  commandEvidenceSchema,
  commandOrderSchema,
} from '../../shared/command/kinds.ts';
import {
  type CommandState,
  commandStateSchema,
  inFlightStates,
  type OutcomeReason,
  outcomeReasonSchema,
  waitingStates,
} from '../../shared/command/life.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { readCursor, writeCursor } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

/** A command as it is stored. */
export interface Command {
  id: string;
  number: number;
  settingId: string;
  deviceId: string;
  deviceName: string;
  epoch: number;
  order: CommandOrder;
  reason: string;
  askedBy: string;
  state: CommandState;
  createdAt: Instant;
  expiresAt: Instant;
}

/** A move as it is written down. */
export interface StoredMove {
  to: CommandState;
  at: Instant;
  deviceAt?: Instant | undefined;
  actor: string;
  reason?: OutcomeReason | undefined;
  evidence?: AnyEvidence | undefined;
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
    state: commandStateSchema,
    created_at: instantSchema,
    expires_at: instantSchema,
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
      state: row.state,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    }),
  );

const moveRowSchema = z.object({
  command_id: z.string(),
  to_state: commandStateSchema,
  at: instantSchema,
  device_at: instantSchema.nullable(),
  actor: z.string(),
  reason: outcomeReasonSchema.nullable(),
  evidence: z.string().nullable(),
});

function withDevice(connection: Connection) {
  return connection('commands')
    .join('devices', 'devices.id', 'commands.device_id')
    .select('commands.*', 'devices.name as device_name');
}

export async function addCommand(
  connection: Connection,
  command: Omit<Command, 'number' | 'deviceName'>,
): Promise<void> {
  const [row]: { latest: number | null }[] = await connection('commands').max('number as latest');
  await connection('commands').insert({
    id: command.id,
    number: (row?.latest ?? 0) + 1,
    setting_id: command.settingId,
    device_id: command.deviceId,
    epoch: command.epoch,
    kind: command.order.kind,
    args: JSON.stringify(command.order.args),
    reason: command.reason,
    asked_by: command.askedBy,
    state: command.state,
    created_at: command.createdAt,
    expires_at: command.expiresAt,
  });
}

export async function findCommand(connection: Connection, id: string): Promise<Command | undefined> {
  const row: unknown = await withDevice(connection).where({ 'commands.id': id }).first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** A device's orders that are with it or wait for it, in the order they were given. */
export async function openCommandsOf(connection: Connection, deviceIds: readonly string[]): Promise<Command[]> {
  const rows: unknown = await withDevice(connection)
    .whereIn('device_id', [...deviceIds])
    .whereIn('state', [...inFlightStates, ...waitingStates, 'awaiting-approval'])
    .orderBy('number');
  return z.array(rowSchema).parse(rows);
}

/** Open commands whose time is over. */
export async function overdueCommands(connection: Connection, now: Instant): Promise<Command[]> {
  const rows: unknown = await withDevice(connection)
    .whereIn('state', [...inFlightStates, ...waitingStates, 'awaiting-approval'])
    .where('expires_at', '<', now)
    .orderBy('number')
    .limit(500);
  return z.array(rowSchema).parse(rows);
}

/**
 * Writes a move of a command that is still in the state it was seen in; false,
 * and nothing written, when somebody else moved it meanwhile. The caller has
 * checked the move against the table of moves.
 */
export async function writeMove(
  connection: Connection,
  { id: commandId, state }: { id: string; state: CommandState },
  move: StoredMove,
): Promise<boolean> {
  const moved = await connection('commands').where({ id: commandId, state }).update({ state: move.to });
  if (moved === 0) return false;
  await connection('command_moves').insert({
    command_id: commandId,
    to_state: move.to,
    at: move.at,
    device_at: move.deviceAt ?? null,
    actor: move.actor,
    reason: move.reason ?? null,
    evidence: move.evidence === undefined ? null : JSON.stringify(move.evidence),
  });
  return true;
}

export async function pageOfCommands(
  connection: Connection,
  deviceId: string,
  page: PageQuery,
): Promise<Page<CommandView>> {
  const query = withDevice(connection)
    .where({ device_id: deviceId })
    .orderBy('number', 'desc')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) query.where('number', '<', readCursor(page.cursor, z.tuple([z.number()]))[0]);
  const commands = z.array(rowSchema).parse(await query);
  const kept = commands.slice(0, page.limit);
  const last = kept.at(-1);
  return {
    items: await viewsOfCommands(connection, kept),
    nextCursor: commands.length > page.limit && last ? writeCursor([last.number]) : null,
  };
}

/** Commands as people see them, each with every move it made. */
export async function viewsOfCommands(connection: Connection, commands: readonly Command[]): Promise<CommandView[]> {
  const ids = commands.map((command) => command.id);
  const moves = new Map<string, CommandMoveView[]>(ids.map((id) => [id, []]));
  for (const row of z
    .array(moveRowSchema)
    .parse(await connection('command_moves').whereIn('command_id', ids).orderBy('id'))) {
    moves.get(row.command_id)?.push({
      to: row.to_state,
      at: row.at,
      deviceAt: row.device_at,
      actor: row.actor,
      reason: row.reason,
      evidence: row.evidence === null ? null : commandEvidenceSchema.parse(JSON.parse(row.evidence)),
    });
  }
  return commands.map((command) => ({
    id: command.id,
    deviceId: command.deviceId,
    deviceName: command.deviceName,
    kind: command.order.kind,
    args: command.order.args,
    reason: command.reason,
    askedBy: command.askedBy,
    askedById: '',
    batchId: null,
    // The last move is the state: read by itself it could be a moment older than the moves beside it.
    state: moves.get(command.id)?.at(-1)?.to ?? command.state,
    createdAt: command.createdAt,
    expiresAt: command.expiresAt,
    moves: moves.get(command.id) ?? [],
  }));
}

/** One command as people see it, with its setting; for telling those who watch. */
export async function viewOfCommand(
  connection: Connection,
  id: string,
): Promise<{ settingId: string; view: CommandView } | undefined> {
  const command = await findCommand(connection, id);
  if (command === undefined) return undefined;
  const [view] = await viewsOfCommands(connection, [command]);
  return view === undefined ? undefined : { settingId: command.settingId, view };
}
