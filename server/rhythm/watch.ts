/** Something that is looked at again and again, by nobody's order. */
export interface Watch {
  start(): void;
  /** What is under way is finished first. It stays stopped, also where it was never started. */
  stop(): Promise<void>;
}

interface WatchParts {
  /** A long one may end where it can once `stopping` is aborted: whoever stops the watch waits for it. */
  look: (stopping: AbortSignal) => Promise<unknown>;
  /** Milliseconds from the end of one look to the next. */
  everyMs: number;
  /** Milliseconds from the start to the first look; without it as long as between two. */
  firstMs?: number;
  /** Told of a look that failed. It comes back all the same. */
  failed: (error: unknown) => void;
}

/**
 * Looks, and comes back after a while.
 *
 * INVARIANTS
 * - Never two looks at once: the time to the next runs from the end of the last, however long that took.
 * - A look that fails ends nothing.
 * - After `stop` has resolved nothing is under way, and nothing begins.
 */
export function createWatch({ look, everyMs, firstMs = everyMs, failed }: WatchParts): Watch {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const lookAndComeBack = async (): Promise<void> => {
    try {
      await look(ending.signal);
    } catch (error) {
      failed(error);
    } finally {
      comeBackAfter(everyMs);
    }
  };
  const comeBackAfter = (ms: number): void => {
    if (ending.signal.aborted) return;
    timer = setTimeout(() => {
      looking = lookAndComeBack();
    }, ms);
  };

  return {
    start() {
      if (timer === undefined) comeBackAfter(firstMs);
    },
    async stop() {
      ending.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}
