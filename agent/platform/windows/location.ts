import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type Reading, unknown } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import type { Exec } from '../exec.ts';
import { createKeptWifi } from '../network/kept-wifi.ts';
import { nudge } from '../network/nudge.ts';
import { type Interfaces, usable } from '../network/own-addresses.ts';
import { noWifi, type WifiEvidence, wifiEvidence, wifiNotRead } from '../network/wifi.ts';
import type { Look, Probe } from '../platform.ts';
import { toolTrouble } from '../tool-trouble.ts';
import { isLocationDenied, parseNetshWlan } from './netsh-wlan.ts';
import { networkScript, parseNetwork, type WindowsLink, type WindowsNetwork } from './network-script.ts';
import type { PowerShell } from './powershell.ts';
import { powerShellTrouble } from './powershell-trouble.ts';
import { isTakenOver, neighbourOf, type WayOut, wayOut } from './way-out.ts';

interface LocationParts {
  powershell: Pick<PowerShell, 'ask'>;
  exec: Exec;
  clock: Clock;
  interfaces: Interfaces;
  /** Wakes the gateway's entry in the neighbour table; for tests. */
  nudge?: (address: string) => Promise<void>;
}

/**
 * The question is the dearest of those asked twice a minute. While the device's
 * own addresses stay as they are it is asked every other time: leaving the
 * premises takes them away, and a minute is what DEV1 allows.
 */
const lastsMs = 55_000;

type Asked = { network: WindowsNetwork } | { trouble: Reading<never> };

/** Which network a Windows device is on (platforms.md section 9): routes, links and neighbours by PowerShell, Wi-Fi by netsh. */
export function createLocationProbe(parts: LocationParts): Probe<Location> {
  const keptWifi = createKeptWifi(parts.clock);
  let last: { print: string; at: number; value: Location } | undefined;

  async function look(print: string, signal: AbortSignal, how: Look): Promise<Reading<Location>> {
    const asked = await ask(parts, signal);
    if ('trouble' in asked) return asked.trouble;
    const way = wayOut(asked.network);
    if (way === undefined) return unknown('no-network', instant(parts.clock.now()), 'gateway');
    const { network, address } = await withNeighbour(asked.network, way, parts, signal);
    const hasWifi = network.links.some(({ type }) => type === wirelessType);
    const askWifi = () => askNetsh(way.link, parts.exec, signal);
    const wifi = hasWifi ? await keptWifi(`${print} ${address}`, how, askWifi) : noWifi;
    return known(describe(way, address, wifi, isTakenOver(network)), instant(parts.clock.now()));
  }

  return async (signal, how = 'new') => {
    const print = JSON.stringify(parts.interfaces() ?? null);
    const now = parts.clock.now();
    if (how === 'glance' && last?.print === print && now >= last.at && now - last.at < lastsMs)
      return known(last.value, instant(now));
    last = undefined;
    const reading = await look(print, signal, how);
    // What was not told may be told in a moment.
    if (reading.state === 'known' && reading.value.gateway.hardwareAddress !== null)
      last = { print, at: parts.clock.now(), value: reading.value };
    return reading;
  };
}

function describe(way: WayOut, address: string | null, { wifi, notRead }: WifiEvidence, vpn: boolean): Location {
  // A tunnel has no hardware address.
  const isUntold = address === null && way.kind !== 'tunnel';
  return {
    gateway: { address: way.gateway, hardwareAddress: address, link: way.kind },
    wifi,
    addresses: usable(way.link?.addresses ?? []),
    notRead: [...(isUntold ? [{ what: 'gateway-hardware-address', reason: 'timed-out' } as const] : []), ...notRead],
    vpn,
  };
}

const wirelessType = 71;

async function ask({ powershell, clock }: LocationParts, signal: AbortSignal): Promise<Asked> {
  const answer = await powershell.ask(networkScript, signal);
  const at = instant(clock.now());
  if (answer.kind !== 'answer') return { trouble: unknown(powerShellTrouble(answer), at, 'powershell') };
  const network = parseNetwork(answer.text);
  return network === undefined ? { trouble: unknown('not-understood', at, 'powershell') } : { network };
}

/** The gateway's hardware address, after a packet was sent its way if it had to be. */
async function withNeighbour(
  network: WindowsNetwork,
  way: WayOut,
  parts: LocationParts,
  signal: AbortSignal,
): Promise<{ network: WindowsNetwork; address: string | null }> {
  const settled = neighbourOf(network.neighbours, way.gateway, way.index);
  // A tunnel has none.
  if (settled !== undefined || way.kind === 'tunnel') return { network, address: settled ?? null };
  await (parts.nudge ?? nudge)(way.gateway.startsWith('fe80:') ? `${way.gateway}%${way.index}` : way.gateway);
  const again = await ask(parts, signal);
  if ('trouble' in again) return { network, address: null };
  const now = wayOut(again.network);
  const isSame = now?.gateway === way.gateway && now.index === way.index;
  const address = isSame ? (neighbourOf(again.network.neighbours, way.gateway, way.index) ?? null) : null;
  return { network, address };
}

/** The network joined by the link that leads out; where that is a cable, by any. */
async function askNetsh(way: WindowsLink | undefined, exec: Exec, signal: AbortSignal): Promise<WifiEvidence> {
  const result = await exec('netsh.exe', ['wlan', 'show', 'interfaces'], { timeoutMs: 10_000, signal });
  if (result.kind !== 'exited') return wifiNotRead(toolTrouble(result));
  if (isLocationDenied(result.stdout)) return wifiNotRead('permission-denied');
  if (result.code !== 0) return wifiNotRead('tool-failed');
  const joined = parseNetshWlan(result.stdout);
  const id = way?.id.replace(/[{}]/g, '').toLowerCase();
  const own = joined.find(({ guid }) => guid === id);
  if (own !== undefined) return wifiEvidence(own.wifi, 'not-understood');
  // A wireless link leads out, and nothing is said of it.
  if (way?.type === wirelessType) return wifiNotRead('not-understood');
  return joined[0] === undefined ? noWifi : wifiEvidence(joined[0].wifi, 'not-understood');
}
