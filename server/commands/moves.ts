import { StatedError } from '../../shared/api/errors.ts';
import { commandKinds, proves } from '../../shared/command/kinds.ts';
import { IllegalMoveError, isAlreadyPast, mayMove } from '../../shared/command/life.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Connection } from '../storage/database.ts';
import { type Command, findCommand, type StoredMove, writeMove } from './command-store.ts';

/**
 * Moves a command by the server's own decision, from the state it was seen in.
 * False when it has moved meanwhile (cancelled, answered): then the decision no
 * longer stands and nothing follows from it. An illegal move is a fault of ours and throws.
 */
export async function moveByServer(connection: Connection, seen: Command, move: StoredMove): Promise<boolean> {
  if (!mayMove(seen.state, move.to)) throw new IllegalMoveError(seen.state, move.to);
  return writeMove(connection, seen, move);
}

/**
 * Takes what a device says of an order. A repeated message changes nothing; one
 * the table does not allow is refused by name. Evidence that is missing or is
 * another command's fails the order: "verified" without proof is never shown.
 */
export async function moveByDevice(
  connection: Connection,
  deviceId: string,
  message: MoveMessage,
  at: Instant,
): Promise<{ command: Command; moved: boolean }> {
  const command = await findCommand(connection, message.commandId);
  if (command === undefined || command.deviceId !== deviceId) {
    throw new StatedError('not-found', 'This device was never given that order. It may forget it.');
  }
  if (!mayMove(command.state, message.to)) {
    if (isAlreadyPast(command.state, message.to)) return { command, moved: false };
    throw new StatedError('illegal-move', `The order is ${command.state}; it cannot become ${message.to}.`);
  }
  await writeMove(connection, command, {
    ...judgedOutcome(command, message),
    at,
    deviceAt: message.at,
    actor: 'device',
  });
  return { command, moved: true };
}

function judgedOutcome(command: Command, message: MoveMessage): Pick<StoredMove, 'to' | 'reason' | 'evidence'> {
  const { to, reason, evidence } = message;
  const understood = commandKinds[command.order.kind].evidence.safeParse(evidence).success;
  if (to !== 'verified') return understood ? { to, reason, evidence } : { to, reason };
  if (!understood || evidence === undefined) return { to: 'failed', reason: 'not-understood' };
  return proves(command.order.kind, evidence)
    ? { to, reason, evidence }
    : { to: 'failed', reason: 'still-signed-in', evidence };
}
