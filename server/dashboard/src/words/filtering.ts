import type { Reading } from '../../../../shared/reading.ts';
import type { Filtering, FilterProvider } from '../../../../shared/report/filtering.ts';
import type { Said, Tone } from './tone.ts';
import { unknownSaid } from './unknown.ts';

type FilterTest = Filtering['tests'][number];

const states: { readonly [Name in Filtering['state']]: string } = {
  on: 'On',
  partial: 'Has gaps',
  off: 'Off',
};

const providers: { readonly [Name in FilterProvider]: string } = {
  umbrella: 'Cisco Umbrella',
  'cloudflare-families': 'Cloudflare for Families',
  quad9: 'Quad9',
  nextdns: 'NextDNS',
  cleanbrowsing: 'CleanBrowsing',
  own: 'the setting’s own filter',
};

const categories: { readonly [Name in FilterTest['category']]: string } = {
  adult: 'Adult content',
  malware: 'Harmful software',
  botnet: 'Hijacked computers',
  phishing: 'Fake sign-in pages',
  other: 'Other',
};

const outcomes: { readonly [Name in FilterTest['outcome']]: Said } = {
  blocked: { text: 'blocked', tone: 'good' },
  resolved: { text: 'let through', tone: 'warn' },
  'no-answer': { text: 'no answer', tone: 'unknown' },
};

const safeSearch: { readonly [Name in Filtering['safeSearch']]: string } = {
  on: 'Safe search is on.',
  off: 'Safe search is off.',
  unknown: 'Whether safe search is on is not known.',
};

const bypasses: { readonly [Name in Filtering['bypasses'][number]]: string } = {
  'hosts-file': 'addresses written into the device’s own hosts file',
  vpn: 'a private tunnel (VPN)',
  proxy: 'a proxy',
  'browser-doh': 'a browser that looks names up by itself',
  'system-doh': 'a system that looks names up past the network',
  'browser-extension': 'a browser extension that may lead traffic elsewhere',
};

/** Where children use the device a filter that is off is bad; elsewhere it is a plain fact. */
export function filteringWords(reading: Reading<Filtering>, childFacing: boolean): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const { state, provider, bypasses: found, bypassesUnread = [] } = reading.value;
  if (state === 'on' && found.length + bypassesUnread.length > 0) return onWithDoubt(found.length > 0, childFacing);
  const by = state === 'on' && provider !== null ? `, by ${providers[provider]}` : '';
  return { text: `${states[state]}${by}`, tone: toneOf(state, childFacing) };
}

/** The tests were blocked; that there is no way round the filter is not proved. */
function onWithDoubt(isWayFound: boolean, childFacing: boolean): Said {
  if (isWayFound) return { text: 'On, with a way round it', tone: childFacing ? 'warn' : 'plain' };
  return { text: 'On, but not every way round it could be looked for', tone: childFacing ? 'unknown' : 'plain' };
}

function toneOf(state: Filtering['state'], childFacing: boolean): Tone {
  if (state === 'on') return 'good';
  if (!childFacing) return 'plain';
  return state === 'off' ? 'bad' : 'warn';
}

export function testWords(test: FilterTest): { filter: string; category: string; outcome: Said } {
  return { filter: providers[test.filter], category: categories[test.category], outcome: outcomes[test.outcome] };
}

export function safeSearchWords(value: Filtering['safeSearch']): string {
  return safeSearch[value];
}

export function bypassWords(value: Filtering['bypasses'][number]): string {
  return bypasses[value];
}
