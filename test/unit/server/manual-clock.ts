import type { Clock } from '../../../shared/instant.ts';

/** A clock that moves only when told. */
export function manualClock(start = Date.UTC(2026, 10, 20, 9)): Clock & { move(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    move: (ms) => {
      now += ms;
    },
  };
}
