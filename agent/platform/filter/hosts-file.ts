import type { FilterTest } from '../../../shared/policy/filter-tests.ts';
import { leadsNowhere, within } from './addresses.ts';
import { engines } from './safe-search.ts';

/**
 * The names that a hosts file gives addresses to, in small letters. Resolvers that
 * run on the device (systemd-resolved, dnsmasq) answer them as if the network had.
 */
export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.replace('\uFEFF', '').split(/\r\n|\r|\n/)) {
    const [address = '', ...named] = line.replace(/#.*/, '').trim().split(/\s+/);
    for (const written of named) {
      const name = written.toLowerCase().replace(/\.$/, '');
      const addresses = hosts.get(name);
      if (addresses === undefined) hosts.set(name, [address]);
      else addresses.push(address);
    }
  }
  return hosts;
}

/** The test names a hosts file answers for: what it says of them says nothing of the network. */
export function testsInHosts(hosts: ReadonlyMap<string, unknown>, tests: readonly FilterTest[]): Set<string> {
  return new Set(tests.map(({ name }) => name).filter((name) => hosts.has(name)));
}

/**
 * Whether a hosts file leads round a filter: it answers for a test name, or leads
 * a search engine to anywhere but its filtered search. Many settings force safe
 * search by this very file: that is no way round.
 */
export function leadsRound(hosts: ReadonlyMap<string, readonly string[]>, tests: readonly FilterTest[]): boolean {
  if (testsInHosts(hosts, tests).size > 0) return true;
  return engines.some(({ name, forced }) =>
    (hosts.get(name) ?? []).some((address) => !leadsNowhere(address) && !within(forced.addresses, address)),
  );
}
