import { z } from 'zod';
import type { CommandMoveView, CommandView } from '../../shared/api/commands.ts';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import { commandEvidenceSchema } from '../../shared/command/kinds.ts';
import { commandStateSchema, outcomeReasonSchema } from '../../shared/command/life.ts';
import { instantSchema } from '../../shared/instant.ts';
import { ask } from '../storage/ask.ts';
import { pageNewestFirst } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';
import { type Command, findCommands, parseCommands, withDevice } from './command-rows.ts';
import { firstMoves, type NewCommand } from './command-writes.ts';

const movesRowsSchema = z.array(z.object({ id: z.string(), moves: z.string() }));
/** As they were written by `command-writes.ts` and migration 007. */
const movesSchema = z.array(
  z.object({
    to: commandStateSchema,
    at: instantSchema,
    deviceAt: instantSchema.nullable(),
    actor: z.string(),
    reason: outcomeReasonSchema.nullable(),
    evidence: commandEvidenceSchema.nullable(),
  }),
);

/** Which orders a list shows: one device's, or those of a setting that await approval. */
export type Listed = { deviceId: string } | { awaitingIn: string };

/** Orders newest first. */
export async function pageOfCommands(
  connection: Connection,
  listed: Listed,
  page: PageQuery,
): Promise<Page<CommandView>> {
  const query = withDevice(connection).where(
    'deviceId' in listed
      ? { device_id: listed.deviceId }
      : { 'commands.setting_id': listed.awaitingIn, state: 'awaiting-approval' },
  );
  const { kept, nextCursor } = await pageNewestFirst(query, page, {
    column: 'number',
    parse: parseCommands,
    numberOf: ({ number }) => number,
  });
  return { items: await viewsOfCommands(connection, kept), nextCursor };
}

/** The moves of each command, oldest first. */
export async function movesOfCommands(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, CommandMoveView[]>> {
  const sql = 'select id, moves from commands where id in (select value from json_each(?))';
  const rows = movesRowsSchema.parse(await ask(connection, sql, [JSON.stringify(ids)]));
  return new Map(rows.map(({ id, moves }) => [id, movesSchema.parse(JSON.parse(moves))]));
}

/** Commands as people see them, each with every move it made. */
export async function viewsOfCommands(connection: Connection, commands: readonly Command[]): Promise<CommandView[]> {
  if (commands.length === 0) return [];
  const moves = await movesOfCommands(
    connection,
    commands.map((command) => command.id),
  );
  return commands.map((command) => ({
    id: command.id,
    deviceId: command.deviceId,
    deviceName: command.deviceName,
    kind: command.order.kind,
    args: command.order.args,
    reason: command.reason,
    askedBy: command.askedBy,
    askedById: command.askedById,
    batchId: command.batchId,
    // The last move is the state: read by itself it could be a moment older than the moves beside it.
    state: moves.get(command.id)?.at(-1)?.to ?? command.state,
    createdAt: command.createdAt,
    expiresAt: command.expiresAt,
    moves: moves.get(command.id) ?? [],
  }));
}

/** An order as it was just committed: what is known need not be read again. */
export function viewOfNew(
  command: NewCommand,
  { leaves, deviceName }: { leaves: boolean; deviceName: string },
): CommandView {
  const { id, deviceId, order, reason, askedBy, askedById, batchId, createdAt, expiresAt } = command;
  const moves = firstMoves(command, leaves).map(({ to, at, actor }) => ({
    ...{ to, at, actor },
    ...{ deviceAt: null, reason: null, evidence: null },
  }));
  const state = moves.at(-1)?.to ?? command.state;
  const { kind, args } = order;
  return {
    ...{ id, deviceId, deviceName, kind, args, reason, askedBy, askedById, batchId },
    ...{ state, createdAt, expiresAt, moves },
  };
}

/** Commands as people see them, each with its setting; for telling those who watch. */
export async function settingsAndViews(
  connection: Connection,
  ids: readonly string[],
): Promise<{ settingId: string; view: CommandView }[]> {
  const commands = await findCommands(connection, ids);
  const settings = new Map(commands.map((command) => [command.id, command.settingId]));
  return (await viewsOfCommands(connection, commands)).flatMap((view) => {
    const settingId = settings.get(view.id);
    return settingId === undefined ? [] : [{ settingId, view }];
  });
}
