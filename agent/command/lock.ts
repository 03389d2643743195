import { z } from 'zod';
import { commandKinds } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import type { Session } from '../../shared/report/sessions.ts';
import type { ActionResult, Actions, Locking } from '../platform/actions.ts';
import type { Executor, Outcome } from './executor.ts';
import { giveNotice, type ShowText } from './notice.ts';
import { type AskSessions, type LookTimes, lookAtSessions, lookUntilGone } from './sessions-look.ts';

/** The lock with its challenge and its memory of who released it (agent/guard/lock-guard.ts). */
export interface LockKeeper {
  lock(text: string): Promise<ActionResult>;
  release(by: 'server'): Promise<ActionResult>;
}

interface LockParts extends LookTimes {
  keeper: LockKeeper;
  locking: Pick<Locking, 'look' | 'spares'>;
  sessions: AskSessions;
  endSession: Actions['endSession'];
  showText: ShowText;
  /** What people read who are refused, where the order says nothing. */
  ownWords: string;
  /** Lets the next report show who is signed in, and how the lock stands. */
  report(): void;
}

const planSchema = z.strictObject({ args: commandKinds.lock.args });

/**
 * Locks the device, then ends the sessions of people: in this order, so that nobody is in again between the two.
 * When the lock could not be put in, nobody is sent out. `verified` is what the system's own ways in said.
 */
export function createLockExecutor(parts: LockParts): Executor<'lock'> {
  const isPerson = ({ person }: Session) => parts.locking.spares?.(person) !== true;

  async function people(signal: AbortSignal): Promise<Session[]> {
    return ((await lookAtSessions(parts.sessions, signal)) ?? []).filter(isPerson);
  }

  async function judge(trouble: OutcomeReason | undefined, signal: AbortSignal): Promise<Outcome> {
    const look = await parts.locking.look(signal);
    signal.throwIfAborted();
    if (look.state === 'unknown') return { to: 'failed', reason: 'cannot-look' };
    // Not locked: those who are signed in were left alone, and nobody need be waited for.
    const waiting = look.value.locked ? parts : { ...parts, patienceMs: 0 };
    const stillSignedIn = await lookUntilGone(parts.sessions, isPerson, signal, waiting);
    parts.report();
    if (stillSignedIn === undefined) return { to: 'failed', reason: 'cannot-look' };
    const evidence = { lock: look.value, stillSignedIn };
    if (commandKinds.lock.proves(evidence)) return { to: 'verified', evidence };
    return { to: 'failed', reason: trouble ?? (look.value.locked ? 'still-signed-in' : 'not-locked'), evidence };
  }

  return {
    async prepare(args, signal) {
      const look = await parts.locking.look(signal);
      if (look.state === 'unknown') return { outcome: { to: 'refused', reason: refusalOf(look.reason) } };
      let trouble: OutcomeReason | undefined;
      return {
        plan: JSON.stringify({ args }),
        async act() {
          const words = (seconds: number) => `This device will be locked in ${seconds} seconds. Please save your work.`;
          const sessions = args.notice === undefined ? [] : await people(signal);
          await giveNotice({ notice: args.notice, sessions, words, showText: parts.showText, signal });
          const locked = await parts.keeper.lock(args.message ?? parts.ownWords);
          if (!locked.done) {
            trouble = locked.reason;
            return;
          }
          await Promise.all((await people(signal)).map((session) => parts.endSession(session).catch(() => undefined)));
        },
        conclude: (concluding) => judge(trouble, concluding),
      };
    },
    async lookOnly(plan, signal) {
      planSchema.parse(JSON.parse(plan));
      return judge('interrupted', signal);
    },
  };
}

/** Why a device that cannot say how its lock stands cannot be locked. */
export function refusalOf(reason: string): OutcomeReason {
  if (reason === 'not-supported') return 'not-supported';
  return reason === 'permission-denied' ? 'needs-administrator-rights' : 'cannot-look';
}
