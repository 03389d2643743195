import type { OutcomeReason } from '../../shared/command/life.ts';
import type { Locking } from '../platform/actions.ts';
import type { Executor, Outcome } from './executor.ts';
import { type LockKeeper, refusalOf } from './lock.ts';

interface ReleaseParts {
  keeper: Pick<LockKeeper, 'release'>;
  locking: Pick<Locking, 'look'>;
  /** Lets the next report show how the lock stands. */
  report(): void;
}

/** Lets people in again. `verified` when no way in refuses them any more; a device that was not locked is no fault. */
export function createReleaseExecutor(parts: ReleaseParts): Executor<'release'> {
  async function judge(trouble: OutcomeReason, signal: AbortSignal): Promise<Outcome> {
    const look = await parts.locking.look(signal);
    signal.throwIfAborted();
    parts.report();
    if (look.state === 'unknown') return { to: 'failed', reason: 'cannot-look' };
    const evidence = { released: look.value };
    // Half a lock is no lock, and no release either.
    const isOpen = !look.value.locked && look.value.refused.length === 0;
    return isOpen ? { to: 'verified', evidence } : { to: 'failed', reason: trouble, evidence };
  }

  return {
    async prepare(_args, signal) {
      const look = await parts.locking.look(signal);
      if (look.state === 'unknown') return { outcome: { to: 'refused', reason: refusalOf(look.reason) } };
      let trouble: OutcomeReason = 'not-released';
      return {
        plan: '{}',
        async act() {
          const released = await parts.keeper.release('server');
          if (!released.done) trouble = released.reason;
        },
        conclude: (concluding) => judge(trouble, concluding),
      };
    },
    lookOnly: (_plan, signal) => judge('interrupted', signal),
  };
}
