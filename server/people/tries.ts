import type { PeopleParts } from './parts.ts';
import { type Attempt, type Tried, TurnedAway } from './throttle.ts';

/**
 * Counts a try, or throws `TurnedAway`. Of those turned away the first of each
 * wait is put on record and the rest are counted into the next try that goes on:
 * ten thousand rows would wear the disk for an attacker's pleasure.
 */
export async function admit(
  parts: PeopleParts,
  tried: Tried,
  action: 'sign-in.throttled' | 'set-up.throttled' | 'invitation.throttled' = 'sign-in.throttled',
): Promise<Attempt> {
  try {
    return parts.throttle.admit(tried);
  } catch (error) {
    if (error instanceof TurnedAway && error.first) {
      const data = { address: 'address' in tried ? tried.address : 'known', waitS: error.waitS };
      await parts.audit(parts.db, { settingId: null, actor: 'server', action, data });
    }
    throw error;
  }
}

/** Runs what an attempt was admitted for; a fault of ours does not count as a wrong try. */
export async function unlessFaulty<Result>(attempt: Attempt, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    attempt.withdraw();
    throw error;
  }
}
