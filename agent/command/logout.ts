import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CommandArgs } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import type { Reading } from '../../shared/reading.ts';
import { type Session, type Sessions, sessionSchema } from '../../shared/report/sessions.ts';
import type { ActionResult } from '../platform/platform.ts';
import type { Executor, Outcome } from './executor.ts';

interface LogoutParts {
  /** Asks the system who is signed in, now. */
  sessions(signal: AbortSignal): Promise<Reading<Sessions>>;
  endSession(session: Session): Promise<ActionResult>;
  /** Lets the next report show who is signed in now. */
  reportSessions(): void;
  patienceMs?: number;
  pauseMs?: number;
}

/** A session closes its programs first; after this it counts as still there. */
const defaultPatienceMs = 10_000;
const defaultPauseMs = 250;

const planSchema = z.array(sessionSchema);

/**
 * Signs people out. Which sessions the order is about is settled once, by looking
 * before acting; a session that begins later is another matter.
 *
 * When none of those named is signed in (any more), the state that was asked for
 * already holds: that is `verified` with nothing before and nothing after.
 */
export function createLogoutExecutor(parts: LogoutParts): Executor<'logout'> {
  const { patienceMs = defaultPatienceMs, pauseMs = defaultPauseMs } = parts;

  async function look(signal: AbortSignal): Promise<readonly Session[] | undefined> {
    const reading = await parts.sessions(signal).catch(() => undefined);
    return reading?.state === 'known' ? reading.value.sessions : undefined;
  }

  /** Looks until every one is gone or patience ends. A look without an answer proves nothing either way. */
  async function stillThere(before: readonly Session[], signal: AbortSignal): Promise<Session[] | undefined> {
    const patience = AbortSignal.timeout(patienceMs);
    let remaining: Session[] | undefined;
    for (;;) {
      const now = await look(signal);
      signal.throwIfAborted();
      remaining = now && before.filter((session) => now.some((other) => isSame(session, other)));
      if (remaining?.length === 0 || patience.aborted) return remaining;
      await sleep(pauseMs, undefined, { signal });
    }
  }

  async function judge(before: Session[], reason: OutcomeReason, signal: AbortSignal): Promise<Outcome> {
    const after = await stillThere(before, signal);
    parts.reportSessions();
    if (after === undefined) return { to: 'failed', reason: 'cannot-look' };
    const evidence = { before, after };
    return after.length === 0 ? { to: 'verified', evidence } : { to: 'failed', reason, evidence };
  }

  return {
    async prepare(args, signal) {
      const now = await look(signal);
      if (now === undefined) return { outcome: { to: 'failed', reason: 'cannot-look' } };
      const before = now.filter((session) => isNamed(session, args));
      let trouble: OutcomeReason = 'still-signed-in';
      return {
        plan: JSON.stringify(before),
        async act() {
          for (const session of before) {
            const result = await parts.endSession(session).catch(() => undefined);
            if (result?.done !== true) trouble = result?.reason ?? 'action-failed';
          }
        },
        conclude: (concluding) => judge(before, trouble, concluding),
      };
    },
    lookOnly: async (plan, signal) => judge(planSchema.parse(JSON.parse(plan)), 'interrupted', signal),
  };
}

/** Nothing named means everybody. */
function isNamed(session: Session, { sessions, people }: CommandArgs<'logout'>): boolean {
  if (sessions === undefined && people === undefined) return true;
  return (sessions?.includes(session.id) ?? false) || (people?.includes(session.person) ?? false);
}

/**
 * The same sign-in. Systems use session numbers again after a restart, so the
 * time must agree too, where both looks know it.
 */
function isSame(one: Session, other: Session): boolean {
  if (one.id !== other.id) return false;
  return one.since === null || other.since === null || one.since === other.since;
}
