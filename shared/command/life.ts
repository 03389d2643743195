import { z } from 'zod';

/** The states of a command: on the wire and in the database, never renamed. */
export const commandStateSchema = z.enum([
  'awaiting-approval',
  'queued',
  'sent',
  'received',
  'started',
  'verified',
  'failed',
  'refused',
  'deferred',
  'expired',
  'cancelled',
  'superseded',
]);
export type CommandState = z.infer<typeof commandStateSchema>;

/**
 * The allowed moves; both sides obey this table and an illegal move throws.
 *
 * `expired` is the server's own conclusion from silence. Where the order had
 * already left the server, the device may have carried it out all the same:
 * its late word wins, for an outcome that happened must not be lost.
 */
export const commandMoves: { readonly [State in CommandState]: readonly CommandState[] } = {
  'awaiting-approval': ['queued', 'cancelled', 'expired'],
  queued: ['sent', 'cancelled', 'expired', 'superseded'],
  sent: ['received', 'refused', 'expired', 'superseded'],
  received: ['started', 'refused', 'deferred', 'expired', 'failed'],
  // `refused`: an agent that lost its journal cannot say what became of the order.
  started: ['verified', 'failed', 'refused', 'expired'],
  // `received`: the device took it up again before the server had heard that it was put off.
  deferred: ['sent', 'received', 'cancelled', 'expired', 'superseded'],
  expired: ['verified', 'failed', 'refused'],
  verified: [],
  failed: [],
  refused: [],
  cancelled: [],
  superseded: [],
};

/** States in which nothing more is expected of the device. */
const finalStates: ReadonlySet<CommandState> = new Set([
  'verified',
  'failed',
  'refused',
  'expired',
  'cancelled',
  'superseded',
]);

export function isFinal(state: CommandState): boolean {
  return finalStates.has(state);
}

/** States in which the order is with the device: one at a time for each device. */
export const inFlightStates: readonly CommandState[] = ['sent', 'received', 'started'];

/** States of an order that still waits for its turn. */
export const waitingStates: readonly CommandState[] = ['queued', 'deferred'];

export function mayMove(from: CommandState, to: CommandState): boolean {
  return commandMoves[from].includes(to);
}

/** Whether `to` lies on the way that a command in `state` has already gone: a repeated message, not a fault. */
export function isAlreadyPast(state: CommandState, to: CommandState): boolean {
  if (state === to) return true;
  const order: readonly CommandState[] = ['queued', 'sent', 'received', 'started'];
  const reached = order.indexOf(to);
  if (reached < 0) return false;
  return isFinal(state) || order.indexOf(state) > reached;
}

/** Thrown when a program asks for a move the table does not allow: a fault of ours, never of a user. */
export class IllegalMoveError extends Error {
  override readonly name = 'IllegalMoveError';
  readonly code = 'illegal-move';
  readonly from: CommandState;
  readonly to: CommandState;
  constructor(from: CommandState, to: CommandState) {
    super(`a command cannot go from ${from} to ${to}`);
    this.from = from;
    this.to = to;
  }
}

/**
 * Why an order was not carried out. Stable codes; the dashboard holds their sentences.
 * `busy` goes with `deferred`: the device installs updates or shuts down, and the order is offered again.
 * `replayed` is no move: the device says that it had settled the order, told so, and was sent it again.
 * `journal-changed`: the device's own record of the order was changed by somebody, so nothing of it is believed.
 * `held` and `declined` are people's: the safeguarding lead's hold, the second administrator's no.
 */
export const outcomeReasonSchema = z.enum([
  'observe-mode',
  'not-supported',
  'needs-administrator-rights',
  'bad-signature',
  'wrong-device',
  'wrong-epoch',
  'not-understood',
  'too-late',
  'replayed',
  'forbidden-on-device',
  'needs-device-management',
  'no-such-session',
  'nobody-signed-in',
  'not-delivered',
  'still-signed-in',
  'browser-still-open',
  'photos-left',
  'not-locked',
  'not-released',
  'disk-not-encrypted',
  'needs-break-glass-account',
  'came-back',
  'busy',
  'held',
  'declined',
  'cannot-look',
  'interrupted',
  'action-failed',
  'no-answer',
  'journal-changed',
]);
export type OutcomeReason = z.infer<typeof outcomeReasonSchema>;
