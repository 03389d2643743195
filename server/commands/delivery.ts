import type { Envelope } from '../../shared/command/envelope.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Audit } from '../audit/audit.ts';
import { createWatch } from '../rhythm/watch.ts';
import type { Database } from '../storage/database.ts';
import type { Approvers } from './approvers.ts';
import { askAgainAfterMs, createChoosing } from './choosing.ts';
import { devicesThatDeferred } from './command-rows.ts';
import type { CommandsParts } from './commands.ts';
import { createHanding, type Offered } from './handing.ts';
import { endOverdue } from './overdue.ts';

interface DeliveryParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  /** The server's Ed25519 key, PEM. */
  signingKey: string;
  isConnected: (deviceId: string) => boolean;
  holdsOf: CommandsParts['holdsOf'];
  approvers: Pick<Approvers, 'settled'>;
  /** Hands an envelope to the device's socket: a nudge that may be lost. */
  send: (deviceId: string, envelope: Envelope) => void;
  changed: (commandIds: Iterable<string>) => void;
}

const sweepEveryMs = 5_000;
/** Devices a commit. */
const batchSize = 200;

/**
 * Offers connected devices their oldest order, many devices a commit.
 *
 * INVARIANTS
 * - One order is with a device at a time; the next is offered when that one has its outcome or was put off.
 * - An order to an idle device in touch is `sent` in the very commit that queues it (`hand`); all others wait for `work`.
 * - `sent` is committed before the order leaves, so an order that may have run is never called queued.
 * - Offering an order again is safe: the agent asks its journal first. It happens only when the device comes back,
 *   and is counted before, so that a replay by somebody else can be told from it.
 * - Orders of an earlier enrolment are never offered, nor is one again that a hold refuses by now.
 * - What is decided is read in the transaction that decides it, and commits are made one after the other (`work`).
 */
export function createDelivery(parts: DeliveryParts) {
  const { db, clock, log, isConnected, changed } = parts;
  const choose = createChoosing(parts);
  const handing = createHanding(parts);
  /** Devices to be looked at, and whether they have just come (back). */
  const wanted = new Map<string, boolean>();
  let working: Promise<void> | undefined;

  const want = (deviceIds: Iterable<string>, cameBack: boolean): void => {
    for (const id of deviceIds) if (isConnected(id)) wanted.set(id, cameBack || (wanted.get(id) ?? false));
    if (wanted.size > 0) working ??= work();
  };

  const work = async (): Promise<void> => {
    while (wanted.size > 0) {
      const batch = new Map([...wanted].slice(0, batchSize));
      for (const id of batch.keys()) wanted.delete(id);
      await deliver(batch).catch((error: unknown) =>
        log.error('delivery.failed', { count: batch.size, error: messageOf(error) }),
      );
    }
    working = undefined;
  };

  const deliver = async (batch: ReadonlyMap<string, boolean>): Promise<void> => {
    const { offered, moved } = await db.transaction((transaction) => choose(transaction, batch));
    changed(moved.map(({ command }) => command.id));
    await handing.hand(offered);
  };

  /** Ends what nobody answered, and remembers those who said "not now". */
  const sweep = async (): Promise<void> => {
    const overdue = await endOverdue(parts);
    changed(overdue.map((command) => command.id));
    want(
      overdue.map((command) => command.deviceId),
      false,
    );
    want(await devicesThatDeferred(db, instant(clock.now() - askAgainAfterMs)), false);
  };
  const sweeper = createWatch({
    look: sweep,
    everyMs: sweepEveryMs,
    failed: (error) => log.error('delivery.sweep-failed', { error: messageOf(error) }),
  });

  return {
    start: sweeper.start,
    stop: async (): Promise<void> => {
      await sweeper.stop();
      await working;
      await handing.stop();
    },
    /** One sweep now; for tests. */
    sweep,
    /** These were committed as sent to devices that had nothing else to do: out with them. */
    hand: (commands: readonly Offered[]): void => void handing.hand(commands),
    sealAhead: handing.sealAhead,
    /** Something about these devices' queues changed. */
    nudge: (deviceIds: Iterable<string>): void => want(deviceIds, false),
    /** The device came (back) and said hello: what it may have missed is offered again. */
    deviceCame: (deviceId: string): void => want([deviceId], true),
  };
}
