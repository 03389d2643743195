import type { Filtering } from '../../report/filtering.ts';
import type { Facts } from '../facts.ts';
import { unknownSentence } from '../unknown-sentences.ts';
import { cannotTell, contradiction, finding, listOf, type Rule } from './rule.ts';

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

/**
 * DEV5: filtering on every device that children can use. A filter that works is
 * not enough while a way round it could not be looked for.
 */
export const filtering: Rule = ({ facts }) => {
  if (!facts.childFacing) return [];
  const reading = facts.sections.filtering;
  if (reading.state === 'unknown') return [cannotTell('filtering-unknown', whatIsAsked, reading, facts)];
  const { state, bypasses } = reading.value;
  if (state === 'off')
    return [finding('filtering-off', 'Children can use this device and nothing filters the web on it.', remedy)];
  if (state === 'partial' || bypasses.length > 0) return [finding('filtering-partial', gapText(bypasses), remedy)];
  if (!isProved(reading.value))
    return [contradiction('filtering-unknown', whatIsAsked, 'the names that were tested do not prove it')];
  return unreadBypasses(reading.value, facts);
};

/** What `on` stands for: every test of one filter blocked, an adult one and one of another class among them. */
export function isProved({ tests }: Filtering): boolean {
  return [...new Set(tests.map(({ filter }) => filter))].some((filter) => {
    const own = tests.filter((test) => test.filter === filter);
    const categories = new Set(own.map(({ category }) => category));
    return own.every(({ outcome }) => outcome === 'blocked') && categories.has('adult') && categories.size > 1;
  });
}

function gapText(bypasses: readonly Bypass[]): string {
  if (bypasses.length === 0) return 'The web filter on this device has gaps.';
  return `The web filter on this device has gaps: it can be got round by ${listOf(bypasses.map((way) => bypassWords[way]))}.`;
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
