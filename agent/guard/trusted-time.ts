import { z } from 'zod';
import { type Moment, type RunningTime, runningTimeSchema } from '../../shared/guard/countdown.ts';
import type { Clock } from '../../shared/instant.ts';

/** What is kept of the time over a start. Milliseconds. */
export const keptTimeSchema = z.strictObject({
  /** The latest trusted time there was, and how long the computer had run then. */
  highestMs: z.number().nonnegative(),
  asOf: runningTimeSchema,
  /** The server's clock less this device's, when they were last compared. */
  offsetMs: z.number(),
  /** By how much the clock was found turned back, and is taken forward again. */
  behindMs: z.number().nonnegative(),
  /** At the start of the computer the clock lay behind: it was not set yet. */
  wasBehind: z.boolean(),
});
export type KeptTime = z.infer<typeof keptTimeSchema>;

/** A clock set right by less is nobody's concern. */
const setMs = 10 * 60_000;

export interface TrustedTime {
  /** Milliseconds since 1970. Never goes back, but by the server's word. */
  now(): number;
  moment(): Moment;
  /** The server's time, of this moment: the one clock that may also set this one back. */
  measured(serverMs: number): void;
  /** By how much the clock was turned back since this was asked last; 0: it was not. Milliseconds. */
  turnedBackMs(): number;
  kept(): KeptTime;
}

interface TrustedTimeParts {
  clock: Clock;
  bootId: string;
  uptimeMs(): number;
  /** Of the run before; undefined: there was none. */
  before: KeptTime | undefined;
}

/**
 * Time that nobody turns back. Within a start of the computer it goes by how long that has run, whatever is done to
 * the clock. Over a start it goes on from the latest there was, or from the clock, whichever is later; a clock that
 * lay behind then was not set yet, and takes it along once it is.
 *
 * A clock that is far ahead at the start takes it along too, until the server is met: nothing that protects is
 * counted by it alone (countdown.ts).
 */
export function createTrustedTime({ clock, bootId, uptimeMs, before }: TrustedTimeParts): TrustedTime {
  let offsetMs = before?.offsetMs ?? 0;
  let behindMs = before?.behindMs ?? 0;
  const byClock = () => clock.now() + offsetMs + behindMs;
  const leastMs = before === undefined ? 0 : goneOn(before, { bootId, uptimeMs: uptimeMs() });
  // An agent that starts again has the computer's own time, whatever was done to the clock meanwhile.
  const isSameBoot = before?.asOf.bootId === bootId;
  const wasBehind = isSameBoot ? before.wasBehind : byClock() < leastMs;
  let isMet = false;
  let anchor = { atMs: isSameBoot ? leastMs : Math.max(leastMs, byClock()), ranMs: uptimeMs() };
  const steady = () => anchor.atMs + Math.max(0, uptimeMs() - anchor.ranMs);

  function now(): number {
    const aheadMs = byClock() - steady();
    if (aheadMs <= 0) return steady();
    // A clock that was turned back and is set right again has not run ahead.
    const rightMs = Math.min(behindMs, aheadMs);
    behindMs -= rightMs;
    if (wasBehind && aheadMs > rightMs) anchor = { atMs: steady() + aheadMs - rightMs, ranMs: uptimeMs() };
    return steady();
  }

  /**
   * A clock that ran ahead at the start of the computer (another system sets it to local time) and is set right
   * before the server is met: not behind anything that was known, so nobody's deed. The time keeps ahead until then.
   */
  function isSetRight(): boolean {
    return before !== undefined && !isSameBoot && !isMet && byClock() >= leastMs;
  }

  const running = (): RunningTime => ({ bootId, uptimeMs: uptimeMs() });
  return {
    now,
    moment: () => ({ running: running(), trustedMs: now() }),
    measured(serverMs) {
      offsetMs = serverMs - clock.now();
      behindMs = 0;
      anchor = { atMs: serverMs, ranMs: uptimeMs() };
      isMet = true;
    },
    turnedBackMs() {
      const backMs = now() - byClock();
      if (backMs < setMs) return 0;
      const isDeed = !isSetRight();
      behindMs += backMs;
      return isDeed ? backMs : 0;
    },
    kept: () => ({ highestMs: now(), asOf: running(), offsetMs, behindMs, wasBehind }),
  };
}

/** The least that the time can be by now: it went on for as long as this start has run. */
function goneOn({ highestMs, asOf }: KeptTime, now: RunningTime): number {
  return highestMs + Math.max(0, asOf.bootId === now.bootId ? now.uptimeMs - asOf.uptimeMs : now.uptimeMs);
}
