import { takesHalf } from '../network/coverage.ts';
import { isInUse, kindOfLink } from './links.ts';
import type { ListNames, ReadText } from './proc.ts';
import { defaultsOf, parseIpv6Routes, parseRoutes, parseRuledTables, type Route } from './route-text.ts';

/** Whether a tunnel took the way out over. `unread`: one is up, and where it leads could not be read. */
export interface Tunnels {
  takeOver: boolean | 'unread';
}

/** strongSwan's own table: what stands in it goes through IPsec, without any link that shows it. */
const strongSwanTable = 220;

/**
 * Looks for a VPN that carries what the device sends, from the kernel's files
 * alone: by the main table (a default route, two halves, a list of everything but
 * private networks), by IPv6, and by rules that lead past the main table, as
 * WireGuard and Tailscale do. Of such a table the kernel does not tell the link: it
 * counts when a tunnel is up.
 */
export async function lookForTunnels(kernel: { read: ReadText; list: ListNames }): Promise<Tunnels> {
  const { read, list } = kernel;
  const main = parseRoutes((await read('/proc/net/route')) ?? '') ?? [];
  const ipv6 = parseIpv6Routes((await read('/proc/net/ipv6_route')) ?? '');
  const names = new Set([...main, ...ipv6].map(({ link }) => link));
  const up: string[] = [];
  for (const link of new Set([...names, ...((await list('/sys/class/net')) ?? [])])) {
    if ((await kindOfLink(link, kernel)) !== 'tunnel') continue;
    if (names.has(link) || (await isInUse(link, kernel))) up.push(link);
  }
  if (takesMain(main, up) || takesIpv6(ipv6, up)) return { takeOver: true };
  return { takeOver: await takesByRules(up, read) };
}

function takesMain(routes: readonly Route[], tunnels: readonly string[]): boolean {
  const [first] = defaultsOf(routes);
  if (first !== undefined && tunnels.includes(first.link)) return true;
  // Nobody but a VPN splits the network in halves, whatever its link is called.
  const leads = ({ link, prefix }: Route) => tunnels.includes(link) || (prefix === 1 && link !== 'lo');
  const finer = routes.filter((route) => route.prefix > 0 && leads(route));
  return takesHalf(finer.map(({ prefix }) => prefix));
}

/** 2000::/3 is every public address there is; a default route may be in a table that goes before the main one, whatever its metric. */
function takesIpv6(routes: readonly Route[], tunnels: readonly string[]): boolean {
  return routes.some(({ link, prefix }) => prefix <= 3 && tunnels.includes(link));
}

async function takesByRules(tunnels: readonly string[], read: ReadText): Promise<Tunnels['takeOver']> {
  const text = await read('/proc/net/fib_trie');
  if (text === undefined) return tunnels.length > 0 ? 'unread' : false;
  const over = parseRuledTables(text).filter(({ prefixes }) => takesHalf(prefixes));
  return over.some(({ id }) => tunnels.length > 0 || id === strongSwanTable);
}
