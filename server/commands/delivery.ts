import { createPrivateKey } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import { type Envelope, sealOrder } from '../../shared/command/envelope.ts';
import { inFlightStates } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Audit } from '../audit/audit.ts';
import type { Connection, Database } from '../storage/database.ts';
import { type Command, devicesThatDeferred, overdueCommands, presentCommandsOf } from './command-rows.ts';
import { type Moving, writeMoves } from './command-writes.ts';
import type { CommandsParts } from './commands.ts';
import { isHeldBack } from './order-guards.ts';

/** What of an order its device is told. */
type Offered = Pick<Command, 'id' | 'deviceId' | 'epoch' | 'expiresAt' | 'queuedAt' | 'createdAt' | 'order'>;

interface DeliveryParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  /** The server's Ed25519 key, PEM. */
  signingKey: string;
  isConnected: (deviceId: string) => boolean;
  holdsOf: CommandsParts['holdsOf'];
  /** Hands an envelope to the device's socket: a nudge that may be lost. */
  send: (deviceId: string, envelope: Envelope) => void;
  changed: (commandIds: Iterable<string>) => void;
}

const sweepEveryMs = 5_000;
/** A device that said "not now" is asked again after this, and at each hello. */
const askAgainAfterMs = 60_000;
/** Devices a commit. */
const batchSize = 200;
/** Signatures in one go: some milliseconds of the event loop. */
const signedInOneGo = 25;
/** A wipe that gave its receipt is judged by silence; only a device that goes on talking and tells no outcome lets it run out. */
const patienceWithWipesMs = 60 * 60_000;

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
  const { db, clock, log, audit, signingKey, isConnected, send, changed } = parts;
  const key = createPrivateKey(signingKey);
  /** Devices to be looked at, and whether they have just come (back). */
  const wanted = new Map<string, boolean>();
  let working: Promise<void> | undefined;
  let sweeping: Promise<void> | undefined;
  let handing: Promise<void> = Promise.resolve();
  let sweeper: NodeJS.Timeout | undefined;

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
    await offerAll(offered);
  };

  const offerAll = async (commands: readonly Offered[]): Promise<void> => {
    for (const [index, command] of commands.entries()) {
      offer(command);
      if (index % signedInOneGo === signedInOneGo - 1) await nextTick();
    }
  };

  /** Writes down what is about to leave. */
  const choose = async (
    connection: Connection,
    batch: ReadonlyMap<string, boolean>,
  ): Promise<{ offered: Command[]; moved: Moving[] }> => {
    const at = instant(clock.now());
    const offered: Command[] = [];
    const moved: Moving[] = [];
    const again: string[] = [];
    const present = await presentCommandsOf(connection, [...batch.keys()]);
    const held = await heldSince(
      connection,
      present.filter(({ deviceId }) => batch.get(deviceId) === true),
    );
    for (const command of held) moved.push({ command, move: { to: 'expired', at, actor: 'server', reason: 'held' } });
    for (const [deviceId, open] of byDevice(present.filter((command) => !held.includes(command)))) {
      const cameBack = batch.get(deviceId) === true;
      const withDevice = open.find((command) => inFlightStates.includes(command.state));
      const next = withDevice ?? open.find((command) => isDue(command, cameBack));
      if (next === undefined || (withDevice !== undefined && !cameBack)) continue;
      offered.push(next);
      if (withDevice === undefined)
        moved.push({ command: next, move: { to: 'sent', at, actor: 'server', also: { offered: true } } });
      else again.push(withDevice.id);
    }
    if (again.length > 0) await connection('commands').whereIn('id', again).increment('offered', 1);
    await writeMoves(connection, audit, moved);
    return { offered, moved };
  };

  /**
   * What left for a device that never said it came, where a hold was set since: it is not handed over again. It ends as
   * what nobody answered does, for the device may have had it all the same, and then its late word wins.
   */
  const heldSince = async (connection: Connection, present: readonly Command[]): Promise<Command[]> => {
    const unheard = present.filter(({ state, order }) => state === 'sent' && isHeldBack(order.kind));
    if (unheard.length === 0) return [];
    const devices = unheard.map(({ deviceId, settingId }) => ({ id: deviceId, settingId }));
    const holds = await parts.holdsOf(connection, devices);
    return unheard.filter(({ deviceId }) => holds.has(deviceId));
  };

  const isDue = ({ state, expiresAt, deferredAt }: Command, cameBack: boolean): boolean => {
    if (expiresAt <= instant(clock.now())) return false;
    if (state !== 'deferred' || cameBack || deferredAt === null) return true;
    return deferredAt <= instant(clock.now() - askAgainAfterMs);
  };

  const offer = ({ id, deviceId, epoch, expiresAt, queuedAt, createdAt, order }: Offered): void => {
    send(deviceId, sealOrder({ id, deviceId, epoch, issuedAt: queuedAt ?? createdAt, expiresAt, order }, key));
  };

  /** Ends what nobody answered, and remembers those who said "not now". */
  const sweep = async (): Promise<void> => {
    const now = instant(clock.now());
    const overdue = await db.transaction(async (transaction) => {
      const patientUntil = instant(clock.now() - patienceWithWipesMs);
      const commands = await overdueCommands(transaction, now, { patientUntil });
      await writeMoves(
        transaction,
        audit,
        commands.map((command) => ({
          command,
          move: {
            to: 'expired',
            at: now,
            actor: 'server',
            // Nobody said no to it, and nobody yes: a person's silence is no answer of the device.
            ...(command.state === 'awaiting-approval' ? {} : { reason: 'no-answer' }),
          },
        })),
      );
      return commands;
    });
    changed(overdue.map((command) => command.id));
    want(
      overdue.map((command) => command.deviceId),
      false,
    );
    want(await devicesThatDeferred(db, instant(clock.now() - askAgainAfterMs)), false);
  };

  return {
    start: (): void => {
      sweeper = setInterval(() => {
        sweeping ??= sweep()
          .catch((error: unknown) => log.error('delivery.sweep-failed', { error: messageOf(error) }))
          .finally(() => {
            sweeping = undefined;
          });
      }, sweepEveryMs);
    },
    stop: async (): Promise<void> => {
      clearInterval(sweeper);
      await sweeping;
      await working;
      await handing;
    },
    /** One sweep now; for tests. */
    sweep,
    /** These were committed as sent to devices that had nothing else to do: out with them. */
    hand: (commands: readonly Offered[]): void => {
      handing = handing
        .then(() => offerAll(commands))
        .catch((error: unknown) => log.error('delivery.failed', { count: commands.length, error: messageOf(error) }));
    },
    /** Something about these devices' queues changed. */
    nudge: (deviceIds: Iterable<string>): void => want(deviceIds, false),
    /** The device came (back) and said hello: what it may have missed is offered again. */
    deviceCame: (deviceId: string): void => want([deviceId], true),
  };
}

function byDevice(commands: readonly Command[]): Map<string, Command[]> {
  const found = new Map<string, Command[]>();
  for (const command of commands) {
    const own = found.get(command.deviceId);
    if (own === undefined) found.set(command.deviceId, [command]);
    else own.push(command);
  }
  return found;
}
