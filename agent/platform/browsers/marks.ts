import type { UnknownReason } from '../../../shared/reading.ts';

/** That a cookie of a listed host is there. Its value is nowhere. */
export interface CookieMark {
  /** The listed host it belongs to, not its own. */
  host: string;
  name: string;
  /** Cookies are only sent together when this is equal: a container, or the site whose page they were set in. */
  jar: string;
  /** ms since 1970; null: not told. */
  createdMs: number | null;
  /** ms since 1970; null: never, or not told. */
  expiresMs: number | null;
  /** Kept when the browser ends. */
  lasting: boolean;
}

/** That an origin of a listed host keeps something in a storage, and under which of the listed keys. */
export interface StorageMark {
  host: string;
  keys: readonly string[];
  /** False: it cannot be told whose the keys are; they were found by their names alone. */
  certain: boolean;
}

/** What was found in one store. */
export interface Marks {
  cookies: readonly CookieMark[];
  storage: readonly StorageMark[];
  /** Parts of the store could not be read; what was found in the rest is true all the same. */
  trouble?: UnknownReason;
}

export const noMarks: Marks = { cookies: [], storage: [] };

const micro = 100_000_000_000_000;
const milli = 100_000_000_000;

/**
 * A time since 1970 in ms, whichever unit it was written in: browsers changed
 * theirs (Firefox: expiry in seconds, then in milliseconds). Seconds reach the
 * first limit in the year 5138, and milliseconds the second one. null: no time, or none that can be meant.
 */
export function toMs(time: number): number | null {
  const ms = time > micro ? time / 1000 : time > milli ? time : time * 1000;
  return plausible(ms);
}

/** The same of the moment a cookie ends. One that lies before 1970 has passed, and is not "never". */
export function expiryMs(time: number): number | null {
  return time <= 0 ? 0 : toMs(time);
}

/** Some browsers write "for ever" as the largest number there is: it is no moment. */
export function plausible(ms: number): number | null {
  return Number.isFinite(ms) && ms > 0 && ms < Date.UTC(2200, 0) ? ms : null;
}
