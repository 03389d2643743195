import { leftMs } from '../../shared/guard/countdown.ts';
import type { GuardDemand } from '../../shared/guard/states.ts';
import type { Session } from '../../shared/report/sessions.ts';
import type { createBlocking } from './blocking.ts';
import type { GuardMemory } from './guard-memory.ts';
import type { InForce } from './in-force.ts';
import { createWarnings } from './warnings.ts';

interface ActingParts {
  memory: GuardMemory;
  inForce: InForce;
  blocking: ReturnType<typeof createBlocking>;
  demand(): GuardDemand;
  signedIn(): readonly Session[];
  /** It judges and tells, and shows nothing. */
  observeMode: boolean;
  showText(text: string, sessions: readonly Session[]): Promise<readonly boolean[]>;
  uptimeMs(): number;
}

/** While it blocks it looks whether somebody typed a code; so often only then. */
const pollMs = 10_000;
export const retryMs = 15_000;
/** A timer never waits longer: what it waits for may come sooner. */
export const mostMs = 6 * 60 * 60_000;

/** Makes the device what the guard's note says: warned on the screen, locked and empty, or free. */
export function createActing(parts: ActingParts) {
  const { memory, inForce, blocking, demand, signedIn, observeMode } = parts;
  const { note, time } = memory;
  const warnings = createWarnings(parts);
  /** The lock may still be the guard's. */
  let mayHold = true;
  let mustSendOut = false;

  async function block(): Promise<number> {
    const { sequence, cause } = note();
    mayHold = true;
    if (!(await blocking.hold(sequence, cause))) return retryMs;
    // A note that cannot be believed locks at once, and sends people out only when there is a reason to.
    const hasReason = cause !== 'rules-damaged' || demand().is === 'block';
    if (mustSendOut && hasReason) mustSendOut = await blocking.sendOut();
    return pollMs;
  }

  async function countDown(): Promise<number> {
    const { state, countdown, cause } = note();
    const left = countdown === null ? mostMs : leftMs(countdown, time().moment());
    if (state === 'released') return left;
    const endsMs = inForce.mayBlock() ? left : mostMs;
    if (observeMode) return endsMs;
    const shown = { cause, leftMs: inForce.mayBlock() ? left : null, sessions: signedIn() };
    return Math.min(endsMs, await warnings.show(shown));
  }

  return {
    /** Answers in how many milliseconds to come again. */
    async act(): Promise<number> {
      const { state } = note();
      if (state === 'blocked') return block();
      if (mayHold) mayHold = !(await blocking.letGo());
      return Math.min(mayHold ? retryMs : mostMs, state === 'clear' ? mostMs : await countDown());
    },
    /** The state is another one, or was just taken up. */
    moved(isBlocked: boolean): void {
      warnings.reset();
      mustSendOut = isBlocked;
    },
    /** The warning begins anew. */
    warnAnew: () => warnings.reset(),
    /** Somebody is in who was not while it blocks. */
    somebodyCame(): void {
      mustSendOut = true;
      blocking.doubt();
    },
  };
}
