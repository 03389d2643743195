import type { Instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import { type MoveMessage, mostMovesAtOnce } from '../../shared/wire/messages.ts';
import type { DeliverMove, DeliverMoves, MoveShelf } from './slices.ts';

interface MoveSenderParts {
  shelf: MoveShelf;
  deliver: DeliverMove;
  /** Left out: each goes by itself. */
  deliverAll?: DeliverMoves;
  /** This device's time -> the server's. */
  correct(at: Instant): Instant;
  log: Log;
}

export interface MoveSender {
  sendOldest(): Promise<'settled' | 'nothing' | 'later'>;
  /** A refusal that is not journalled; waits in memory. */
  tell(move: MoveMessage): void;
}

type Shelved = Awaited<ReturnType<MoveShelf['unacknowledged']>>;

/** Refusals held in memory: a forger must not fill it. */
const maxTold = 50;

/** Tells the server the moves, in order and several at once, until they are acknowledged. One that the server will never take is settled with its reason. */
export function createMoveSender({ shelf, deliver, deliverAll, correct, log }: MoveSenderParts): MoveSender {
  const told: MoveMessage[] = [];
  /** Up to this one each goes by itself: together they were refused, and only so is it known which it was. */
  let singlyUpTo = 0;

  function refused({ commandId, to }: MoveMessage, code: string): void {
    log.warn('move-refused', { commandId, state: to, code });
  }

  async function send(message: MoveMessage): Promise<{ settled: false } | { settled: true; code?: string }> {
    const delivery = await deliver({ ...message, at: correct(message.at) });
    if (delivery.state === 'later') return { settled: false };
    if (delivery.state === 'done') return { settled: true };
    refused(message, delivery.code);
    return { settled: true, code: delivery.code };
  }

  async function sendTogether(shelved: Shelved, all: DeliverMoves): Promise<'settled' | 'later'> {
    const delivery = await all(shelved.map(({ message }) => ({ ...message, at: correct(message.at) })));
    if (delivery.state === 'later') return 'later';
    if (delivery.state === 'refused') {
      log.warn('moves-refused', { count: shelved.length, code: delivery.code });
      singlyUpTo = shelved.at(-1)?.number ?? 0;
      return 'settled';
    }
    const codes = new Map(delivery.refused.map(({ index, code }) => [index, code]));
    const settled = shelved.map(({ number, message }, index) => {
      const code = codes.get(index);
      if (code !== undefined) refused(message, code);
      return { number, code };
    });
    await shelf.settle(...settled);
    return 'settled';
  }

  async function sendSpoken(spoken: MoveMessage): Promise<'settled' | 'later'> {
    const { settled } = await send(spoken);
    if (settled) told.shift();
    return settled ? 'settled' : 'later';
  }

  return {
    tell(move) {
      if (told.length < maxTold) told.push(move);
    },
    async sendOldest() {
      if (told[0] !== undefined) return sendSpoken(told[0]);
      const shelved = await shelf.unacknowledged(deliverAll === undefined ? 1 : mostMovesAtOnce);
      const [oldest] = shelved;
      if (oldest === undefined) return 'nothing';
      if (deliverAll !== undefined && shelved.length > 1 && oldest.number > singlyUpTo)
        return sendTogether(shelved, deliverAll);
      const sent = await send(oldest.message);
      if (!sent.settled) return 'later';
      await shelf.settle({ number: oldest.number, code: sent.code });
      return 'settled';
    },
  };
}
