import type { Filtering } from '../../report/filtering.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../findings.ts';
import { unknownSentence } from '../unknown-sentences.ts';
import {
  type Case,
  cannotTell,
  contradiction,
  finding,
  graceUntil,
  listOf,
  minuteMs,
  type Rule,
  unlessCounted,
} from './rule.ts';

type Bypass = Filtering['bypasses'][number];

const bypassWords: { readonly [Way in Bypass]: string } = {
  'hosts-file': 'the device’s own list of addresses',
  vpn: 'a VPN',
  proxy: 'a proxy',
  'browser-doh': 'a browser’s own secure DNS',
  'system-doh': 'the system’s own secure DNS',
  'browser-extension': 'a browser extension',
};

const whatIsAsked = 'whether web filtering works';
const remedy = 'Take it away from the children until the network’s filter works again.';
const remedyForBypass = 'Take it away from the children until the way round the filter is turned off.';

/**
 * DEV5: filtering on every device that children can use. A filter that works is
 * not enough while a way round it could not be looked for. Off or got round for
 * longer than the setting waits is misuse.
 */
export const filtering: Rule = (given) => {
  if (!given.facts.childFacing) return [];
  const { grace } = given.policy.switches;
  return found(given).map((one) => {
    const isWaitedFor = one.code === 'filtering-off' || one.code === 'filtering-bypassed';
    return isWaitedFor ? { ...one, graceUntil: graceUntil(given, one.code, grace.filteringMinutes * minuteMs) } : one;
  });
};

function found({ facts, policy }: Case): Finding[] {
  const { absence } = policy.switches;
  const reading = facts.sections.filtering;
  const unlessOff = (one: Finding) =>
    unlessCounted(one, absence.filtering, { code: 'filtering-off', as: 'no filtering' });
  if (reading.state === 'unknown') return [unlessOff(cannotTell('filtering-unknown', whatIsAsked, reading, facts))];
  const { state, bypasses } = reading.value;
  if (state === 'off')
    return [finding('filtering-off', 'Children can use this device and nothing filters the web on it.', remedy)];
  if (bypasses.length > 0) return [finding('filtering-bypassed', bypassText(bypasses), remedyForBypass)];
  if (state === 'partial') return [finding('filtering-partial', 'The web filter on this device has gaps.', remedy)];
  if (!isProved(reading.value))
    return [unlessOff(contradiction('filtering-unknown', whatIsAsked, 'the names that were tested do not prove it'))];
  const as = 'a filter that is got round';
  return unreadBypasses(reading.value, facts).map((one) =>
    unlessCounted(one, absence.filtering, { code: 'filtering-bypassed', as }),
  );
}

/** What `on` stands for: every test of one filter blocked, an adult one and one of another class among them. */
export function isProved({ tests }: Filtering): boolean {
  return [...new Set(tests.map(({ filter }) => filter))].some((filter) => {
    const own = tests.filter((test) => test.filter === filter);
    const categories = new Set(own.map(({ category }) => category));
    return own.every(({ outcome }) => outcome === 'blocked') && categories.has('adult') && categories.size > 1;
  });
}

function bypassText(bypasses: readonly Bypass[]): string {
  return `The web filter on this device is got round: by ${listOf(bypasses.map((way) => bypassWords[way]))}.`;
}

function unreadBypasses({ bypassesUnread = [] }: Filtering, { platform }: Facts) {
  const [first] = bypassesUnread;
  if (first === undefined) return [];
  const ways = listOf(
    bypassesUnread.map(({ what }) => bypassWords[what]),
    'or',
  );
  const { why, remedy: whatToDo } = unknownSentence(first.reason, platform);
  const text = `The network’s web filter works, and it cannot be told whether it is got round by ${ways}: ${why}.`;
  return [finding('filtering-unknown', text, whatToDo)];
}
