import { setTimeout as sleep } from 'node:timers/promises';

interface ReceiptParts {
  /** Whether the server acknowledged every move of the order. */
  isTold(id: string): Promise<boolean>;
  limitMs?: number;
  pauseMs?: number;
}

/** The order came over a connection a moment ago: a server that does not answer within this is out of reach. */
const defaultLimitMs = 20_000;
const defaultPauseMs = 200;

/** Waits until the server has the receipt of an order that nothing can undo; false when it does not within the time. */
export function createReceipt({ isTold, limitMs = defaultLimitMs, pauseMs = defaultPauseMs }: ReceiptParts) {
  return async (id: string, signal: AbortSignal): Promise<boolean> => {
    const patience = AbortSignal.timeout(limitMs);
    while (!patience.aborted) {
      if (await isTold(id)) return true;
      await sleep(pauseMs, undefined, { signal });
    }
    return isTold(id);
  };
}
