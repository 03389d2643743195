import { type Log, messageOf } from '../../shared/log.ts';

/** What came of sending one thing: it went and is settled, nothing waits, or it must be tried again later. */
export type Sent = 'settled' | 'nothing' | 'later';

export interface Courier {
  /** The server listens; the first thing goes after `afterMs`. */
  open(afterMs: number): void;
  /** The connection is gone: what is under way may end, nothing new begins. */
  close(): void;
  /** Something new waits. */
  nudge(): void;
  /** Closes for good, and waits for what is under way. */
  stop(): Promise<void>;
}

/** After a failed try; short, for it is mostly a server that is busy or a disk that is full for a moment. */
const retryAfterMs = 5_000;

/** Sends one thing after the other, one under way at a time, while the connection is open. `sendOldest` may throw: that is tried again too. */
export function createCourier(parts: { sendOldest(): Promise<Sent>; log: Log; retryMs?: number }): Courier {
  const { sendOldest, log, retryMs = retryAfterMs } = parts;
  let opened = false;
  let stopped = false;
  let nudged = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      opened = true;
      nudge();
    }, ms);
  }

  async function step(): Promise<Sent> {
    try {
      return await sendOldest();
    } catch (error) {
      log.warn('sending-failed', { error: messageOf(error) });
      return 'later';
    }
  }

  async function work(): Promise<void> {
    while (opened) {
      nudged = false;
      const sent = await step();
      if (sent === 'later' && opened) {
        later(retryMs);
        return;
      }
      if (sent === 'nothing' && !nudged) return;
    }
  }

  function nudge(): void {
    nudged = true;
    if (!opened || working !== undefined) return;
    working = work().finally(() => {
      working = undefined;
      // Between the last look and now somebody may have called.
      if (nudged && opened && timer === undefined) nudge();
    });
  }

  return {
    open(afterMs) {
      if (!stopped) later(afterMs);
    },
    close() {
      opened = false;
      clearTimeout(timer);
      timer = undefined;
    },
    nudge,
    async stop() {
      stopped = true;
      opened = false;
      clearTimeout(timer);
      timer = undefined;
      await working;
    },
  };
}
