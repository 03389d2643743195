import { StatedError } from '../../shared/api/errors.ts';
import type { SecurityEventCode } from '../../shared/api/safeguards.ts';
import type { Clock } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { MoveMessage, MovesTaken } from '../../shared/wire/messages.ts';
import type { Audit } from '../audit/audit.ts';
import { statedFrom } from '../http/answers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { type Command, inFlightOf } from './command-rows.ts';
import type { Judged } from './device-word.ts';
import type { OrdersOut } from './orders-out.ts';
import { createStoringMoves, type Word } from './storing-moves.ts';

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
  out: Pick<OrdersOut, 'find' | 'moved'>;
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

type Peer = Word['peer'];

/** The words of one message: stored in one commit, answered together. */
interface Waiting {
  words: readonly Word[];
  done: (judged: readonly Judged[]) => void;
  failed: (error: unknown) => void;
}

/** Messages a commit: one flush to disk serves many devices, and none waits long. */
const batchSize = 500;
/** An agent waits for each acknowledgement; the few moves of one order may still be under way together. */
const mostWaitingOfOne = 50;

/**
 * Takes in what devices say of their orders: many wait in memory, one commit stores
 * them in the order they came, then each is acknowledged. A refused one does not spoil
 * the commit of the others; when the commit fails nothing was stored and each device says it again.
 */
export function createMoveIntake({ log, taken, ...parts }: MoveIntakeParts) {
  const store = createStoringMoves(parts);
  const waiting: Waiting[] = [];
  const waitingOf = new Map<string, number>();
  let working: Promise<void> | undefined;

  const takeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const words = batch.flatMap((one) => one.words);
    try {
      const { judged, told } = await store(words);
      const rest = [...judged];
      for (const one of batch) one.done(rest.splice(0, one.words.length));
      taken(await told());
    } catch (error) {
      log.error('moves.commit-failed', { count: words.length, error: messageOf(error) });
      for (const one of batch) one.failed(statedFrom(error));
    }
  };

  const work = async (): Promise<void> => {
    // Those that came with the same packets of the network are stored together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await takeBatch(waiting.splice(0, batchSize));
    working = undefined;
  };

  const count = (deviceId: string, more: number): void => {
    const now = (waitingOf.get(deviceId) ?? 0) + more;
    if (now > mostWaitingOfOne)
      throw new StatedError('too-many-tries', 'Wait for the acknowledgement of earlier moves before sending more.');
    if (now === 0) waitingOf.delete(deviceId);
    else waitingOf.set(deviceId, now);
  };

  /** What is to become of each, after the commit. */
  const takeWords = ({ deviceId }: Peer, words: readonly Word[]): Promise<readonly Judged[]> => {
    count(deviceId, words.length);
    return new Promise<readonly Judged[]>((done, failed) => {
      waiting.push({ words, done, failed });
      working ??= work();
    }).finally(() => count(deviceId, -words.length));
  };
  const takeOne = async (peer: Peer, word: Omit<Word, 'peer'>): Promise<void> => {
    const [judged] = await takeWords(peer, [{ peer, ...word }]);
    if (judged?.is === 'refused') throw judged.error;
  };

  return {
    /** Resolves after the commit; rejects with a StatedError that says what to do. */
    take: (peer: Peer, message: MoveMessage): Promise<void> => takeOne(peer, { commandId: message.commandId, message }),
    /** Several of one device in one commit; resolves after it with those that will never be taken. Rejects when none was stored. */
    takeAll: async (peer: Peer, messages: readonly MoveMessage[]): Promise<MovesTaken['refused']> => {
      const words = messages.map((message) => ({ peer, commandId: message.commandId, message }));
      const judged = await takeWords(peer, words);
      return judged.flatMap((one, index) => (one.is === 'refused' ? [{ index, error: one.error.body() }] : []));
    },
    /**
     * A move that could not be read, at most its order's id: that order fails. Without an id it is the
     * one that is with the device, for there is never another.
     */
    takeGarbled: async (peer: Peer, commandId: string | undefined): Promise<void> => {
      const meant = commandId ?? (await inFlightOf(parts.db, peer.deviceId))?.id;
      if (meant !== undefined) await takeOne(peer, { commandId: meant, message: undefined });
    },
    stop: async (): Promise<void> => {
      await working;
    },
  };
}
