import { z } from 'zod';

/** How long this computer has run since it was started, and which start that was: what no clock moves. */
export const runningTimeSchema = z.strictObject({ bootId: z.string().max(100), uptimeMs: z.number().nonnegative() });
export type RunningTime = z.infer<typeof runningTimeSchema>;

/**
 * Time that is given once: a warning, a release. Counted by how long the computer ran since. While it was off the
 * time went on by the clock, and where the clock says less than the computer has run since its start, by that.
 */
export const countdownSchema = z.strictObject({
  totalMs: z.number().nonnegative(),
  /** Used up by `asOf`. */
  ranMs: z.number().nonnegative(),
  asOf: runningTimeSchema,
  /** The trusted time of `asOf`, milliseconds since 1970. */
  atMs: z.number().nonnegative(),
});
export type Countdown = z.infer<typeof countdownSchema>;

/** Time in which the computer ran, over its starts. */
export interface RanTime {
  ranMs: number;
  asOf: RunningTime;
}

/** How long it ran by now. While it was off nothing is counted. */
export function ranMs({ ranMs, asOf }: RanTime, now: RunningTime): number {
  return ranMs + Math.max(0, asOf.bootId === now.bootId ? now.uptimeMs - asOf.uptimeMs : now.uptimeMs);
}

/** A moment, by both ways of counting. */
export interface Moment {
  running: RunningTime;
  trustedMs: number;
}

export function beginCountdown(totalMs: number, { running, trustedMs }: Moment): Countdown {
  return { totalMs, ranMs: 0, asOf: running, atMs: trustedMs };
}

/** The same countdown as of now: it is written down so, and another start of the computer gives nothing of it back. */
export function advanced(countdown: Countdown, { running, trustedMs }: Moment): Countdown {
  const { asOf, atMs } = countdown;
  const sinceMs =
    asOf.bootId === running.bootId ? running.uptimeMs - asOf.uptimeMs : Math.max(running.uptimeMs, trustedMs - atMs);
  return { ...countdown, ranMs: countdown.ranMs + Math.max(0, sinceMs), asOf: running, atMs: trustedMs };
}

/** Never below 0. */
export function leftMs(countdown: Countdown, now: Moment): number {
  return Math.max(0, countdown.totalMs - advanced(countdown, now).ranMs);
}
