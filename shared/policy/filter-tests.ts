import { z } from 'zod';
import { filterCategorySchema, filterProviderSchema } from '../report/filtering.ts';
import { hostNameSchema } from './app-list.ts';

/** A harmless name that a filter's maker keeps for testing, and what the filter answers when it is in force. */
export const filterTestSchema = z.strictObject({
  filter: filterProviderSchema,
  category: filterCategorySchema,
  name: hostNameSchema,
  /** IPv4 addresses of the block page; `not-found`: the name is denied altogether. */
  blocked: z.union([z.strictObject({ addresses: z.array(z.ipv4()).min(1).max(20) }), z.literal('not-found')]),
});
export type FilterTest = z.infer<typeof filterTestSchema>;

export const filterTestsSchema = z.array(filterTestSchema).min(1).max(32);

/** Block pages of Cisco Umbrella and OpenDNS, one an address for each class of harm. */
const umbrellaPages = ['104', '105', '106', '107', '108', '109', '110'].map((last) => `146.112.61.${last}`);
const nowhere = ['0.0.0.0'];

/**
 * What is asked until a setting names its own filter's tests. Published by the
 * makers (platforms.md section 8). Each filter has its own names, so that one can
 * be told from another; none of them leads to anything unlawful.
 */
export const defaultFilterTests: readonly FilterTest[] = [
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
