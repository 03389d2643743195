import { isIPv6 } from 'node:net';
import type { FilterProvider } from '../../../shared/report/filtering.ts';

/**
 * Names that every network must resolve: without them nothing that follows proves
 * anything. Below each a random name must not exist; where it does, the network
 * answers everything with its own page.
 */
export const controlNames = ['example.com', 'example.org'] as const;

/** Text records that exist only where the filter itself is the resolver. */
export const inUseSigns: { readonly [Filter in FilterProvider]?: string } = { quad9: 'proto.on.quad9.net' };

/**
 * The makers' own resolvers, by the beginning of their addresses: a device that
 * asks them directly is known to use that filter without any look-up. It names the
 * filter; what it blocks is still for the tests to show.
 */
const ownResolvers: readonly (readonly [FilterProvider, RegExp])[] = [
  ['umbrella', /^(208\.67\.(222|220)\.|2620:119:(35|53)::)/],
  ['cloudflare-families', /^(1\.(1\.1|0\.0)\.[23]$|2606:4700:4700::1(11|00)[23]$)/],
  ['quad9', /^(9\.9\.9\.(9|10|11)$|149\.112\.112\.(9|10|11|112)$|2620:fe::)/],
  ['nextdns', /^(45\.90\.(28|30)\.|2a07:a8c[01]:)/],
  ['cleanbrowsing', /^(185\.228\.16[89]\.|2a0d:2a00:[12]:)/],
];

/** Whose resolver an address is, written as `dns.getServers()` writes it; undefined: a router's, a provider's, nobody's we know. */
export function makerOf(server: string): FilterProvider | undefined {
  const bare = /^\[(.+)\]/.exec(server)?.[1] ?? (isIPv6(server) ? server : server.replace(/:\d+$/, ''));
  return ownResolvers.find(([, addresses]) => addresses.test(bare.toLowerCase()))?.[0];
}
