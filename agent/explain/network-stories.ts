import { unknownSentence } from '../../shared/policy/unknown-sentences.ts';
import type { Filtering } from '../../shared/report/filtering.ts';
import type { Location } from '../../shared/report/location.ts';
import { listOf } from '../../shared/words.ts';
import type { Story } from './story.ts';

const verdicts: { readonly [Name in Filtering['state']]: string } = {
  on: 'Web filtering is ON for this device on this network.',
  partial: 'Web filtering has GAPS.',
  off: 'Web filtering is OFF: nothing was blocked.',
};

const ways: { readonly [Name in Filtering['bypasses'][number]]: string } = {
  'hosts-file': 'the device’s own list of names (the hosts file)',
  vpn: 'a VPN',
  proxy: 'a proxy',
  'browser-doh': 'a browser that asks a name service of its own',
  'system-doh': 'a name service of the system’s own, past the network’s',
  'browser-extension': 'a browser extension that may reroute traffic',
};

const outcomes: { readonly [Name in Filtering['tests'][number]['outcome']]: string } = {
  blocked: 'blocked',
  resolved: 'NOT blocked',
  'no-answer': 'no answer that proves anything',
};

/** DEV5, DUT7. */
export const filteringStory: Story<Filtering> = {
  question: 'Does the network’s web filter work on this device?',
  demands: ['DEV5', 'DUT7'],
  answer: ({ state, provider, tests, safeSearch, bypasses, bypassesUnread = [] }) => [
    `${verdictOf(state, bypasses.length > 0, bypassesUnread.length > 0)}${provider === null ? '' : ` The filter is ${provider}.`}`,
    ...tests.map(({ filter, category, outcome }) => `Test name of ${filter}, ${category}: ${outcomes[outcome]}.`),
    `Safe search: ${safeSearch === 'unknown' ? 'not known' : safeSearch}.`,
    waysIn(bypasses, bypassesUnread.length > 0),
    ...bypassesUnread.map(({ what, reason }) => `Could not look for ${ways[what]}: ${unknownSentence(reason).why}.`),
  ],
  follows: () => [
    'Harmless names that the makers of filters keep for testing were looked up. First names that must answer, and a random one that must not exist: otherwise nothing would be proved.',
    '"On" needs every test name of one filter to be blocked, one for adult content and one of another kind among them, and no way round it found. Nothing unlawful is ever fetched.',
  ],
};

/** "On" only where every way round was looked for and none was found: the dashboard says the same. */
function verdictOf(state: Filtering['state'], isBypassed: boolean, isUnread: boolean): string {
  if (state === 'on' && isBypassed) return 'Every test was blocked, but there is A WAY ROUND the web filter.';
  if (state === 'on' && isUnread)
    return 'Every test was blocked, but it CANNOT BE TOLD whether the web filter holds: not every way round it could be looked for.';
  return verdicts[state];
}

function waysIn(bypasses: Filtering['bypasses'], isUnread: boolean): string {
  if (bypasses.length > 0) return `Ways round it: ${listOf(bypasses.map((way) => ways[way]))}.`;
  return isUnread
    ? 'No way round the filter was found among those that could be looked for.'
    : 'No way round the filter was found.';
}

/** DEV1. */
export const locationStory: Story<Location> = {
  question: 'Which network is the device on?',
  demands: ['DEV1'],
  answer: ({ gateway, wifi, vpn, addresses = [], notRead = [], beacon }) => [
    `The way out of the network is ${gateway.address} (${gateway.link}), hardware address ${gateway.hardwareAddress ?? 'not known'}.`,
    wifi === null
      ? 'No Wi-Fi network is joined, or its name may not be read.'
      : `Wi-Fi: ${wifi.name ?? 'name not known'}, access point ${wifi.accessPoint ?? 'not known'}.`,
    ...(addresses.length === 0 ? [] : [`The device’s own addresses: ${listOf(addresses)}.`]),
    ...(vpn ? ['A VPN carries the traffic.'] : []),
    ...(beacon === undefined ? [] : [beacons[beacon.state]]),
    ...notRead.map(({ what, reason }) => `May not be read: ${what}, for ${unknownSentence(reason).why}.`),
  ],
  follows: ({ vpn, beacon }) => [
    'This is evidence, not a verdict. The server compares the hardware address of the way out with the networks the setting calls its own.',
    vpn
      ? 'While a VPN carries the traffic this says nothing about the place.'
      : `${beacon === undefined ? 'All of it' : 'All of it but a beacon’s answer'} can be copied by a determined person.`,
    ...(beacon === undefined || beacon.state === 'answered'
      ? []
      : ['The setting has a beacon: without its answer no network counts as the setting’s.']),
  ],
};

const beacons: { readonly [State in NonNullable<Location['beacon']>['state']]: string } = {
  answered: 'A beacon of the setting answered, here on the local network.',
  silent: 'No beacon of the setting answered on the local network.',
  refused:
    'Something answered in a beacon’s place, and proved nothing: too late, from elsewhere, or not signed by a beacon of the setting.',
};
