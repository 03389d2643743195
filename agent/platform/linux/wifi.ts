import type { Exec } from '../exec.ts';
import { noWifi, type WifiEvidence, wifiEvidence, wifiNotRead } from '../network/wifi.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { isWireless } from './links.ts';
import type { ListNames, ReadText } from './proc.ts';
import { parseIwLink, parseNmcli } from './wifi-text.ts';

interface WifiParts {
  exec: Exec;
  read: ReadText;
  list: ListNames;
}

const timeoutMs = 5_000;

/** The Wi-Fi network joined. Only asked for when there is a wireless link that is up: it takes a process. */
export async function lookForWifi(parts: WifiParts, signal: AbortSignal): Promise<WifiEvidence> {
  const [first] = await wirelessUp(parts);
  return first === undefined ? noWifi : ask(first, parts.exec, signal);
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

async function wirelessUp({ read, list }: WifiParts): Promise<string[]> {
  const up: string[] = [];
  for (const link of (await list('/sys/class/net')) ?? []) {
    const isUp = (await read(`/sys/class/net/${link}/operstate`))?.trim() === 'up';
    if (isUp && (await isWireless(link, list))) up.push(link);
  }
  return up;
}
