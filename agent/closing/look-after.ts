import type { Calendar } from '../../shared/calendar/opening.ts';
import { closingAfter, closingBefore, isOpenAt } from '../../shared/calendar/opening-hours.ts';
import { type Instant, instant } from '../../shared/instant.ts';

interface LookAfterParts {
  /** undefined: no rules came yet. */
  calendar(): Calendar | undefined;
  /** The time that nobody turns back, milliseconds. */
  now(): number;
  /** Whether that was compared with the server's since the start: else a clock that runs ahead would date a look of the afternoon into the evening. */
  isTimeCompared(): boolean;
  /** When this device was done with its own closing; null: not yet, or nothing is asked of it. */
  finishedAt(): Instant | null;
  /** Asks everything anew; resolves when all of it was answered. */
  look(): Promise<unknown>;
}

export interface LookAfter {
  /** Looks when it is due. Answers in how many milliseconds to come again. */
  due(): Promise<number>;
  /** When the last look of this kind began; undefined: there was none since the agent started. */
  lookedAt(): Instant | undefined;
}

const mostMs = 6 * 60 * 60_000;
const retryMs = 60_000;

/**
 * A whole look once the setting has closed, and again once the device is done with its own closing (DEV2). A device
 * tells changes only: without this, what is as it was in the afternoon would be old news on the board at closing time.
 */
export function createLookAfter(parts: LookAfterParts): LookAfter {
  let lookedFor = '';
  let lookedAt: Instant | undefined;

  return {
    lookedAt: () => lookedAt,
    async due() {
      const calendar = parts.calendar();
      if (calendar === undefined) return mostMs;
      const nowMs = parts.now();
      const at = instant(nowMs);
      const closed = isOpenAt(at, calendar) ? null : closingBefore(at, calendar);
      const next = closingAfter(at, calendar);
      const untilNextMs = next === null ? mostMs : Math.min(mostMs, Date.parse(next) - nowMs);
      if (closed === null) return untilNextMs;
      const looking = `${closed} ${parts.finishedAt() ?? ''}`;
      if (looking === lookedFor) return untilNextMs;
      if (!parts.isTimeCompared()) return retryMs;
      await parts.look();
      lookedFor = looking;
      lookedAt = at;
      return untilNextMs;
    },
  };
}
