import type { Clock } from '../../../shared/instant.ts';
import type { Exec } from '../exec.ts';
import { createKeptWifi } from '../network/kept-wifi.ts';
import { noWifi, type WifiEvidence, wifiEvidence, wifiNotRead } from '../network/wifi.ts';
import type { Look } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { isWireless } from './links.ts';
import type { ListNames, ReadText } from './proc.ts';
import { parseIwLink, parseNmcli } from './wifi-text.ts';

interface WifiParts {
  exec: Exec;
  clock: Clock;
  read: ReadText;
  list: ListNames;
}

const timeoutMs = 5_000;

/**
 * The Wi-Fi network joined. It takes a process to ask, so the answer is kept while
 * the kernel's counters of the wireless links and the `print` of the network
 * stay the same.
 */
export function createWifiLook(
  parts: WifiParts,
): (print: string, signal: AbortSignal, how: Look) => Promise<WifiEvidence> {
  const kept = createKeptWifi(parts.clock);
  return async (network, signal, how) => {
    const up = await wirelessUp(parts);
    const [first] = up;
    if (first === undefined) return noWifi;
    const links = up.map(({ link, changes }) => `${link} ${changes}`).join(' ');
    return kept(`${network} ${links}`, how, () => ask(first.link, parts.exec, signal));
  };
}

async function ask(link: string, exec: Exec, signal: AbortSignal): Promise<WifiEvidence> {
  const options = { timeoutMs, signal };
  const args = ['-t', '-f', 'ACTIVE,SSID,BSSID', 'dev', 'wifi', 'list', '--rescan', 'no'];
  const byManager = await exec('nmcli', args, options);
  const joined = parseNmcli(outputOf(byManager) ?? '');
  if (joined !== undefined) return wifiEvidence(joined, 'not-understood');
  const linked = await exec('iw', ['dev', link, 'link'], options);
  const told = outputOf(linked);
  if (told === undefined) return wifiNotRead(linked.kind === 'missing' ? toolTrouble(byManager) : toolTrouble(linked));
  const network = parseIwLink(told);
  if (network === 'none') return noWifi;
  return network === undefined ? wifiNotRead('not-understood') : wifiEvidence(network, 'not-understood');
}

async function wirelessUp({ read, list }: WifiParts): Promise<{ link: string; changes: string }[]> {
  const up: { link: string; changes: string }[] = [];
  for (const link of (await list('/sys/class/net')) ?? []) {
    if ((await read(`/sys/class/net/${link}/operstate`))?.trim() !== 'up' || !(await isWireless(link, list))) continue;
    up.push({ link, changes: (await read(`/sys/class/net/${link}/carrier_changes`))?.trim() ?? '' });
  }
  return up;
}
