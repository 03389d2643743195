import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type Reading, type UnknownReason, unknown } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import type { Exec } from '../exec.ts';
import { nudge } from '../network/nudge.ts';
import { addressesOf, type Interfaces } from '../network/own-addresses.ts';
import type { NotRead } from '../network/wifi.ts';
import type { Probe } from '../platform.ts';
import { keepWhileUnchanged } from '../unchanged.ts';
import { kindOfLink } from './links.ts';
import { parseIpNeighbour } from './neighbour-text.ts';
import type { ListNames, ReadText } from './proc.ts';
import { defaultsOf, parseArp, parseIpv6Routes, parseRoutes, type Route } from './route-text.ts';
import { lookForTunnels } from './tunnels.ts';
import { lookForWifi } from './wifi.ts';

interface LocationParts {
  exec: Exec;
  clock: Clock;
  read: ReadText;
  list: ListNames;
  interfaces: Interfaces;
  /** The same, where what another section asked in this very round will do. */
  inRound?: { interfaces: Interfaces };
  /** Wakes the gateway's entry in the neighbour table; for tests. */
  nudge?: (address: string) => Promise<void>;
}

/**
 * How long a glance may give the last answer again while the network's own tables stay
 * as they were. What they do not show is only which access point of the same network it is.
 */
const keptMs = 15 * 60_000;

/** 2000::/3 is every public address of IPv6 there is. */
const farthest = 3;

/** A route with the gateway it leads over. */
type WayOut = Route & { gateway: string };

/**
 * Which network the device is on, from the kernel's own tables (platforms.md
 * section 9); only the name of a Wi-Fi network needs the desktop's tool, and is
 * asked again by a glance only when something about the network changed.
 */
export function createLocationProbe(parts: LocationParts): Probe<Location> {
  const farRoutes = createFarRoutes();
  const { interfaces, inRound = { interfaces } } = parts;
  return keepWhileUnchanged({
    clock: parts.clock,
    keptMs,
    mark: (how) => networkMark(parts.read, how === 'glance' ? inRound.interfaces : interfaces, farRoutes),
    async look(signal) {
      const reading = await lookAnew(parts, signal);
      return { reading, lasting: reading.state === 'known' && reading.value.gateway.hardwareAddress !== null };
    },
  });
}

/**
 * What changes with the network: the routes, the neighbours with their hardware
 * addresses, the links with their addresses, a tunnel's too. Another network with
 * all of it the same has the same gateway; only the Wi-Fi's own address may differ.
 */
async function networkMark(
  read: ReadText,
  interfaces: Interfaces,
  farRoutes: (table: string) => string,
): Promise<string | undefined> {
  const [routes, neighbours] = await Promise.all([read('/proc/net/route'), read('/proc/net/arp')]);
  const links = interfaces();
  if (routes === undefined || neighbours === undefined || links === undefined) return undefined;
  // Rules that lead into a tunnel come and go without any of these.
  const ruled = (await read('/proc/net/fib_trie')) ?? '';
  const far = farRoutes((await read('/proc/net/ipv6_route')) ?? '');
  return [routes, neighbours, ruled, JSON.stringify(links), far].join('\n');
}

/** Of IPv6 only what leads far: the file also counts every use. The same text is not taken apart twice. */
function createFarRoutes(): (table: string) => string {
  let last = { table: '', far: '' };
  return (table) => {
    if (table !== last.table) {
      const far = parseIpv6Routes(table).filter(({ prefix }) => prefix <= farthest);
      last = { table, far: JSON.stringify(far) };
    }
    return last.far;
  };
}

async function lookAnew(parts: LocationParts, signal: AbortSignal): Promise<Reading<Location>> {
  const { read, clock } = parts;
  const at = () => instant(clock.now());
  const table = await read('/proc/net/route');
  const main = table === undefined ? undefined : parseRoutes(table);
  if (main === undefined) return unknown('not-understood', at(), 'proc');
  const { takeOver } = await lookForTunnels(parts);
  const way = await wayOut(main, parts);
  if (way === undefined) return unknown('no-network', at(), 'gateway');

  const link = await kindOfLink(way.link, parts);
  const hardware = await hardwareAddressOf(way, link === 'tunnel', parts, signal);
  const list = parts.interfaces();
  const addresses = list === undefined ? [] : addressesOf(list, way.link);
  const { wifi, notRead } = await lookForWifi(parts, signal);
  return known(
    {
      gateway: { address: way.gateway, hardwareAddress: hardware.address, link },
      wifi,
      addresses,
      notRead: [
        ...hardware.notRead,
        ...notRead,
        ...(list === undefined ? [{ what: 'addresses' as const, reason: 'permission-denied' as const }] : []),
      ],
      // Where a tunnel leads could not be read: then the network proves as little as with one that took over.
      vpn: takeOver !== false,
    },
    at(),
  );
}

/** The way out over a gateway: below a tunnel, the one of the network that carries it. */
async function wayOut(main: readonly Route[], kernel: LocationParts): Promise<WayOut | undefined> {
  const below = await firstBelow(defaultsOf(main), kernel);
  if (below.isPlain) return below.way;
  // Networks without IPv4 are rare; so are those whose IPv4 has no gateway (a line between two ends, a translator).
  const ipv6 = await firstBelow(defaultsOf(parseIpv6Routes((await kernel.read('/proc/net/ipv6_route')) ?? '')), kernel);
  return ipv6.isPlain ? ipv6.way : (below.way ?? ipv6.way);
}

/** The first way that is no tunnel's (`isPlain`), else the first there is. */
async function firstBelow(
  routes: readonly Route[],
  kernel: LocationParts,
): Promise<{ way: WayOut | undefined; isPlain: boolean }> {
  const ways = routes.flatMap((route) => (route.gateway === null ? [] : [{ ...route, gateway: route.gateway }]));
  for (const way of ways) if ((await kindOfLink(way.link, kernel)) !== 'tunnel') return { way, isPlain: true };
  return { way: ways[0], isPlain: false };
}

/** The gateway's hardware address; null, with the reason, when there is no settled entry, also after a packet was sent its way. */
async function hardwareAddressOf(
  { gateway, link }: WayOut,
  isTunnel: boolean,
  parts: LocationParts,
  signal: AbortSignal,
): Promise<{ address: string | null; notRead: NotRead }> {
  // A tunnel has none.
  if (isTunnel) return { address: null, notRead: [] };
  const look = () => (gateway.includes(':') ? lookInIpv6 : lookInArp)(gateway, link, parts, signal);
  let found = await look();
  if ('reason' in found && found.reason === 'timed-out') {
    await (parts.nudge ?? nudge)(gateway.startsWith('fe80:') ? `${gateway}%${link}` : gateway);
    found = await look();
  }
  if ('reason' in found)
    return { address: null, notRead: [{ what: 'gateway-hardware-address', reason: found.reason }] };
  return { address: found.address, notRead: [] };
}

/** `timed-out`: the gateway has not said who it is. */
type Neighbour = { address: string } | { reason: UnknownReason };

async function lookInArp(gateway: string, link: string, { read }: LocationParts): Promise<Neighbour> {
  const table = await read('/proc/net/arp');
  if (table === undefined) return { reason: 'permission-denied' };
  const address = parseArp(table, gateway, link);
  return address === undefined ? { reason: 'timed-out' } : { address };
}

/** IPv6 neighbours stand in no file of the kernel: the one case that takes a process at each look. */
async function lookInIpv6(
  gateway: string,
  link: string,
  { exec }: LocationParts,
  signal: AbortSignal,
): Promise<Neighbour> {
  const result = await exec('ip', ['-j', '-6', 'neigh', 'show', gateway, 'dev', link], { timeoutMs: 3_000, signal });
  if (result.kind === 'missing') return { reason: 'tool-missing' };
  if (result.kind !== 'exited' || result.code !== 0) return { reason: 'tool-failed' };
  const address = parseIpNeighbour(result.stdout, gateway);
  return address === undefined ? { reason: 'timed-out' } : { address };
}
