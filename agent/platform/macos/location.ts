import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import type { Exec, ExecOptions } from '../exec.ts';
import { nudge } from '../network/nudge.ts';
import { addressesOf, type Interfaces } from '../network/own-addresses.ts';
import { type NotRead, noWifi, type WifiEvidence, wifiEvidence, wifiNotRead } from '../network/wifi.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { isTakenOver, isTunnel, parseArp, parseNetstat, type Routes } from './route-text.ts';
import { parseAirportNetwork, parseLinkSummary } from './wifi-text.ts';

interface LocationParts {
  exec: Exec;
  clock: Clock;
  interfaces: Interfaces;
  /** Wakes the gateway's entry in the neighbour table; for tests. */
  nudge?: (address: string) => Promise<void>;
}

type LinkKind = Location['gateway']['link'];

const timeoutMs = 5_000;

/**
 * Which network a Mac is on (platforms.md section 9): the routing table, the
 * neighbour table, and the summary of the link. With a VPN the gateway of the
 * network below it is reported, when its route is still in the table.
 */
export function createLocationProbe(parts: LocationParts): Probe<Location> {
  return async (signal) => {
    const options = { timeoutMs, signal };
    const at = () => instant(parts.clock.now());
    const table = await parts.exec('netstat', ['-rn', '-f', 'inet'], options);
    const text = outputOf(table);
    if (text === undefined) return unknown(toolTrouble(table), at(), 'netstat');
    const routes = parseNetstat(text);
    if (routes === undefined) return unknown('not-understood', at(), 'netstat');
    const location = await locate(routes, parts, options);
    return location === undefined ? unknown('no-network', at(), 'gateway') : known(location, at());
  };
}

/** undefined: there is no way out of the network, or none with a gateway. */
async function locate(routes: Routes, parts: LocationParts, options: ExecOptions): Promise<Location | undefined> {
  const [first] = routes.defaults;
  const below = routes.defaults.find((each) => !isTunnel(each.link) && each.gateway !== null);
  const route = below ?? first;
  if (route === undefined || route.gateway === null) return undefined;
  const { link, gateway: address } = route;
  const inTunnel = isTunnel(link);
  const hardware = inTunnel ? { address: null, notRead: [] } : await neighbour(address, link, parts, options);
  const { kind, evidence } = inTunnel
    ? { kind: 'tunnel' as const, evidence: noWifi }
    : await describeLink(link, parts.exec, options);
  const list = parts.interfaces();
  return {
    gateway: { address, hardwareAddress: hardware.address, link: kind },
    wifi: evidence.wifi,
    addresses: list === undefined ? [] : addressesOf(list, link),
    notRead: [
      ...hardware.notRead,
      ...evidence.notRead,
      ...(list === undefined ? [{ what: 'addresses', reason: 'permission-denied' } as const] : []),
    ],
    vpn: isTakenOver(routes),
  };
}

/** The gateway's hardware address, after a packet was sent its way if it had to be. */
async function neighbour(
  address: string,
  link: string,
  parts: LocationParts,
  options: ExecOptions,
): Promise<{ address: string | null; notRead: NotRead }> {
  const look = async () => {
    const result = await parts.exec('arp', ['-an'], options);
    const text = outputOf(result);
    return text === undefined ? { reason: toolTrouble(result) } : { found: parseArp(text, address, link) };
  };
  let seen = await look();
  if ('found' in seen && seen.found === undefined) {
    await (parts.nudge ?? nudge)(address);
    seen = await look();
  }
  const found = 'found' in seen ? seen.found : undefined;
  if (found !== undefined) return { address: found, notRead: [] };
  const reason = 'reason' in seen && seen.reason !== undefined ? seen.reason : 'timed-out';
  return { address: null, notRead: [{ what: 'gateway-hardware-address', reason }] };
}

/**
 * What the link is and which Wi-Fi it has joined. A name that is missing although
 * this link leads out is withheld, never "no Wi-Fi".
 */
async function describeLink(
  link: string,
  exec: Exec,
  options: ExecOptions,
): Promise<{ kind: LinkKind; evidence: WifiEvidence }> {
  const told = await exec('ipconfig', ['getsummary', link], options);
  const summary = parseLinkSummary(outputOf(told) ?? '');
  if (summary !== undefined) {
    const evidence = summary.wifi === null ? noWifi : wifiEvidence(summary.wifi, 'permission-denied');
    return { kind: summary.kind, evidence };
  }
  const airport = parseAirportNetwork(
    outputOf(await exec('networksetup', ['-getairportnetwork', link], options)) ?? '',
  );
  if (airport === undefined) return { kind: 'other', evidence: noWifi };
  if (airport === 'withheld') return { kind: 'wireless', evidence: wifiNotRead('permission-denied') };
  return { kind: 'wireless', evidence: wifiEvidence({ ...airport, accessPoint: null }, 'permission-denied') };
}
