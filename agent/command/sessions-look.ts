import { setTimeout as sleep } from 'node:timers/promises';
import type { Reading } from '../../shared/reading.ts';
import type { Session, Sessions } from '../../shared/report/sessions.ts';

/** Asks the system who is signed in, now. */
export type AskSessions = (signal: AbortSignal) => Promise<Reading<Sessions>>;

/** How long one waits until sessions are gone, in milliseconds. */
export interface LookTimes {
  patienceMs?: number;
  pauseMs?: number;
  settleMs?: number;
}

/** A session closes its programs first; after this it counts as still there. */
const defaultPatienceMs = 10_000;
const defaultPauseMs = 250;
/** Systems that sign in by themselves do so at once: an empty look counts when it is still empty after this. */
const defaultSettleMs = 500;

/** Who is signed in; undefined: the system gave no answer. */
export async function lookAtSessions(ask: AskSessions, signal: AbortSignal): Promise<readonly Session[] | undefined> {
  const reading = await ask(signal).catch(() => undefined);
  return reading?.state === 'known' ? reading.value.sessions : undefined;
}

/**
 * Looks until nobody meant is there, twice in a row, or patience ends; answers who still is, undefined when the last
 * look gave no answer. A look without an answer proves nothing either way. Rejects when the signal fires.
 */
export async function lookUntilGone(
  ask: AskSessions,
  isMeant: (session: Session) => boolean,
  signal: AbortSignal,
  times: LookTimes,
): Promise<Session[] | undefined> {
  const { patienceMs = defaultPatienceMs, pauseMs = defaultPauseMs, settleMs = defaultSettleMs } = times;
  const patience = AbortSignal.timeout(patienceMs);
  for (let empty = 0; ; ) {
    const now = await lookAtSessions(ask, signal);
    signal.throwIfAborted();
    const remaining = now?.filter(isMeant);
    empty = remaining?.length === 0 ? empty + 1 : 0;
    if (empty === 2 || (empty === 0 && patience.aborted)) return remaining;
    await sleep(empty === 0 ? pauseMs : settleMs, undefined, { signal });
  }
}
