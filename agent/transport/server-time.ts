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
  /** This device's clock less the server's at the last round trip, milliseconds; null: there was none yet. */
  skewMs(): number | null;
}

interface ServerTimeParts {
  clock: Clock;
  /** No true time of this enrolment is earlier, milliseconds. A clock that gives one was not set yet. */
  notBefore: number;
  /** Milliseconds that pass whatever is done to the clock. */
  steady?: () => number;
}

/**
 * The offset is taken at the middle of hello's round trip, so it is wrong by half
 * a round trip at most. A device whose clock is days off still reports true times.
 *
 * A device without a battery for its clock starts in 1970 and is set when it has
 * a network, before hello: the offset is nothing by then, and what was seen
 * before would keep its year. Such times are counted from this start instead.
 */
export function createServerTime({ clock, notBefore, steady = () => performance.now() }: ServerTimeParts): ServerTime {
  let offsetMs = 0;
  let isMeasured = false;
  const startedAt = clock.now();
  const steadyAtStart = steady();
  const now = () => clock.now() + offsetMs;
  const correction = () => (Math.abs(offsetMs) > toleranceMs ? offsetMs : 0);
  /** How long ago a time of the unset clock was, added to what the start was by the clock that is set. */
  const fromStart = (at: number) => Math.max(at - startedAt + now() - (steady() - steadyAtStart), notBefore);
  return {
    now,
    correct(said) {
      const at = Date.parse(said);
      return instant(Math.min(at < notBefore ? fromStart(at) : at + correction(), now()));
    },
    measure(sentAt, answeredAt, serverTime) {
      offsetMs = Math.round(Date.parse(serverTime) - (sentAt + answeredAt) / 2);
      isMeasured = true;
      return offsetMs;
    },
    skewMs: () => (isMeasured ? -offsetMs : null),
  };
}
