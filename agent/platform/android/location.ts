import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import type { Exec, ExecOptions, ExecResult } from '../exec.ts';
import { addressesOf, type Interfaces, usable } from '../network/own-addresses.ts';
import { type NotRead, noWifi, type WifiEvidence, wifiEvidence, wifiNotRead } from '../network/wifi.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { linkKind, parseConnection, parseIpRoutes, parseNeighbour } from './network-text.ts';

interface LocationParts {
  exec: Exec;
  clock: Clock;
  interfaces: Interfaces;
}

const timeoutMs = 5_000;

/**
 * Which network an Android device is on, as far as Termux may know (platforms.md
 * section 9). Since Android 10 to 13 apps may read neither routes nor
 * neighbours: without a gateway the place is unknown, whatever Wi-Fi says of itself.
 */
export function createLocationProbe({ exec, clock, interfaces }: LocationParts): Probe<Location> {
  return async (signal) => {
    const options = { timeoutMs, signal };
    const at = () => instant(clock.now());
    const listed = await exec('ip', ['-4', 'route', 'show', 'table', 'all'], options);
    const text = outputOf(listed);
    if (text === undefined)
      return unknown(isDenied(listed) ? 'permission-denied' : toolTrouble(listed), at(), 'gateway');
    const routes = parseIpRoutes(text);
    const route = routes.find((each) => each.gateway !== null && linkKind(each.link) !== 'tunnel');
    // Android shows an app less than there is: no route is no proof that there is no network.
    if (route?.gateway == null) return unknown('permission-denied', at(), 'gateway');

    const link = linkKind(route.link);
    const hardware = await neighbour(route.gateway, route.link, exec, options);
    const { evidence, ip } = await joined(link === 'wireless', exec, options);
    const list = interfaces();
    const addresses = list === undefined ? usable(ip === undefined ? [] : [ip]) : addressesOf(list, route.link);
    const untold: NotRead = addresses.length === 0 ? [{ what: 'addresses', reason: 'permission-denied' }] : [];
    return known(
      {
        gateway: { address: route.gateway, hardwareAddress: hardware.address, link },
        wifi: evidence.wifi,
        addresses,
        notRead: [...hardware.notRead, ...evidence.notRead, ...untold],
        vpn: [...routes.map((each) => each.link), ...Object.keys(list ?? {})].some(
          (each) => linkKind(each) === 'tunnel',
        ),
      },
      at(),
    );
  };
}

async function neighbour(
  gateway: string,
  link: string,
  exec: Exec,
  options: ExecOptions,
): Promise<{ address: string | null; notRead: NotRead }> {
  const result = await exec('ip', ['neigh'], options);
  const text = outputOf(result);
  const address = parseNeighbour(text ?? '', gateway, link);
  if (address !== undefined) return { address, notRead: [] };
  const trouble = isDenied(result) ? 'permission-denied' : toolTrouble(result);
  const reason = text === undefined ? trouble : 'timed-out';
  return { address: null, notRead: [{ what: 'gateway-hardware-address', reason }] };
}

/** The Wi-Fi network joined; withheld without the right to the place, with location switched off, and in the background. */
async function joined(
  isWireless: boolean,
  exec: Exec,
  options: ExecOptions,
): Promise<{ evidence: WifiEvidence; ip?: string }> {
  const result = await exec('termux-wifi-connectioninfo', [], options);
  const text = outputOf(result);
  const connection = parseConnection(text ?? '');
  if (connection === undefined) {
    const reason = text === undefined ? toolTrouble(result) : 'not-understood';
    return { evidence: isWireless ? wifiNotRead(reason) : noWifi };
  }
  if (connection === null) return { evidence: noWifi };
  const { ip, ...wifi } = connection;
  return { evidence: wifiEvidence(wifi, 'permission-denied'), ...(ip !== undefined && { ip }) };
}

/** "Cannot bind netlink socket: Permission denied" [P termux #1401, #2993]. */
function isDenied(result: ExecResult): boolean {
  return result.kind === 'exited' && /permission denied|operation not permitted/i.test(result.stderr);
}
