import { localDateTime, type Offsets } from '../../shared/calendar/local-time.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import type { Session } from '../../shared/report/sessions.ts';
import type { ClosingNote } from './closing-note.ts';

/** A device that is awake comes within a minute of what is due. */
const overdueMs = 10 * 60_000;

/** Whether what was due went by while the device slept: then people are told again before anything is done. */
export function wasSleptThrough({ dueMs }: Pick<ClosingNote, 'dueMs'>, nowMs: number): boolean {
  return nowMs - dueMs > overdueMs;
}

interface When {
  nowMs: number;
  /** Since when the computer runs. */
  bootedMs: number;
  offsets: Offsets;
}

/**
 * Whether a session is one that the closing should have ended: it began before. Where the system does not keep when, it
 * is so on the same evening alone: whoever signs in the next morning must not be thrown out for yesterday's closing.
 * No session is older than the start of its computer, whose clock may have been set only after somebody signed in.
 */
export function isFromBefore({ since }: Session, at: Instant, { nowMs, bootedMs, offsets }: When): boolean {
  if (bootedMs > Date.parse(at)) return false;
  if (since !== null) return since <= at;
  return localDateTime(instant(nowMs), offsets).date === localDateTime(at, offsets).date;
}
