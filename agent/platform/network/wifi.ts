import type { UnknownReason } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';

/** The Wi-Fi network joined; what is null is hidden or withheld. */
export type WifiNetwork = NonNullable<Location['wifi']>;
export type NotRead = NonNullable<Location['notRead']>;

/** What is known of Wi-Fi: the network, null when none is joined, and what may not be read. */
export interface WifiEvidence {
  wifi: WifiNetwork | null;
  notRead: NotRead;
}

export const noWifi: WifiEvidence = { wifi: null, notRead: [] };

/** Wi-Fi is in use and nothing tells which. */
export function wifiNotRead(reason: UnknownReason): WifiEvidence {
  return {
    wifi: { name: null, accessPoint: null },
    notRead: [
      { what: 'wifi-name', reason },
      { what: 'access-point', reason },
    ],
  };
}

/** A network with what it withholds noted. */
export function wifiEvidence(wifi: WifiNetwork, reason: UnknownReason): WifiEvidence {
  return {
    wifi,
    notRead: [
      ...(wifi.name === null ? [{ what: 'wifi-name' as const, reason }] : []),
      ...(wifi.accessPoint === null ? [{ what: 'access-point' as const, reason }] : []),
    ],
  };
}

/**
 * A network's name as it may travel: any owner may put anything in it. null:
 * hidden, unusable, or a stand-in such as "<redacted>" and "<unknown ssid>".
 */
export function wifiName(name: string): string | null {
  const clean = name
    .replace(/\p{C}/gu, '')
    .slice(0, 64)
    .replace(/[\ud800-\udbff]$/, '');
  return clean.trim() === '' || clean === '--' || /^<.*>$/.test(clean) ? null : clean;
}

const noAddresses: readonly string[] = ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'];
/** What Android and macOS write for an address that they withhold. */
const standIn = '02:00:00:00:00:00';

/** A hardware address as a report carries it: two digits a byte, colons, small letters. null: none. */
export function hardwareAddress(text: string | undefined): string | null {
  const told = text?.trim() ?? '';
  if (!/^[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(\1[0-9a-f]{1,2}){4}$/i.test(told)) return null;
  const padded = told
    .toLowerCase()
    .split(/[:-]/)
    .map((byte) => byte.padStart(2, '0'))
    .join(':');
  return noAddresses.includes(padded) ? null : padded;
}

/** The same on a system that withholds addresses. */
export function toldAddress(text: string | undefined): string | null {
  const address = hardwareAddress(text);
  return address === standIn ? null : address;
}
