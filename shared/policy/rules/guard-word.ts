import type { GuardStanding, Tamper } from '../../guard/standing.ts';
import type { Instant } from '../../instant.ts';
import type { Health } from '../../report/health.ts';
import { counted } from '../../words.ts';
import { type Farewells, missingSince } from '../farewell.ts';
import type { Finding } from '../findings.ts';
import { type Case, dayMs, finding, listOf, type Rule, whenWords } from './rule.ts';

/** What happened to the agent is told of over a week-end, from Friday's close to Monday's opening. */
const toldForMs = 3 * dayMs;

/** What the guard of a device tells of itself: that it blocks, that somebody tried, that somebody was at it. */
export const guardWord: Rule = (given) => {
  const reading = given.facts.sections.agent;
  if (reading.state === 'unknown') return stopped([], given);
  const { guard, lock, tampering = [] } = reading.value;
  const recent = tampering.filter(({ at }) => Date.parse(given.now) - Date.parse(at) < toldForMs);
  return [
    ...(guard === undefined ? [] : standing({ ...guard, lock }, given)),
    ...tampered(recent.filter(({ what }) => what !== 'agent-stopped')),
    ...stopped(
      recent.filter(({ what }) => what === 'agent-stopped'),
      given,
    ),
  ];
};

function standing(guard: GuardStanding & Pick<Health, 'lock'>, { policy, now }: Case): Finding[] {
  const found: Finding[] = [];
  const { state, since, refusedSignIns, rulesExpired, lock } = guard;
  if (state === 'blocked') found.push(blocked(whenWords(since, policy), lock));
  const isFresh = state === 'blocked' || Date.parse(now) - Date.parse(since) < dayMs;
  if (refusedSignIns !== null && refusedSignIns > 0 && isFresh) {
    const text = `Somebody tried to sign in ${counted(refusedSignIns, 'time')} while the device was blocked.`;
    found.push(finding('tried-while-blocked', text, 'Find out who had the device.'));
  }
  if (rulesExpired) {
    const text = 'The device guards itself by rules that are past their date; they hold all the same.';
    found.push(finding('rules-expired', text, 'Connect it to the network: it takes up new ones by itself.'));
  }
  return found;
}

/** What its guard decided is not what holds: some systems cannot be locked, and some locks leave a way in. */
function blocked(since: string, lock: Health['lock']): Finding {
  if (lock?.locked === true) {
    const text = `The device has blocked itself since ${since}, by the rules of the setting.`;
    const remedy = 'Have it brought back, where it lets people in again by itself; or release it from its page.';
    return finding('device-blocked', text, remedy);
  }
  const holds = lock === undefined ? 'nothing shows that it is locked' : 'its lock does not hold';
  const text = `By the rules of the setting the device is to be blocked since ${since}, but ${holds}: people may still be using it.`;
  return finding('device-blocked', text, 'Have it brought back now; do not rely on its being blocked.');
}

const tamperWords: { readonly [What in Exclude<Tamper['what'], 'agent-stopped'>]: string } = {
  'rules-changed': 'the rules it keeps were changed',
  'journal-changed': 'its record of what it did was changed',
  'lock-removed': 'its lock was taken off by hand',
  'clock-turned-back': 'its clock was turned back',
};

function tampered(seen: readonly Tamper[]): Finding[] {
  if (seen.length === 0) return [];
  const what = [...new Set(seen.flatMap((one) => (one.what === 'agent-stopped' ? [] : [tamperWords[one.what]])))];
  const text = `Somebody was at what guards this device: ${listOf(what)}.`;
  return [finding('agent-tampered', text, 'Find out who had the device, and have it looked over.')];
}

/** In the words of one that is missing: by them it is known later that it was. */
export const notComeBack = 'has not come back';
/** Between its own word and its hello. */
const startsWithinMs = 60_000;

/**
 * DEV6: an agent that ends while the system goes on was stopped by somebody, or fell over. The next one tells; one that
 * was told to end says so itself, and then it is known while the device is away.
 */
function stopped(seen: readonly Tamper[], { facts: { farewells }, policy, now }: Case): Finding[] {
  const missing = missingSince(farewells, now);
  if (missing !== null) {
    const text = `The agent on this device was stopped at ${whenWords(missing, policy)} while the device went on, and ${notComeBack}.`;
    return [
      finding('agent-silent', text, `${askWho} Have it started again: until then nothing is known of the device.`),
    ];
  }
  const times = stopTimes(seen, { stopped: farewells?.stopped ?? null, now });
  const [newest] = times;
  if (newest === undefined) return [];
  const often = times.length === 1 ? '' : `, ${times.length} times within three days`;
  const text = `The agent on this device was stopped while the device went on, last at ${whenWords(newest, policy)}${often}.`;
  return [finding('agent-silent', text, askWho)];
}

const askWho = 'Find out who had the device. Only whoever may administer its system can stop the agent.';

/** When it was stopped, newest first. What the next agent noticed at its start and its farewell told are one thing. */
function stopTimes(
  seen: readonly Tamper[],
  { stopped, now }: { stopped: Farewells['stopped']; now: Instant },
): readonly Instant[] {
  const own = seen.map(({ at }) => at);
  if (stopped === null || Date.parse(now) - Date.parse(stopped.at) >= toldForMs) return own;
  const until = Date.parse(stopped.backAt) + startsWithinMs;
  const others = own.filter((at) => at < stopped.at || Date.parse(at) > until);
  return [...others, stopped.at].sort().reverse();
}
