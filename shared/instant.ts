import { z } from 'zod';

/** A moment in UTC, ISO 8601 with milliseconds, as `Date.toISOString()` writes it. Local times never reach the wire or the database. */
export const instantSchema = z.iso.datetime({ precision: 3 });
export type Instant = z.infer<typeof instantSchema>;

/** The current time, passed in everywhere so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The instant `ms` milliseconds after 1970-01-01 UTC. */
export function instant(ms: number): Instant {
  return new Date(ms).toISOString();
}
