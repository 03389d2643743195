import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { NamedSession } from '../../shared/command/kind/logout.ts';
import { type CommandArgs, commandKinds } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import type { Reading } from '../../shared/reading.ts';
import { type Session, type Sessions, sessionSchema } from '../../shared/report/sessions.ts';
import type { ActionResult } from '../platform/actions.ts';
import type { Executor, Outcome } from './executor.ts';

interface LogoutParts {
  /** Asks the system who is signed in, now. */
  sessions(signal: AbortSignal): Promise<Reading<Sessions>>;
  endSession(session: Session): Promise<ActionResult>;
  /** Lets the next report show who is signed in now. */
  reportSessions(): void;
  patienceMs?: number;
  pauseMs?: number;
  settleMs?: number;
}

/** A session closes its programs first; after this it counts as still there. */
const defaultPatienceMs = 10_000;
const defaultPauseMs = 250;
/** Systems that sign in by themselves do so at once: an empty look counts when it is still empty after this. */
const defaultSettleMs = 500;

const planSchema = z.strictObject({ args: commandKinds.logout.args, before: z.array(sessionSchema) });
type Plan = z.infer<typeof planSchema>;

/**
 * Signs people out. Which sessions are ended is settled once, by looking before
 * acting. Whether it worked is asked of the order itself and not of those
 * sessions: who signs in again while it runs is signed in all the same.
 *
 * When none of those named is signed in (any more), the state that was asked for
 * already holds: that is `verified` with nothing before and nothing after.
 */
export function createLogoutExecutor(parts: LogoutParts): Executor<'logout'> {
  const { patienceMs = defaultPatienceMs, pauseMs = defaultPauseMs, settleMs = defaultSettleMs } = parts;

  async function look(signal: AbortSignal): Promise<readonly Session[] | undefined> {
    const reading = await parts.sessions(signal).catch(() => undefined);
    return reading?.state === 'known' ? reading.value.sessions : undefined;
  }

  /** Looks until nobody meant is there, twice in a row, or patience ends. A look without an answer proves nothing either way. */
  async function stillThere(args: CommandArgs<'logout'>, signal: AbortSignal): Promise<Session[] | undefined> {
    const patience = AbortSignal.timeout(patienceMs);
    for (let empty = 0; ; ) {
      const now = await look(signal);
      signal.throwIfAborted();
      const remaining = now?.filter((session) => mayBeMeant(session, args));
      empty = remaining?.length === 0 ? empty + 1 : 0;
      if (empty === 2 || (empty === 0 && patience.aborted)) return remaining;
      await sleep(empty === 0 ? pauseMs : settleMs, undefined, { signal });
    }
  }

  async function judge({ args, before }: Plan, reason: OutcomeReason, signal: AbortSignal): Promise<Outcome> {
    const after = await stillThere(args, signal);
    parts.reportSessions();
    if (after === undefined) return { to: 'failed', reason: 'cannot-look' };
    const evidence = { before, after };
    return after.length === 0 ? { to: 'verified', evidence } : { to: 'failed', reason, evidence };
  }

  return {
    async prepare(args, signal) {
      const now = await look(signal);
      if (now === undefined) return { outcome: { to: 'failed', reason: 'cannot-look' } };
      const before = now.filter((session) => isMeant(session, args));
      const plan: Plan = { args, before };
      let trouble: OutcomeReason = 'still-signed-in';
      return {
        plan: JSON.stringify(plan),
        async act() {
          for (const session of before) {
            const result = await parts.endSession(session).catch(() => undefined);
            if (result?.done !== true) trouble = result?.reason ?? 'action-failed';
          }
        },
        conclude: (concluding) => judge(plan, trouble, concluding),
      };
    },
    lookOnly: async (plan, signal) => judge(planSchema.parse(JSON.parse(plan)), 'interrupted', signal),
  };
}

/** Nothing named means everybody. */
function isMeant(session: Session, { sessions, people }: CommandArgs<'logout'>, isSame = isSurelySame): boolean {
  if (sessions === undefined && people === undefined) return true;
  return (sessions?.some((one) => isSame(one, session)) ?? false) || (people?.includes(session.person) ?? false);
}

/** For the look that judges: what cannot be told apart from a session that was to go counts as still there. */
function mayBeMeant(session: Session, args: CommandArgs<'logout'>): boolean {
  return isMeant(session, args, isPerhapsSame);
}

function isSurelySame(one: NamedSession, other: NamedSession): boolean {
  return one.id === other.id && one.person === other.person && one.since === other.since;
}

function isPerhapsSame(one: NamedSession, other: NamedSession): boolean {
  if (one.id !== other.id || one.person !== other.person) return false;
  return one.since === null || other.since === null || one.since === other.since;
}
