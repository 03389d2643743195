import { toldAddress, type WifiNetwork, wifiName } from '../network/wifi.ts';
import { type Dictionary, parseDictionary } from './dictionary-text.ts';

export interface LinkSummary {
  kind: 'wireless' | 'wired' | 'other';
  /** The Wi-Fi network joined, its name and access point each null when macOS withholds it; null: none is. */
  wifi: WifiNetwork | null;
}

/**
 * `ipconfig getsummary LINK`: the kind of link, and the Wi-Fi network joined.
 * Without the person's consent to location macOS 15.6 and later write
 * "<redacted>" [P dracula/tmux #358]: that is null, never a name.
 * undefined: not understood.
 */
export function parseLinkSummary(text: string): LinkSummary | undefined {
  const told = parseDictionary(text);
  if (told === undefined) return undefined;
  if (told.InterfaceType !== 'WiFi') return { kind: told.InterfaceType === 'Ethernet' ? 'wired' : 'other', wifi: null };
  if (told.LinkStatusActive === 'FALSE') return { kind: 'wireless', wifi: null };
  return {
    kind: 'wireless',
    wifi: { name: wifiName(textOf(told, 'SSID')), accessPoint: toldAddress(textOf(told, 'BSSID')) },
  };
}

function textOf(told: Dictionary, key: string): string {
  const value = told[key];
  return typeof value === 'string' ? value : '';
}

/**
 * `networksetup -getairportnetwork LINK`, for systems whose `ipconfig` tells
 * nothing: the network's name. `withheld`: without the person's consent to
 * location it says "not associated" although connected. undefined: the link is
 * not Wi-Fi, or not understood.
 */
export function parseAirportNetwork(text: string): { name: string } | 'withheld' | undefined {
  const line = text.replace('\uFEFF', '').slice(0, 1000);
  if (/^You are not associated with an AirPort network\./.test(line)) return 'withheld';
  const name = wifiName(/^Current (?:Wi-Fi|AirPort) Network: ([^\r\n]+)/.exec(line)?.[1] ?? '');
  return name === null ? undefined : { name };
}
