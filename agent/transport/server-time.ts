import { type Clock, type Instant, instant } from '../../shared/instant.ts';

/** Below this the two clocks count as equal: a difference so small is mostly the network's. */
const toleranceMs = 2_000;

/** The server's clock, as well as this device can tell. */
export interface ServerTime {
  /** What the server's clock shows now, milliseconds; this device's own until the server was first met. */
  now(): number;
  /** The server's time of a moment this device's clock gave. Never later than the server's now. */
  correct(at: Instant): Instant;
  /** One round trip: when the question left and the answer came by this device's clock, and what the server's showed in between. */
  measure(sentAt: number, answeredAt: number, serverTime: Instant): number;
}

/**
 * The offset is taken at the middle of hello's round trip, so it is wrong by half
 * a round trip at most. A device whose clock is days off still reports true times.
 */
export function createServerTime(clock: Clock): ServerTime {
  let offsetMs = 0;
  const correction = () => (Math.abs(offsetMs) > toleranceMs ? offsetMs : 0);
  return {
    now: () => clock.now() + offsetMs,
    correct: (at) => instant(Math.min(Date.parse(at) + correction(), clock.now() + offsetMs)),
    measure(sentAt, answeredAt, serverTime) {
      offsetMs = Math.round(Date.parse(serverTime) - (sentAt + answeredAt) / 2);
      return offsetMs;
    },
  };
}
