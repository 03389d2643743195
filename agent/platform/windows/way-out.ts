import { isIPv4, isIPv6 } from 'node:net';
import type { Location } from '../../../shared/report/location.ts';
import { shortIpv6 } from '../filter/addresses.ts';
import { takesHalf } from '../network/coverage.ts';
import { hardwareAddress } from '../network/wifi.ts';
import type { Neighbour, WindowsLink, WindowsNetwork } from './network-script.ts';

export type LinkKind = Location['gateway']['link'];

/** Types of links as IANA numbers them: telephone and built-in VPN, a maker's own (WireGuard), tunnels; wireless; mobile. */
const tunnelTypes: readonly number[] = [23, 28, 53, 131];
const wirelessType = 71;
const mobileTypes: readonly number[] = [237, 243, 244];
/** VPN programs whose link calls itself Ethernet: makers' names, in no language. */
const vpnMakers = [
  ...['tap-windows', 'tap', 'tun', 'tunnel', 'wintun', 'wireguard', 'anyconnect', 'secure client'],
  ...['fortinet', 'pangp', 'globalprotect', 'juniper', 'pulse secure', 'sonicwall', 'zerotier'],
  ...['tailscale', 'nordlynx', 'cloudflare warp', 'check point', 'private internet access', 'tunnelbear'],
  ...['windscribe', 'surfshark', 'mullvad', 'astrill', 'netbird', 'twingate'],
  ...['kaspersky security data escort', 'softether', 'shrew soft', 'thegreenbow', 'netmotion'],
  ...['absolute secure access', 'appgate', 'perimeter ?81', 'sangfor', 'hillstone', 'kerio virtual'],
  ...['array networks', 'f5 networks', 'viscosity', 'speedify', 'hotspot shield', 'hamachi', 'zscaler'],
  ...['netskope', 'citrix'],
];
const isOfVpnMaker = new RegExp(String.raw`vpn|\b(${vpnMakers.join('|')})\b`, 'i');

/**
 * Teredo, Windows' own way to IPv6 where the network has none, told by the addresses
 * that are its alone (2001:0::/32). It has a default route and carries next to nothing: it
 * is no VPN.
 */
function isTeredo({ type, addresses }: WindowsLink): boolean {
  return type === 131 && addresses.some((address) => /^2001:0{1,4}:/.test(address));
}

/** undefined: a link that is not in the list of those that are up, as those of some built-in VPNs. */
export function kindOfLink(link: WindowsLink | undefined): LinkKind {
  if (link === undefined || tunnelTypes.includes(link.type) || isOfVpnMaker.test(link.about ?? '')) return 'tunnel';
  if (link.type === wirelessType) return 'wireless';
  return mobileTypes.includes(link.type) ? 'other' : 'wired';
}

export interface WayOut {
  gateway: string;
  index: number;
  link: WindowsLink | undefined;
  kind: LinkKind;
}

interface Route {
  index: number;
  prefix: number;
  isIpv6: boolean;
  gateway: string | null;
  metric: number;
  kind: LinkKind;
  link: WindowsLink | undefined;
}

/** The way out over a gateway, below a VPN if there is one; undefined: there is none. */
export function wayOut(network: WindowsNetwork): WayOut | undefined {
  const all = routesOf(network).filter(({ prefix }) => prefix === 0);
  const [ipv4, ipv6] = [all.filter(({ isIpv6 }) => !isIpv6), all.filter(({ isIpv6 }) => isIpv6)];
  const ways = [...ipv4, ...ipv6].flatMap(({ gateway, ...rest }) => (gateway === null ? [] : [{ ...rest, gateway }]));
  return ways.find(({ kind }) => kind !== 'tunnel') ?? ways[0];
}

/**
 * Whether a tunnel carries what the device sends. Routes finer than the default one that
 * come to half the network or more are a VPN's, whatever its link calls itself: nothing
 * else lays such beside a default route.
 */
export function isTakenOver(network: WindowsNetwork): boolean {
  const routes = routesOf(network);
  const whole = routes.filter(({ prefix, isIpv6 }) => prefix === 0 && !isIpv6);
  const finer = routes.filter(({ prefix, isIpv6 }) => prefix > 0 && !isIpv6);
  return (
    // Of two with the same metric either may carry it.
    whole.some(({ kind, metric }) => kind === 'tunnel' && metric === whole[0]?.metric) ||
    takesHalf(finer.map(({ prefix }) => prefix)) ||
    routes.some(({ prefix, isIpv6, kind }) => isIpv6 && prefix <= 3 && (prefix > 0 || kind === 'tunnel'))
  );
}

/** Routes in the order Windows uses them. */
function routesOf({ routes, links }: WindowsNetwork): Route[] {
  const found: Route[] = [];
  for (const { to, via, link: index, metric } of routes) {
    const [network = '', prefixText = ''] = to.split('/');
    const isIpv6 = isIPv6(network);
    if ((!isIpv6 && !isIPv4(network)) || !/^\d{1,3}$/.test(prefixText)) continue;
    // Every link has these two: they lead to groups on the link itself.
    if (/^(ff|224\.|240\.)/i.test(network) || network.startsWith('127.')) continue;
    const link = links.find(({ indexes }) => indexes.includes(index));
    if (isIpv6 && link !== undefined && isTeredo(link)) continue;
    found.push({
      index,
      prefix: Number(prefixText),
      isIpv6,
      metric,
      link,
      kind: kindOfLink(link),
      gateway: gatewayOf(via),
    });
  }
  return found.sort((one, other) => one.metric - other.metric);
}

/** null: the link itself is the way out. */
function gatewayOf(via: string | null | undefined): string | null {
  const bare = (via ?? '').replace(/%.*$/, '');
  if (isIPv4(bare)) return bare === '0.0.0.0' ? null : bare;
  return isIPv6(bare) && shortIpv6(bare) !== '::' ? shortIpv6(bare) : null;
}

/** MSFT_NetNeighbor: 2 probe, 3 delay, 4 stale, 5 reachable, 6 permanent; before that nobody answered. */
const settledNumbers: readonly number[] = [2, 3, 4, 5, 6];
const settledWords: readonly string[] = ['probe', 'delay', 'stale', 'reachable', 'permanent'];

/** The settled hardware address of the gateway; undefined: absent or unsettled. */
export function neighbourOf(neighbours: readonly Neighbour[], gateway: string, index: number): string | undefined {
  for (const { IPAddress: ip, LinkLayerAddress: hardware, State: state, InterfaceIndex: link } of neighbours) {
    if (link !== index || gatewayOf(ip) !== gateway) continue;
    const isSettled =
      typeof state === 'number' ? settledNumbers.includes(state) : settledWords.includes(state.toLowerCase());
    if (isSettled) return hardwareAddress(hardware ?? '') ?? undefined;
  }
  return undefined;
}
