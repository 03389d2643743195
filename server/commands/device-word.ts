import { StatedError } from '../../shared/api/errors.ts';
import type { SecurityEventCode } from '../../shared/api/safeguards.ts';
import {
  type AnyEvidence,
  type CommandKind,
  type CommandOrder,
  commandKinds,
  proves,
} from '../../shared/command/kinds.ts';
import { type CommandState, isAlreadyPast, mayMove, type OutcomeReason } from '../../shared/command/life.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { StoredMove } from './command-writes.ts';

/** What the judgement of a device's word needs of the order. */
export interface SpokenOf {
  deviceId: string;
  order: CommandOrder;
  state: CommandState;
  offered: number;
  calledReplayed: number;
}

/** What a device's word on an order comes to, and what it may betray. */
export type Judged = { noticed?: SecurityEventCode | undefined } & (
  | { is: 'move'; move: StoredMove }
  /** Said before, or no move at all: acknowledged, and nothing changes. */
  | { is: 'nothing' }
  /** The device says that it had settled the order before; counted. */
  | { is: 'called-replayed' }
  | { is: 'refused'; error: StatedError }
);

/** Refusals of a device by which somebody may be found out. */
const betrays: { readonly [Reason in OutcomeReason]?: SecurityEventCode } = {
  'bad-signature': 'order-forged',
  'wrong-device': 'order-misaddressed',
  'wrong-epoch': 'order-misaddressed',
  'too-late': 'order-late',
  replayed: 'order-replayed',
};

/** Why an order failed whose device says it is done and whose evidence says it is not. */
const unproven: { readonly [Kind in CommandKind]: OutcomeReason } = {
  logout: 'still-signed-in',
  'sign-out-app': 'still-signed-in',
  lock: 'not-locked',
  release: 'not-released',
  message: 'not-delivered',
  refresh: 'action-failed',
  'clear-photos': 'photos-left',
  wipe: 'action-failed',
  retire: 'action-failed',
};

/**
 * Judges what a device says of an order. A repeated message changes nothing; one the
 * table does not allow is refused by name. Evidence that is missing or is another
 * command's fails the order: "verified" without proof is never shown.
 * @param command undefined: this server gave no such order.
 */
export function judgeWord(
  command: SpokenOf | undefined,
  { deviceId, message, at }: { deviceId: string; message: MoveMessage; at: Instant },
): Judged {
  const noticed = message.to === 'refused' && message.reason !== undefined ? betrays[message.reason] : undefined;
  if (command === undefined || command.deviceId !== deviceId) {
    const error = new StatedError('not-found', 'This device was never given that order. It may forget it.');
    return { is: 'refused', error, noticed: noticed ?? 'order-unknown' };
  }
  if (message.reason === 'replayed') {
    // Each time an order was handed to it again it may say so once.
    return command.offered > command.calledReplayed + 1 ? { is: 'called-replayed' } : { is: 'nothing', noticed };
  }
  if (!mayMove(command.state, message.to)) {
    if (isAlreadyPast(command.state, message.to)) return { is: 'nothing' };
    const text = `The order is ${command.state}; it cannot become ${message.to}.`;
    return { is: 'refused', error: new StatedError('illegal-move', text), noticed };
  }
  const move = { ...judgedOutcome(command.order, message), at, deviceAt: message.at, actor: 'device' };
  return { is: 'move', move: { ...move, also: alsoChanged(command.order, move) }, noticed };
}

/** What of a move whose shape is not understood ends: its order fails, and the queue goes on. */
export function judgeGarbled(command: SpokenOf, { deviceId, at }: { deviceId: string; at: Instant }): Judged {
  if (command.deviceId !== deviceId) return { is: 'nothing', noticed: 'order-unknown' };
  const to = (['failed', 'refused'] as const).find((end) => mayMove(command.state, end));
  // What has its outcome, or has not left, is nothing that the device could have spoken of.
  if (to === undefined || command.state === 'expired') return { is: 'nothing' };
  return { is: 'move', move: { to, at, actor: 'device', reason: 'not-understood' } };
}

function judgedOutcome(
  order: CommandOrder,
  { to, reason, evidence }: MoveMessage,
): Pick<StoredMove, 'to' | 'reason' | 'evidence'> {
  const understood = evidence !== undefined && isOwnWord(order, evidence) ? evidence : undefined;
  if (to !== 'verified') return understood === undefined ? { to, reason } : { to, reason, evidence: understood };
  if (understood === undefined) return { to: 'failed', reason: 'not-understood' };
  return proves(order.kind, understood)
    ? { to, reason, evidence: understood }
    : { to: 'failed', reason: unproven[order.kind], evidence: understood };
}

/** Whether evidence is of the order's kind, is about what was ordered, and is the device's to give: its own silence it cannot see. */
function isOwnWord(order: CommandOrder, evidence: AnyEvidence): boolean {
  if (!commandKinds[order.kind].evidence.safeParse(evidence).success) return false;
  if (order.kind !== 'wipe') return true;
  const { data } = commandKinds.wipe.evidence.safeParse(evidence);
  return data !== undefined && data.receipt.level === order.args.level && data.silentMinutes === undefined;
}

function alsoChanged(order: CommandOrder, { to, at, evidence }: Pick<StoredMove, 'to' | 'at' | 'evidence'>) {
  if (to === 'deferred') return { deferredAt: at };
  const hasReceipt =
    to === 'started' && order.kind === 'wipe' && order.args.level === 'device' && evidence !== undefined;
  return hasReceipt ? { receiptAt: at } : undefined;
}
