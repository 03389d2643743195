import type { AnyEvidence } from '../../shared/command/kinds.ts';
import { type CommandState, IllegalMoveError, mayMove, type OutcomeReason } from '../../shared/command/life.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Audit, AuditEntry } from '../audit/audit.ts';
import type { SqlValue } from '../storage/ask.ts';
import type { Connection } from '../storage/database.ts';
import type { Command } from './command-rows.ts';
import type { OrderedDevice } from './order-guards.ts';

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

/** What of a command says where it is, and whose. */
export type SeenOrder = Pick<Command, 'id' | 'settingId' | 'deviceId' | 'order' | 'state'>;

/** A command as it was seen, and where it goes from there. */
export interface Moving<Order extends SeenOrder = Command> {
  command: Order;
  move: StoredMove;
}

/** A command as it begins: its first state is written as its first move. */
export type NewCommand = Omit<
  Command,
  'number' | 'deviceName' | 'offered' | 'calledReplayed' | 'deferredAt' | 'receiptAt' | 'spokeAgainAt'
>;

/**
 * Adds commands in the order given, each with its first move, actor the asker; all are in the audit log.
 * Those in `leaving` go to their device as soon as this is committed, so that they are `sent` with it.
 * Devices in `idle` were seen so before: one that is not any more throws MovedMeanwhile, and nothing was written.
 */
export async function addCommands(
  connection: Connection,
  audit: Audit,
  commands: readonly NewCommand[],
  leaving: ReadonlySet<string> = new Set(),
  idle: readonly Pick<OrderedDevice, 'id' | 'epoch' | 'forbids'>[] = [],
): Promise<void> {
  const entries: AuditEntry[] = [];
  const rows = commands.map((command) => {
    const moves = firstMoves(command, leaving.has(command.id));
    for (const move of moves)
      entries.push(entryOf(command, move, move.to === command.state ? { stated: command.reason } : {}));
    return rowOf(command, moves);
  });
  const asSeen = idle.map(({ id, epoch, forbids }) => [id, epoch, JSON.stringify(forbids)]);
  await audit.along(connection, entries, { commands: rows, idle: asSeen });
}

/** In the order of the columns that migration 007 names. */
function rowOf(command: NewCommand, moves: readonly StoredMove[]): SqlValue[] {
  const { order, createdAt, queuedAt, expiresAt } = command;
  const sent = moves.filter(({ to }) => to === 'sent').length;
  return [
    ...[command.id, command.settingId, command.deviceId, command.epoch, order.kind, JSON.stringify(order.args)],
    ...[command.reason, command.askedBy, command.askedById, command.batchId],
    ...[moves.at(-1)?.to ?? command.state, createdAt, queuedAt, expiresAt, sent, textOf(moves)],
  ];
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
 * allow throws, and so does (MovedMeanwhile) a command that is no longer in the state it was seen in.
 */
export async function writeMoves(
  connection: Connection,
  audit: Audit,
  moving: readonly Moving<SeenOrder>[],
): Promise<void> {
  const steps = new Map<string, Step>();
  for (const { command, move } of moving) {
    const step = steps.get(command.id) ?? { from: command.state, moves: [] };
    const at = step.moves.at(-1)?.to ?? step.from;
    if (!mayMove(at, move.to)) throw new IllegalMoveError(at, move.to);
    step.moves.push(move);
    steps.set(command.id, step);
  }
  const entries = moving.map(({ command, move }) => entryOf(command, move, {}));
  await audit.along(connection, entries, { steps: [...steps].map(([id, step]) => rowOfStep(id, step)) });
}

/** A command from where it was seen, and the moves it makes from there. */
interface Step {
  from: CommandState;
  moves: StoredMove[];
}

/** In the order that migration 007 names. */
function rowOfStep(id: string, { from, moves }: Step): SqlValue[] {
  const also: Also = Object.assign({}, ...moves.map((move) => move.also));
  return [
    ...[id, from, moves.at(-1)?.to ?? from, also.queuedAt ?? null, also.expiresAt ?? null],
    ...[also.deferredAt ?? null, also.receiptAt ?? null, also.offered === undefined ? 0 : 1, textOf(moves)],
  ];
}

/** Moves as they stand in their order's row. */
function textOf(moves: readonly StoredMove[]): string {
  return JSON.stringify(
    moves.map(({ to, at, deviceAt = null, actor, reason = null, evidence = null }) => ({
      ...{ to, at, deviceAt, actor, reason, evidence },
    })),
  );
}

function entryOf(command: Omit<SeenOrder, 'state'>, move: StoredMove, more: AuditEntry['data']): AuditEntry {
  return {
    settingId: command.settingId,
    actor: move.actor === 'device' ? command.deviceId : move.actor,
    action: `command.${move.to}`,
    subject: command.id,
    data: {
      kind: command.order.kind,
      deviceId: command.deviceId,
      ...(move.reason === undefined ? {} : { reason: move.reason }),
      ...countsOf(move.evidence),
      ...more,
    },
  };
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
