import { TooManyTries } from './too-many-tries.ts';

/** Lets few pieces of work run at once and few wait; the rest are turned away at once. */
export interface Gate {
  /** Runs `work` when its turn comes. Throws `TooManyTries`, without running it, when the queue is full. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

const busyWaitMs = 5_000;

/**
 * Two of the four threads of Node's pool at most, for the database and the disk need the others;
 * the last in the queue waits about a second.
 */
export const passwordGateLimits = { atOnce: 2, queued: 64 } as const;

/**
 * INVARIANT: `running` never passes `atOnce`, `waiting` never passes `queued`:
 * the memory and CPU that a flood of sign-ins can take have a ceiling.
 */
export function createGate(limits: { atOnce: number; queued: number }): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function takeTurn(): Promise<void> {
    if (running < limits.atOnce) {
      running += 1;
      return;
    }
    if (waiting.length >= limits.queued) throw new TooManyTries(busyWaitMs);
    // The one who leaves hands its turn over, so `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return {
    async run(work) {
      await takeTurn();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
