import { isIPv4 } from 'node:net';
import { z } from 'zod';
import type { Location } from '../../../shared/report/location.ts';
import { toldAddress, type WifiNetwork, wifiName } from '../network/wifi.ts';

export interface DefaultRoute {
  gateway: string | null;
  link: string;
}

/** `ip -4 route show table all`: default routes in the order printed, for Android keeps one table for each network [K]. */
export function parseIpRoutes(text: string): DefaultRoute[] {
  const routes: DefaultRoute[] = [];
  for (const line of text.replace('\uFEFF', '').split(/\r?\n/)) {
    const [, gateway, link] = /^default (?:via (\S+) )?dev ([A-Za-z0-9_.-]{1,15})\b/.exec(line) ?? [];
    if (link === undefined || /^dummy/.test(link)) continue;
    routes.push({ link, gateway: gateway !== undefined && isIPv4(gateway) ? gateway : null });
  }
  return routes;
}

/** The kind of a link by the name Android gives it [K]. */
export function linkKind(link: string): Location['gateway']['link'] {
  if (/^(tun|ppp|ipsec|wg)\d*/.test(link)) return 'tunnel';
  if (/^(wlan|ap|p2p)\d*/.test(link)) return 'wireless';
  return /^eth\d+/.test(link) ? 'wired' : 'other';
}

/** `ip neigh`: the settled hardware address of a neighbour on a link. undefined: absent, unsettled, refused or not understood. */
export function parseNeighbour(text: string, address: string, link: string): string | undefined {
  for (const line of text.replace('\uFEFF', '').split(/\r?\n/)) {
    const [, ip, dev, hardware, state] = /^(\S+) dev (\S+) lladdr (\S+)(?: router)? ([A-Z]+)\s*$/.exec(line) ?? [];
    const isSettled = state !== undefined && !['FAILED', 'INCOMPLETE'].includes(state);
    if (ip === address && dev === link && isSettled) return toldAddress(hardware) ?? undefined;
  }
  return undefined;
}

const connectionSchema = z.object({
  ssid: z.string().default(''),
  bssid: z.string().default(''),
  ip: z.ipv4().optional().catch(undefined),
  supplicant_state: z.string(),
});

/**
 * `termux-wifi-connectioninfo`. Without the right to the place, or with location
 * switched off, Android gives placeholders for name and access point: they are
 * null. Answers null when no network is joined. undefined: not understood.
 */
export function parseConnection(text: string): (WifiNetwork & { ip?: string }) | null | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace('\uFEFF', ''));
  } catch {
    return undefined;
  }
  const parsed = connectionSchema.safeParse(value);
  if (!parsed.success) return undefined;
  if (parsed.data.supplicant_state !== 'COMPLETED') return null;
  const { ssid, bssid, ip } = parsed.data;
  return { name: wifiName(ssid), accessPoint: toldAddress(bssid), ...(ip !== undefined && { ip }) };
}

/** `settings get global http_proxy`: whether a proxy is set for the whole device; "null" and ":0" are none. */
export function namesProxy(text: string): boolean {
  return /^[^\s:]+:[1-9]\d{0,4}$/.test(text.trim());
}
