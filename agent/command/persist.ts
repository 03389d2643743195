import { setTimeout as sleep } from 'node:timers/promises';
import { type Log, messageOf } from '../../shared/log.ts';

/** Writes to the journal until it is written. Rejects only when the signal fires, or with what `isHopeless` says can never succeed. */
export type Persist = <Result>(write: () => Promise<Result>) => Promise<Result>;

const retryAfterMs = 5_000;

/**
 * A full disk is waited out: an order that cannot be journalled is not carried
 * out, and an outcome that cannot be journalled is not forgotten.
 */
export function createPersist(parts: {
  signal: AbortSignal;
  log: Log;
  retryMs?: number;
  isHopeless(error: unknown): boolean;
}): Persist {
  const { signal, log, retryMs = retryAfterMs, isHopeless } = parts;
  return async (write) => {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await write();
      } catch (error) {
        if (isHopeless(error)) throw error;
        log.error('journal-not-written', { error: messageOf(error) });
      }
      await sleep(retryMs, undefined, { signal });
    }
  };
}
