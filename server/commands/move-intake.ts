import { StatedError } from '../../shared/api/errors.ts';
import type { SecurityEventCode } from '../../shared/api/safeguards.ts';
import { isFinal } from '../../shared/command/life.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Audit } from '../audit/audit.ts';
import { statedFrom } from '../http/answers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { type Command, inFlightOf } from './command-rows.ts';
import { type Moving, writeMoves } from './command-writes.ts';
import { type Judged, judgeGarbled, judgeWord } from './device-word.ts';
import { findSpokenOf } from './spoken-of.ts';

/** Something noticed of a device, for the list of security events. */
export interface NoticedOrder {
  settingId: string;
  deviceId: string;
  commandId: string;
  code: SecurityEventCode;
}

export interface MoveIntakeParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  /** Writes an event down in the transaction; answers what `taken` is to be told. */
  notice: (connection: Connection, noticed: NoticedOrder) => Promise<number>;
  /** A retire order was verified: the device leaves in the same transaction. */
  leave: (connection: Connection, command: Command) => Promise<Departure>;
  /** Told after the commit. */
  taken: (told: Taken) => void;
}

/** What ended with a device that left the fleet, by id. */
export interface Departure {
  commandIds: readonly string[];
  incidentIds: readonly string[];
}

/** What a commit of moves changed. */
export interface Taken {
  commandIds: ReadonlySet<string>;
  incidentIds: ReadonlySet<string>;
  /** Devices whose queue may go on. */
  nudged: ReadonlySet<string>;
  /** Devices that left the fleet by their own word. */
  left: ReadonlySet<string>;
  eventIds: ReadonlySet<number>;
}

interface Waiting {
  peer: { deviceId: string; settingId: string };
  commandId: string;
  /** undefined: it was not understood. */
  message: MoveMessage | undefined;
  done: () => void;
  refused: (error: unknown) => void;
}

/** What is known while a commit is made. */
interface Commit {
  at: Instant;
  /** Orders as they were when it began. */
  seen: ReadonlyMap<string, Command>;
  /** Devices with another order that waits. */
  othersWaitFor: ReadonlySet<string>;
  /** Orders as the words so far left them. */
  reached: Map<string, Command>;
  moving: Moving[];
}

/** Moves a commit: one flush to disk serves many devices, and none waits long. */
const batchSize = 400;
/** An agent waits for each acknowledgement; the few moves of one order may still be under way together. */
const mostWaitingOfOne = 50;

/**
 * Takes in what devices say of their orders: many wait in memory, one commit stores
 * them in the order they came, then each is acknowledged. A refused one does not spoil
 * the commit of the others; when the commit fails nothing was stored and each device says it again.
 */
export function createMoveIntake({ db, clock, log, audit, notice, leave, taken }: MoveIntakeParts) {
  const waiting: Waiting[] = [];
  const waitingOf = new Map<string, number>();
  let working: Promise<void> | undefined;

  const judge = (one: Waiting, command: Command | undefined, at: Instant): Judged => {
    const { deviceId } = one.peer;
    if (one.message !== undefined) return judgeWord(command, { deviceId, message: one.message, at });
    return command === undefined ? { is: 'nothing' } : judgeGarbled(command, { deviceId, at });
  };

  /** Judges one word in the transaction, by what those before it in the commit came to. */
  const takeOne = async (
    connection: Connection,
    one: Waiting,
    { at, reached, seen, moving }: Commit,
  ): Promise<Judged> => {
    const before = reached.get(one.commandId);
    const judged = judge(one, before, at);
    const first = seen.get(one.commandId);
    if (before === undefined || first === undefined) return judged;
    if (judged.is === 'move') {
      moving.push({ command: first, move: judged.move });
      reached.set(before.id, { ...before, state: judged.move.to });
    }
    if (judged.is === 'called-replayed') {
      await connection('commands').where({ id: before.id }).increment('called_replayed', 1);
      reached.set(before.id, { ...before, calledReplayed: before.calledReplayed + 1 });
    }
    return judged;
  };

  const storeAll = async (batch: readonly Waiting[]) =>
    db.transaction(async (transaction) => {
      const ids = [...new Set(batch.map((one) => one.commandId))];
      const { commands, othersWaitFor } = await findSpokenOf(transaction, ids);
      const seen = new Map(commands.map((command) => [command.id, command]));
      const commit: Commit = { at: instant(clock.now()), seen, othersWaitFor, reached: new Map(seen), moving: [] };
      const results: { one: Waiting; judged: Judged }[] = [];
      const eventIds = new Set<number>();
      for (const one of batch) {
        const judged = await takeOne(transaction, one, commit);
        results.push({ one, judged });
        if (judged.noticed === undefined) continue;
        eventIds.add(await notice(transaction, { ...one.peer, commandId: one.commandId, code: judged.noticed }));
      }
      await writeMoves(transaction, audit, commit.moving);
      return { results, told: await concluded(transaction, commit, eventIds) };
    });

  /** What follows from the moves, in their transaction. */
  const concluded = async (
    connection: Connection,
    { moving, othersWaitFor }: Commit,
    eventIds: ReadonlySet<number>,
  ): Promise<Taken> => {
    const commandIds = new Set(moving.map(({ command }) => command.id));
    const incidentIds = new Set<string>();
    const goingOn = moving.filter(({ move }) => isFinal(move.to) || move.to === 'deferred');
    const leaving = moving.filter(({ command, move }) => move.to === 'verified' && command.order.kind === 'retire');
    for (const { command } of leaving) {
      const departure = await leave(connection, command);
      for (const id of departure.commandIds) commandIds.add(id);
      for (const id of departure.incidentIds) incidentIds.add(id);
    }
    const devicesOf = (some: readonly Moving[]) => new Set(some.map(({ command }) => command.deviceId));
    // Whoever orders after this commit sees the device idle, and needs no nudge of ours.
    const nudged = new Set([...devicesOf(goingOn)].filter((id) => othersWaitFor.has(id)));
    const left = devicesOf(leaving);
    return { commandIds, incidentIds, nudged, left, eventIds };
  };

  const takeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const { results, told } = await storeAll(batch);
      for (const { one, judged } of results) {
        if (judged.is === 'refused') one.refused(judged.error);
        else one.done();
      }
      taken(told);
    } catch (error) {
      log.error('moves.commit-failed', { count: batch.length, error: messageOf(error) });
      for (const one of batch) one.refused(statedFrom(error));
    }
  };

  const work = async (): Promise<void> => {
    // Those that came with the same packets of the network are stored together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await takeBatch(waiting.splice(0, batchSize));
    working = undefined;
  };

  const settle = (deviceId: string): void => {
    const left = (waitingOf.get(deviceId) ?? 1) - 1;
    if (left === 0) waitingOf.delete(deviceId);
    else waitingOf.set(deviceId, left);
  };

  const take = (one: Pick<Waiting, 'peer' | 'commandId' | 'message'>): Promise<void> => {
    const { deviceId } = one.peer;
    const ofThisDevice = waitingOf.get(deviceId) ?? 0;
    if (ofThisDevice >= mostWaitingOfOne)
      throw new StatedError('too-many-tries', 'Wait for the acknowledgement of earlier moves before sending more.');
    waitingOf.set(deviceId, ofThisDevice + 1);
    return new Promise<void>((done, refused) => {
      waiting.push({ ...one, done, refused });
      working ??= work();
    }).finally(() => settle(deviceId));
  };

  return {
    /** Resolves after the commit; rejects with a StatedError that says what to do. */
    take: (peer: { deviceId: string; settingId: string }, message: MoveMessage): Promise<void> =>
      take({ peer, commandId: message.commandId, message }),
    /**
     * A move that could not be read, at most its order's id: that order fails. Without an id it is the
     * one that is with the device, for there is never another.
     */
    takeGarbled: async (
      peer: { deviceId: string; settingId: string },
      commandId: string | undefined,
    ): Promise<void> => {
      const meant = commandId ?? (await inFlightOf(db, peer.deviceId))?.id;
      if (meant !== undefined) await take({ peer, commandId: meant, message: undefined });
    },
    stop: async (): Promise<void> => {
      await working;
    },
  };
}
