import type { KeyObject } from 'node:crypto';
import { type Envelope, openOrder, type SignedOrder } from '../../shared/command/envelope.ts';
import type { CommandKind } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import type { Instant } from '../../shared/instant.ts';

/** What an order is judged by, at the moment it is judged. */
export interface Bench {
  deviceId: string;
  epoch: number;
  /** The server's Ed25519 key: PEM, or read already. */
  commandKey: string | KeyObject;
  observeMode: boolean;
  /** Kinds that an administrator of the device itself has forbidden here. */
  forbids: readonly CommandKind[];
  /** The server's clock as well as the device can tell, milliseconds. */
  serverNow: number;
  /**
   * `undefined`: the journal holds every order of this enrolment. An instant (of
   * the server's clock): an earlier journal was lost, so what was issued up to
   * then may have been carried out. `not-known-yet`: lost, and the server was not met since.
   */
  journalWholeSince: Instant | 'not-known-yet' | undefined;
}

export type Verdict =
  | { kind: 'accepted'; order: SignedOrder }
  /** Truly the server's, and not to be carried out: journalled like any other. */
  | { kind: 'refused'; order: SignedOrder; reason: OutcomeReason }
  /** Nobody proved to have written it: told, but never journalled, or a forgery could use up a true order's id. */
  | { kind: 'unproved'; reason: OutcomeReason };

/** Whether an order may be carried out now. The signature comes first; nothing of an unsigned text is believed. */
export function judgeOrder(envelope: Envelope, bench: Bench): Verdict {
  const opened = openOrder(envelope, bench.commandKey);
  if (!opened.ok) return { kind: 'unproved', reason: opened.reason };
  const { order } = opened;
  const reason = refusalOf(order, bench);
  return reason === undefined ? { kind: 'accepted', order } : { kind: 'refused', order, reason };
}

function refusalOf(order: SignedOrder, bench: Bench): OutcomeReason | undefined {
  if (order.deviceId !== bench.deviceId) return 'wrong-device';
  if (order.epoch !== bench.epoch) return 'wrong-epoch';
  if (Date.parse(order.expiresAt) <= bench.serverNow) return 'too-late';
  if (isBeforeJournal(order, bench.journalWholeSince)) return 'interrupted';
  if (bench.observeMode) return 'observe-mode';
  if (bench.forbids.includes(order.order.kind)) return 'forbidden-on-device';
  return undefined;
}

function isBeforeJournal(order: SignedOrder, since: Bench['journalWholeSince']): boolean {
  if (since === undefined) return false;
  return since === 'not-known-yet' || Date.parse(order.issuedAt) <= Date.parse(since);
}
