import { type Envelope, sealOrder } from '../../shared/command/envelope.ts';
import { inFlightStates, mayMove } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Database } from '../storage/database.ts';
import { type Command, openCommandsOf, overdueCommands } from './command-store.ts';
import { moveByServer } from './moves.ts';

interface DeliveryParts {
  db: Database;
  clock: Clock;
  log: Log;
  /** The server's Ed25519 key, PEM. */
  signingKey: string;
  /** Which enrolment of the device is the present one. */
  epochOf: (deviceId: string) => Promise<number | undefined>;
  isConnected: (deviceId: string) => boolean;
  /** Hands an envelope to the device's socket: a nudge that may be lost. */
  send: (deviceId: string, envelope: Envelope) => void;
  changed: (commandId: string) => void;
}

const sweepEveryMs = 5_000;

/**
 * Offers each connected device its oldest order.
 *
 * INVARIANTS
 * - One order is with a device at a time; the next is offered when that one has its outcome.
 * - `sent` is committed before the order leaves, so an order that may have run is never called queued.
 * - Offering an order again is safe: the agent asks its journal first. It happens only when the device comes back.
 * - Orders of an earlier enrolment are never offered: they ended in the transaction of the new one.
 * - A decision taken on what was read before counts only while the order is still as it was read.
 * - Work on one device is done one step at a time (`turns`).
 */
export function createDelivery({ db, clock, log, signingKey, epochOf, isConnected, send, changed }: DeliveryParts) {
  const turns = new Map<string, Promise<void>>();
  let sweeper: NodeJS.Timeout | undefined;

  const inTurn = (deviceId: string, step: () => Promise<void>): Promise<void> => {
    const turn = (turns.get(deviceId) ?? Promise.resolve())
      .then(step)
      .catch((error: unknown) => log.error('delivery.failed', { deviceId, error: messageOf(error) }))
      .finally(() => {
        if (turns.get(deviceId) === turn) turns.delete(deviceId);
      });
    turns.set(deviceId, turn);
    return turn;
  };

  const offer = (command: Command): void => {
    const { id, deviceId, epoch, expiresAt, createdAt, order } = command;
    send(deviceId, sealOrder({ id, deviceId, epoch, issuedAt: createdAt, expiresAt, order }, signingKey));
  };

  const deliverNext = async (deviceId: string, { again }: { again: boolean }): Promise<void> => {
    if (!isConnected(deviceId)) return;
    const epoch = await epochOf(deviceId);
    const open = (await openCommandsOf(db, [deviceId])).filter((command) => command.epoch === epoch);
    const withDevice = open.find((command) => inFlightStates.includes(command.state));
    if (withDevice !== undefined) {
      if (again) offer(withDevice);
      return;
    }
    const next = open.find((command) => mayMove(command.state, 'sent') && command.expiresAt > instant(clock.now()));
    if (next === undefined) return;
    const left = await db.transaction((transaction) =>
      moveByServer(transaction, next, { to: 'sent', at: instant(clock.now()), actor: 'server' }),
    );
    if (!left) return deliverNext(deviceId, { again: false });
    changed(next.id);
    offer(next);
  };

  const sweep = async (): Promise<void> => {
    for (const command of await overdueCommands(db, instant(clock.now()))) {
      await inTurn(command.deviceId, () => expire(command.id, command.deviceId));
    }
  };

  const expire = async (id: string, deviceId: string): Promise<void> => {
    const now = instant(clock.now());
    // Read again in turn: the device may have answered since the sweep looked.
    const command = (await openCommandsOf(db, [deviceId])).find((open) => open.id === id && open.expiresAt < now);
    if (command === undefined) return;
    const expired = await db.transaction((transaction) =>
      moveByServer(transaction, command, { to: 'expired', at: now, actor: 'server', reason: 'no-answer' }),
    );
    if (expired) changed(id);
    await deliverNext(deviceId, { again: false });
  };

  return {
    start: (): void => {
      sweeper = setInterval(() => {
        sweep().catch((error: unknown) => log.error('delivery.sweep-failed', { error: messageOf(error) }));
      }, sweepEveryMs);
    },
    stop: async (): Promise<void> => {
      clearInterval(sweeper);
      await Promise.all(turns.values());
    },
    /** Something about the device's queue changed. */
    nudge: (deviceId: string): void => void inTurn(deviceId, () => deliverNext(deviceId, { again: false })),
    /** The device came (back) and said hello: what it may have missed is offered again. */
    deviceCame: (deviceId: string): Promise<void> => inTurn(deviceId, () => deliverNext(deviceId, { again: true })),
  };
}
