import type { GuardReason } from '../../shared/guard/standing.ts';
import { blockedText } from '../../shared/guard/words.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Session, Sessions } from '../../shared/report/sessions.ts';
import type { ActionResult, Actions } from '../platform/actions.ts';
import type { LockGuard } from './lock-guard.ts';

export interface BlockingParts {
  lock: Pick<LockGuard, 'lockForGuard' | 'letGo' | 'guardHold' | 'standing'>;
  /** Who is signed in, asked anew. */
  sessions(): Promise<Reading<Sessions>>;
  endSession: Actions['endSession'];
  holdBackAutomaticSignIn: Actions['holdBackAutomaticSignIn'];
  /** Accounts that no lock refuses. */
  spares(person: string): boolean;
  /** How long the computer has run since it was started. */
  uptimeMs(): number;
  log: Log;
  /** The lock holds now. */
  onChanged(): void;
}

/** How often a lock that is meant to hold is looked at. */
const verifyEveryMs = 2 * 60_000;

/**
 * Blocks a device: the lock first, so that nobody is in again between the two, then people out. Where the lock
 * could not be put in nobody is sent out: they would be in again at once, and lose their work for nothing.
 */
export function createBlocking(parts: BlockingParts) {
  const { lock, log } = parts;
  let verifiedAtMs = Number.NEGATIVE_INFINITY;
  let refusal: string | undefined;

  function noteResult(result: ActionResult): void {
    const now = result.done ? undefined : result.reason;
    if (now !== undefined && now !== refusal) log.error('guard-not-blocking', { reason: now });
    refusal = now;
  }

  /** undefined: it cannot be told who is in. */
  async function peopleIn(): Promise<Session[] | undefined> {
    const reading = await parts.sessions();
    return reading.state === 'known' ? reading.value.sessions.filter(({ person }) => !parts.spares(person)) : undefined;
  }

  return {
    /** Who let people in again, of the block that began with this move. */
    releasedBy: async (move: number) => (await lock.guardHold(move)).releasedBy,
    /** Puts the lock in, or looks whether it holds. Answers whether it is meant to hold by now. */
    async hold(move: number, cause: GuardReason | null): Promise<boolean> {
      if (!(await lock.guardHold(move)).wanted) {
        const result = await lock.lockForGuard(blockedText(cause), move);
        noteResult(result);
        if (!result.done) return false;
        verifiedAtMs = parts.uptimeMs();
        parts.onChanged();
        return true;
      }
      if (parts.uptimeMs() - verifiedAtMs < verifyEveryMs) return true;
      verifiedAtMs = parts.uptimeMs();
      await lock.standing();
      return (await lock.guardHold(move)).wanted;
    },
    /** Looks at the lock at the next call, however lately it was looked at. */
    doubt(): void {
      verifiedAtMs = Number.NEGATIVE_INFINITY;
    },
    /** Ends everybody's sessions; answers whether there were any, or may be: it is to be called again then. */
    async sendOut(): Promise<boolean> {
      const people = await peopleIn().catch(() => undefined);
      if (people === undefined) return true;
      if (people.length === 0) return false;
      await parts.holdBackAutomaticSignIn().catch(() => undefined);
      await Promise.all(people.map((session) => parts.endSession(session).catch(() => undefined)));
      return true;
    },
    async letGo(): Promise<boolean> {
      const result = await lock.letGo().catch((error: unknown): ActionResult => {
        log.error('guard-not-released', { error: messageOf(error) });
        return { done: false, reason: 'action-failed' };
      });
      if (!result.done && result.reason !== 'not-supported') log.error('guard-not-released', { reason: result.reason });
      return result.done;
    },
  };
}
