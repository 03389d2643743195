import type { Filtering, FilterProvider } from '../../../shared/report/filtering.ts';

export type FilterCategory = Filtering['tests'][number]['category'];

/** A harmless name that a filter's maker keeps for testing, and what the filter answers when it is in force. */
export interface FilterTest {
  filter: FilterProvider;
  category: FilterCategory;
  name: string;
  /** IPv4 addresses of the block page; `not-found`: the name is denied altogether. */
  blocked: { addresses: readonly string[] } | 'not-found';
}

/** Block pages of Cisco Umbrella and OpenDNS, one an address for each class of harm. */
const umbrellaPages = ['104', '105', '106', '107', '108', '109', '110'].map((last) => `146.112.61.${last}`);
const nowhere = ['0.0.0.0'];

/** Published by the makers (platforms.md section 8). Each filter has its own names, so that one can be told from another. */
export const filterTests: readonly FilterTest[] = [
  { filter: 'umbrella', category: 'phishing', name: 'internetbadguys.com', blocked: { addresses: umbrellaPages } },
  { filter: 'umbrella', category: 'botnet', name: 'examplebotnetdomain.com', blocked: { addresses: umbrellaPages } },
  { filter: 'umbrella', category: 'adult', name: 'exampleadultsite.com', blocked: { addresses: umbrellaPages } },
  {
    filter: 'cloudflare-families',
    category: 'adult',
    name: 'nudity.testcategory.com',
    blocked: { addresses: nowhere },
  },
  {
    filter: 'cloudflare-families',
    category: 'malware',
    name: 'malware.testcategory.com',
    blocked: { addresses: nowhere },
  },
  { filter: 'quad9', category: 'malware', name: 'isitblocked.org', blocked: 'not-found' },
];

/** Names that every network must resolve: without them nothing that follows proves anything. */
export const controlNames = ['example.com', 'example.org'] as const;

/** Below this one a random name must not exist; where it does, the network answers everything with its own page. */
export const emptyDomain = 'example.com';

/** Text records that exist only where the filter itself is the resolver. */
export const inUseSigns: { readonly [Filter in FilterProvider]?: string } = { quad9: 'proto.on.quad9.net' };

/** Google's address for search that is always filtered, and the name it stands for. */
export const safeSearch = {
  name: 'www.google.com',
  forced: 'forcesafesearch.google.com',
  address: '216.239.38.120',
} as const;
