import { z } from 'zod';
import { unknownReasonSchema } from '../reading.ts';

export const filterProviderSchema = z.enum([
  'umbrella',
  'cloudflare-families',
  'quad9',
  'nextdns',
  'cleanbrowsing',
  'own',
]);
export type FilterProvider = z.infer<typeof filterProviderSchema>;

export const filterCategorySchema = z.enum(['adult', 'malware', 'botnet', 'phishing', 'other']);

/**
 * Whether web filtering is in force on the network the device is on now (DEV5,
 * DUT7), proved by harmless test names against controls and a random name.
 * - on: every test name of at least one filter is blocked, an adult one and another name of another class
 *   among them, and no way round it was found (`bypassesUnread`: what could not be looked for);
 * - partial: some are and some are not, or it is bypassed;
 * - off: the controls answer and no test name is blocked.
 */
export const filteringSchema = z.strictObject({
  state: z.enum(['on', 'partial', 'off']),
  provider: filterProviderSchema.nullable(),
  tests: z
    .array(
      z.strictObject({
        filter: filterProviderSchema,
        category: filterCategorySchema,
        outcome: z.enum(['blocked', 'resolved', 'no-answer']),
      }),
    )
    .max(32),
  safeSearch: z.enum(['on', 'off', 'unknown']),
  /** Ways round the filter that were found on the device. */
  bypasses: z.array(z.enum(['hosts-file', 'vpn', 'proxy', 'browser-doh', 'system-doh', 'browser-extension'])).max(8),
  /** Ways round that could not be looked for: none of these is proved to be shut. */
  bypassesUnread: z
    .array(
      z.strictObject({
        what: z.enum(['hosts-file', 'vpn', 'proxy', 'browser-doh', 'system-doh', 'browser-extension']),
        reason: unknownReasonSchema,
      }),
    )
    .max(8)
    .optional(),
});
export type Filtering = z.infer<typeof filteringSchema>;
