/** The first wait, the longest, and how much chance is in each (0.5: from half to one and a half). */
export const backoff = { firstMs: 1_000, longestMs: 30_000, jitter: 0.5 };

/** How long to wait before try number `failures` (from 1): doubles, with chance in it, so that a fleet does not come back in step. */
export function backoffMs(failures: number, random: () => number): number {
  const plain = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(failures - 1, 10));
  return Math.round(plain * (1 - backoff.jitter + 2 * backoff.jitter * random()));
}
