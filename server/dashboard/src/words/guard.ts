import type { GuardMoveView } from '../../../../shared/api/policy.ts';
import type { GuardReason, GuardStanding, GuardState } from '../../../../shared/guard/standing.ts';
import type { Health } from '../../../../shared/report/health.ts';
import { atTime } from './time.ts';
import type { Said } from './tone.ts';

const states: { readonly [State in GuardState]: Said } = {
  clear: { text: 'Lets the device be used', tone: 'plain' },
  warned: { text: 'Warns on the screen', tone: 'warn' },
  blocked: { text: 'Has blocked the device', tone: 'bad' },
  released: { text: 'Released for a while', tone: 'waiting' },
};

const reasons: { readonly [Reason in GuardReason]: string } = {
  'unprotected-off-site': 'it is away from the setting and not encrypted',
  'encryption-unknown-off-site': 'it is away from the setting and nothing shows that it is encrypted',
  'unprotected-place-unknown': 'it cannot tell where it is, and it is not known to be encrypted',
  'photos-off-site': 'it is away from the setting with photos on it, and not encrypted',
  'clock-turned-back': 'its clock was turned back',
  'rules-damaged': 'the rules on it were damaged or changed',
  'warning-over': 'the warning was over and nothing had changed',
  'grace-over': 'its time to be put right was over',
  'back-on-site': 'it was back at the setting',
  'protected-now': 'it was encrypted by then',
  'no-photos-now': 'no photos were on it any more',
  'rules-changed': 'the setting’s rules changed',
  'released-by-server': 'somebody released it here',
  'released-by-code': 'somebody released it by telephone',
  'release-over': 'the time it was released for was over',
};

/**
 * How the guard stands, in a line: never good, for that it lets people in says nothing of the device. What it decided is not
 * what holds: a block is said of a lock that the device says holds.
 */
export function guardWords(
  { state, until }: GuardStanding,
  { lock, now }: { lock: Health['lock']; now: number },
): Said {
  const said = states[state];
  if (state === 'blocked' && lock?.locked !== true)
    return {
      text: `Wants the device blocked, and ${lock === undefined ? 'nothing shows that it is locked' : 'its lock does not hold'}: people may be using it`,
      tone: 'bad',
    };
  if (until === null) return said;
  if (state === 'warned') return { ...said, text: `${said.text}; it blocks ${atTime(until, now)}` };
  return state === 'released'
    ? { ...said, text: `${said.text}, until ${atTime(until, now).replace(/^at /, '')}` }
    : said;
}

export function guardReasonWords(because: GuardReason): string {
  return reasons[because];
}

/** "Blocked the device", for a list of what happened. */
const moves: { readonly [State in GuardState]: string } = {
  clear: 'Let the device be used again',
  warned: 'Warned on the screen',
  blocked: 'Blocked the device',
  released: 'Was released',
};

export function guardMoveWords({ to, because }: Pick<GuardMoveView, 'to' | 'because'>): string {
  return `${moves[to]}: ${reasons[because]}`;
}

/** What ends a warning or a block; undefined where nothing has to. */
export function releaseWords({ state, because, until }: GuardStanding): string | undefined {
  if (state === 'warned')
    return until === null
      ? 'It only warns, as your rules have it: nobody is kept from using it.'
      : 'It stops by itself once the device is back at the setting, or once its disk is encrypted.';
  if (state !== 'blocked') return undefined;
  const byItself =
    because === 'rules-damaged'
      ? 'It lets people in again once it has fetched its rules from this server anew'
      : 'It lets people in again by itself once it is back at the setting, or once its disk is encrypted';
  return `${byItself}. You can release it here, or by telephone when it cannot reach the network.`;
}
