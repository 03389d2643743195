import { setTimeout as sleep } from 'node:timers/promises';

/** How many questions may go out together, and how long each further one waits for the one before it. */
export interface Pace {
  together: number;
  apartMs: number;
}

/**
 * Lets questions out in turn. DANGER: resolvers that count questions (AdGuard Home:
 * 20 a second for a whole network) drop the rest without a word, and silence looks
 * like a filter that blocks by silence.
 */
export function createPace({ together, apartMs }: Pace): () => Promise<void> {
  let free = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = performance.now();
    free = Math.max(free, now - (together - 1) * apartMs) + apartMs;
    const waitMs = free - apartMs - now;
    if (waitMs > 0) await sleep(waitMs);
  };
}
