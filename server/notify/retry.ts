import type { Outcome } from '../../shared/api/notify.ts';

const minuteMs = 60_000;

/** Waits after the first, second … attempt that failed; after the last one it is given up, a day after the first. */
const waitsMs = [0.5, 2, 5, 15, 30, 60, 120, 240, 480, 480].map((minutes) => minutes * minuteMs);

/** What no later attempt would change: the recipient is refused for good, or there is none. */
const final: ReadonlySet<Outcome> = new Set(['refused', 'recipient-gone', 'target-not-allowed']);

/**
 * How long to wait after an attempt that failed, in milliseconds; undefined: give up. `tries`: attempts made, this one
 * included. `random` from 0 to 1 spreads it by a fifth either way, so that many do not come back at once.
 */
export function waitAfter(outcome: Outcome, tries: number, random: number): number | undefined {
  if (final.has(outcome)) return undefined;
  const wait = waitsMs[tries - 1];
  return wait === undefined ? undefined : Math.round(wait * (0.8 + 0.4 * random));
}
