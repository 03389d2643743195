import { StatedError } from '../../shared/api/errors.ts';
import { commandKinds } from '../../shared/command/kinds.ts';
import { IllegalMoveError, isAlreadyPast, mayMove } from '../../shared/command/life.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Connection } from '../storage/database.ts';
import { type Command, findCommand, type StoredMove, writeMove } from './command-store.ts';

/** Moves a command by the server's own decision; an illegal move is a fault of ours and throws. */
export async function moveByServer(connection: Connection, command: Command, move: StoredMove): Promise<void> {
  if (!mayMove(command.state, move.to)) throw new IllegalMoveError(command.state, move.to);
  await writeMove(connection, command.id, move);
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
  await writeMove(connection, command.id, {
    ...judgedOutcome(command, message),
    at,
    deviceAt: message.at,
    actor: 'device',
  });
  return { command, moved: true };
}

function judgedOutcome(command: Command, message: MoveMessage): Pick<StoredMove, 'to' | 'reason' | 'evidence'> {
  const fits = commandKinds[command.order.kind].evidence.safeParse(message.evidence).success;
  if (fits) return { to: message.to, reason: message.reason, evidence: message.evidence };
  return message.to === 'verified'
    ? { to: 'failed', reason: 'not-understood' }
    : { to: message.to, reason: message.reason };
}
