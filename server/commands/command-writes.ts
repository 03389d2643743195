import type { AnyEvidence } from '../../shared/command/kinds.ts';
import { type CommandState, IllegalMoveError, mayMove, type OutcomeReason } from '../../shared/command/life.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Audit, AuditEntry } from '../audit/audit.ts';
import type { Connection } from '../storage/database.ts';
import type { Command } from './command-rows.ts';

/** A move as it is written down. */
export interface StoredMove {
  to: CommandState;
  at: Instant;
  deviceAt?: Instant | undefined;
  /** A person's name, "server" or "device". */
  actor: string;
  reason?: OutcomeReason | undefined;
  evidence?: AnyEvidence | undefined;
  /** What else changes of the command with it. */
  also?: Also | undefined;
}

interface Also {
  queuedAt?: Instant;
  expiresAt?: Instant;
  deferredAt?: Instant;
  receiptAt?: Instant;
  /** It is handed to its device. */
  offered?: true;
}

/** A command as it was seen in this transaction, and where it goes from there. */
export interface Moving {
  command: Command;
  move: StoredMove;
}

/** A command as it begins: its first state is written as its first move. */
export type NewCommand = Omit<
  Command,
  'number' | 'deviceName' | 'offered' | 'calledReplayed' | 'deferredAt' | 'receiptAt' | 'spokeAgainAt'
>;

/** Ids a statement. */
const idsAtOnce = 500;

/**
 * Adds commands in the order given, each with its first move, actor the asker; all are in the audit log.
 * Those in `leaving` go to their device as soon as this is committed, so that they are `sent` with it.
 */
export async function addCommands(
  connection: Connection,
  audit: Audit,
  commands: readonly NewCommand[],
  leaving: ReadonlySet<string> = new Set(),
): Promise<void> {
  const rows = commands.map((command) => ({
    id: command.id,
    setting_id: command.settingId,
    device_id: command.deviceId,
    epoch: command.epoch,
    kind: command.order.kind,
    args: JSON.stringify(command.order.args),
    reason: command.reason,
    asked_by: command.askedBy,
    asked_by_id: command.askedById,
    batch_id: command.batchId,
    state: leaving.has(command.id) ? 'sent' : command.state,
    created_at: command.createdAt,
    queued_at: command.queuedAt,
    expires_at: command.expiresAt,
    offered: leaving.has(command.id) ? 1 : 0,
  }));
  // They are carried out in the order of their numbers; `key` counts the rows from 0.
  await insertRows(connection, 'commands', rows, {
    number: '(select coalesce(max(number), 0) from commands) + 1 + key',
  });
  const first = commands.flatMap((command) =>
    firstMoves(command, leaving.has(command.id)).map((move) => ({ command, move })),
  );
  await recordMoves(connection, audit, first, ({ command, move }) =>
    move.to === command.state ? { stated: command.reason } : {},
  );
}

/** How an order begins: by its asker, and with its leaving when that follows at once. */
export function firstMoves(
  { state, createdAt, askedBy }: Pick<NewCommand, 'state' | 'createdAt' | 'askedBy'>,
  leaves: boolean,
): StoredMove[] {
  const begun = { to: state, at: createdAt, actor: askedBy };
  return leaves ? [begun, { to: 'sent', at: createdAt, actor: 'server' }] : [begun];
}

/**
 * Moves commands, several steps of one in the order given. All or none: a move that the table does not
 * allow throws, and so does a command that is no longer in the state it was seen in, for then somebody
 * read outside of this transaction.
 */
export async function writeMoves(connection: Connection, audit: Audit, moving: readonly Moving[]): Promise<void> {
  const steps = new Map<string, { from: CommandState; to: CommandState; also: Also }>();
  for (const { command, move } of moving) {
    const step = steps.get(command.id) ?? { from: command.state, to: command.state, also: {} };
    if (!mayMove(step.to, move.to)) throw new IllegalMoveError(step.to, move.to);
    steps.set(command.id, { from: step.from, to: move.to, also: { ...step.also, ...move.also } });
  }
  const alike = new Map<string, { step: { from: CommandState; to: CommandState; also: Also }; ids: string[] }>();
  for (const [id, step] of steps) {
    const key = JSON.stringify(step);
    const group = alike.get(key) ?? { step, ids: [] };
    group.ids.push(id);
    alike.set(key, group);
  }
  for (const { step, ids } of alike.values()) {
    for (let from = 0; from < ids.length; from += idsAtOnce)
      await moveAlike(connection, step, ids.slice(from, from + idsAtOnce));
  }
  await recordMoves(connection, audit, moving, () => ({}));
}

async function moveAlike(
  connection: Connection,
  { from, to, also }: { from: CommandState; to: CommandState; also: Also },
  ids: readonly string[],
): Promise<void> {
  const moved = await connection('commands')
    .whereIn('id', [...ids])
    .where({ state: from })
    .update({
      state: to,
      ...(also.queuedAt === undefined ? {} : { queued_at: also.queuedAt }),
      ...(also.expiresAt === undefined ? {} : { expires_at: also.expiresAt }),
      ...(also.deferredAt === undefined ? {} : { deferred_at: also.deferredAt }),
      ...(also.receiptAt === undefined ? {} : { receipt_at: also.receiptAt }),
      ...(also.offered === undefined ? {} : { offered: connection.raw('offered + 1') }),
    });
  if (moved !== ids.length) throw new Error(`${ids.length - moved} commands were no longer ${from}`);
}

async function recordMoves(
  connection: Connection,
  audit: Audit,
  moving: readonly { command: NewCommand; move: StoredMove }[],
  more: (moving: { command: NewCommand; move: StoredMove }) => AuditEntry['data'],
): Promise<void> {
  const rows = moving.map(({ command, move }) => ({
    command_id: command.id,
    to_state: move.to,
    at: move.at,
    device_at: move.deviceAt ?? null,
    actor: move.actor,
    reason: move.reason ?? null,
    evidence: move.evidence === undefined ? null : JSON.stringify(move.evidence),
  }));
  await insertRows(connection, 'command_moves', rows);
  const entries = moving.map(
    ({ command, move }): AuditEntry => ({
      settingId: command.settingId,
      actor: move.actor === 'device' ? command.deviceId : move.actor,
      action: `command.${move.to}`,
      subject: command.id,
      data: {
        kind: command.order.kind,
        deviceId: command.deviceId,
        ...(move.reason === undefined ? {} : { reason: move.reason }),
        ...countsOf(move.evidence),
        ...more({ command, move }),
      },
    }),
  );
  await audit.many(connection, entries);
}

/**
 * Adds rows of one shape in one statement, however many: they travel as one JSON text, which is twice as fast
 * as a parameter for each value. `more`: columns that SQL computes.
 */
async function insertRows(
  connection: Connection,
  table: 'commands' | 'command_moves',
  rows: readonly object[],
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const names = Object.keys(first);
  const columns = [...names, ...Object.keys(more)].join(', ');
  const values = [...names.map((_name, place) => `json_extract(value, '$[${place}]')`), ...Object.values(more)];
  await connection.raw(`insert into ${table} (${columns}) select ${values.join(', ')} from json_each(?) order by key`, [
    JSON.stringify(rows.map((row) => Object.values(row))),
  ]);
}

/** What of evidence is in the audit log: numbers, yes and no, and how many a list holds. Never who. */
export function countsOf(evidence: AnyEvidence | undefined): Record<string, number | boolean> {
  const counts: Record<string, number | boolean> = {};
  const take = (value: unknown, name: string): void => {
    if (typeof value === 'number' || typeof value === 'boolean') counts[name] = value;
    else if (Array.isArray(value)) counts[name] = value.length;
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) take(inner, name === '' ? key : `${name}.${key}`);
  };
  take(evidence, '');
  return counts;
}
