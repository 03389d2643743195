import type { Instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { DeliverMove, MoveShelf } from './slices.ts';

interface MoveSenderParts {
  shelf: MoveShelf;
  deliver: DeliverMove;
  /** This device's time -> the server's. */
  correct(at: Instant): Instant;
  log: Log;
}

export interface MoveSender {
  sendOldest(): Promise<'settled' | 'nothing' | 'later'>;
  /** A refusal that is not journalled; waits in memory. */
  tell(move: MoveMessage): void;
}

/** Refusals held in memory: a forger must not fill it. */
const maxTold = 50;

/** Tells the server each move, in order, until it is acknowledged. One that the server will never take is settled with its reason. */
export function createMoveSender({ shelf, deliver, correct, log }: MoveSenderParts): MoveSender {
  const told: MoveMessage[] = [];

  async function send(message: MoveMessage): Promise<{ settled: false } | { settled: true; code?: string }> {
    const delivery = await deliver({ ...message, at: correct(message.at) });
    if (delivery.state === 'later') return { settled: false };
    if (delivery.state === 'done') return { settled: true };
    log.warn('move-refused', { commandId: message.commandId, state: message.to, code: delivery.code });
    return { settled: true, code: delivery.code };
  }

  return {
    tell(move) {
      if (told.length < maxTold) told.push(move);
    },
    async sendOldest() {
      const spoken = told[0];
      if (spoken !== undefined) {
        const sent = await send(spoken);
        if (sent.settled) told.shift();
        return sent.settled ? 'settled' : 'later';
      }
      const [oldest] = await shelf.unacknowledged(1);
      if (oldest === undefined) return 'nothing';
      const sent = await send(oldest.message);
      if (!sent.settled) return 'later';
      await shelf.settle(oldest.number, sent.code);
      return 'settled';
    },
  };
}
