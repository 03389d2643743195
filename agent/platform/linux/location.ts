import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { outputOf } from '../tool-trouble.ts';
import type { ListNames, ReadText } from './proc.ts';
import { type DefaultRoute, parseArp, parseHalfRoutes, parseIpv6Routes, parseRoutes } from './route-text.ts';
import { parseIwLink, parseNmcli, type WifiNetwork } from './wifi-text.ts';

interface LocationParts {
  exec: Exec;
  clock: Clock;
  read: ReadText;
  list: ListNames;
  /** Wakes the gateway's entry in the neighbour table; for tests. */
  nudge?: (address: string) => Promise<void>;
}

type LinkKind = Location['gateway']['link'];

/** Type numbers of links in the kernel: Ethernet (Wi-Fi too), and a line between two ends. */
const ethernet = '1';
const pointToPoint = '512';

/** Which network the device is on, from the kernel's own tables (platforms.md section 9); Wi-Fi by the desktop's tool. */
export function createLocationProbe(parts: LocationParts): Probe<Location> {
  return async (signal) => {
    const at = () => instant(parts.clock.now());
    const routes = await readRoutes(parts.read);
    if (routes === undefined) return unknown('not-understood', at(), 'proc');
    const [route] = routes.defaults;
    if (route === undefined) return unknown('no-network', at(), 'gateway');

    const kinds = await Promise.all([route.link, ...routes.halves].map((link) => kindOf(link, parts)));
    const vpn = kinds.includes('tunnel');
    const link = kinds[0] ?? 'other';
    // A tunnel may have no gateway at all; then the one of the network below it is the evidence.
    const gateway = routes.defaults.find((each) => each.gateway !== null);
    if (gateway?.gateway == null) return unknown('no-network', at(), 'gateway');
    const address = gateway.gateway;
    const hardwareAddress = await hardwareAddressOf(address, gateway.link, parts);
    const wifi = await readWifi(parts, signal);
    return known(
      {
        gateway: { address, hardwareAddress, link: gateway === route ? link : await kindOf(gateway.link, parts) },
        wifi,
        vpn,
      },
      at(),
    );
  };
}

async function readRoutes(read: ReadText): Promise<{ defaults: DefaultRoute[]; halves: string[] } | undefined> {
  const text = await read('/proc/net/route');
  const defaults = text === undefined ? undefined : parseRoutes(text);
  if (text === undefined || defaults === undefined) return undefined;
  if (defaults.length > 0) return { defaults, halves: parseHalfRoutes(text) };
  // Networks without IPv4 are rare; their gateway's hardware address is in no table that can be read.
  return { defaults: parseIpv6Routes((await read('/proc/net/ipv6_route')) ?? ''), halves: [] };
}

async function kindOf(link: string, { read, list }: LocationParts): Promise<LinkKind> {
  const folder = `/sys/class/net/${link}`;
  if ((await read(`${folder}/tun_flags`)) !== undefined || /^(wg|tun|tap|ppp|utun)\d*/.test(link)) return 'tunnel';
  if (/DEVTYPE=(wireguard|ppp)/.test((await read(`${folder}/uevent`)) ?? '')) return 'tunnel';
  if ((await list(`${folder}/wireless`)) !== undefined || (await list(`${folder}/phy80211`)) !== undefined)
    return 'wireless';
  const type = (await read(`${folder}/type`))?.trim();
  if (type === ethernet) return 'wired';
  return type === pointToPoint ? 'tunnel' : 'other';
}

/** The gateway's hardware address; null when there is no settled entry, also after a packet was sent its way. */
async function hardwareAddressOf(address: string, link: string, parts: LocationParts): Promise<string | null> {
  const look = async () => parseArp((await parts.read('/proc/net/arp')) ?? '', address, link);
  const settled = await look();
  if (settled !== undefined) return settled;
  if (address.includes(':')) return null;
  await (parts.nudge ?? nudge)(address);
  return (await look()) ?? null;
}

/** Sends one empty packet to the discard port: the kernel must then find out who the gateway is. */
async function nudge(address: string): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => {
    socket.once('error', () => resolve());
    socket.send(Buffer.alloc(1), 9, address, () => resolve());
  });
  await sleep(300);
  socket.close();
}

/** The Wi-Fi network joined. Only asked for when there is a wireless link that is up. */
async function readWifi(parts: LocationParts, signal: AbortSignal): Promise<WifiNetwork | null> {
  const wireless = await wirelessLinksUp(parts);
  const [first] = wireless;
  if (first === undefined) return null;
  const args = ['-t', '-f', 'ACTIVE,SSID,BSSID', 'dev', 'wifi', 'list', '--rescan', 'no'];
  const listed = outputOf(await parts.exec('nmcli', args, { timeoutMs: 5_000, signal }));
  const byManager = listed === undefined ? undefined : parseNmcli(listed);
  if (byManager !== undefined) return byManager;
  const linked = outputOf(await parts.exec('iw', ['dev', first, 'link'], { timeoutMs: 5_000, signal }));
  return (linked === undefined ? undefined : parseIwLink(linked)) ?? null;
}

async function wirelessLinksUp({ read, list }: LocationParts): Promise<string[]> {
  const links: string[] = [];
  for (const link of (await list('/sys/class/net')) ?? []) {
    const isUp = (await read(`/sys/class/net/${link}/operstate`))?.trim() === 'up';
    if (isUp && (await list(`/sys/class/net/${link}/wireless`)) !== undefined) links.push(link);
  }
  return links;
}
