import type { ScreenLock } from '../../../shared/report/rights.ts';
import type { RightsAnswer, ScreenRow } from './rights-answer.ts';

/**
 * What locks a person's screen when nobody uses the device. The first of the ways
 * to come is told:
 * - the policy on inactivity, for everybody;
 * - a screen saver that asks for the password: what a policy sets of it goes before
 *   what the person chose [K];
 * - sleep, where the hardware can, from which waking asks for the password: on Modern
 *   Standby a person may put that off, or say "never", beside the power plan [K].
 *
 * "Off" needs proof too: nothing of the above, and waking asks for no password. A
 * device that asks when it wakes and yet never sleeps by itself may be locked by its
 * lid: `cannot-tell`. undefined: not all of it could be read.
 *
 * A locked screen guards nothing where the account has no password, which is not asked.
 */
export function screenLockOf(answer: RightsAnswer, sid: string | null): ScreenLock | 'cannot-tell' | undefined {
  const rows = answer.screens.filter((row) => row.sid === sid);
  const ways = [inactivity(answer), saver(rows), sleep(answer, rows)];
  const known = ways.filter((way) => typeof way === 'number');
  if (known.length > 0) return { on: true, afterSeconds: Math.min(...known) };
  if (ways.includes(undefined)) return undefined;
  return ways.includes('cannot-tell') ? 'cannot-tell' : { on: false, afterSeconds: null };
}

/** Seconds until it locks this way; undefined: it could not be read. */
type Way = number | 'off' | 'cannot-tell' | undefined;

function inactivity({ inactivity: seconds, inactivityRead }: RightsAnswer): Way {
  if (inactivityRead !== 1 || seconds === 'no-number') return undefined;
  return seconds === null || seconds === undefined || seconds === 0 ? 'off' : seconds;
}

function saver(rows: readonly ScreenRow[]): Way {
  const own = rows.find((row) => row.policy === 0);
  if (own === undefined) return undefined;
  const policy = rows.find((row) => row.policy === 1);
  const active = policy?.active ?? own.active ?? 0;
  const secure = policy?.secure ?? own.secure ?? 0;
  const after = policy?.after ?? own.after ?? 0;
  if (active === 0 || secure === 0 || after === 0) return 'off';
  // A program that a policy names and that is not there is passed over for the person's own [P].
  const programs = [policy === undefined ? 0 : policy.program, own.program];
  if (!programs.includes(1)) return programs.every((program) => program === 0) ? 'off' : undefined;
  return active === 1 && secure === 1 && after !== 'no-number' ? after : undefined;
}

function sleep({ power, powerPolicy }: RightsAnswer, rows: readonly ScreenRow[]): Way {
  const own = rows.find((row) => row.policy === 0);
  if (power === null || power === undefined || own === undefined || typeof powerPolicy !== 'number') return undefined;
  // Whether the plan's figures are told with what a policy makes of them is not documented.
  if (powerPolicy !== 0) return 'cannot-tell';
  const [onMains, onBattery, asksOnMains, asksOnBattery, canSleep] = power;
  if (asksOnMains === 0 && asksOnBattery === 0) return 'off';
  const delay = own.delay ?? 0;
  const always = asksOnMains === 1 && asksOnBattery === 1 && onMains > 0 && onBattery > 0;
  return always && canSleep === 1 && delay !== 'no-number' ? Math.max(onMains, onBattery) + delay : 'cannot-tell';
}
