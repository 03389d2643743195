import { type Dictionary, parseDictionary } from './dictionary-text.ts';
import { hardwareAddress } from './route-text.ts';

export interface LinkSummary {
  kind: 'wireless' | 'wired' | 'other';
  /** The Wi-Fi network's name and access point, each null when macOS withholds it. */
  wifi: { name: string | null; accessPoint: string | null } | null;
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
  const accessPoint = hardwareAddress(textOf(told, 'BSSID'));
  // Withheld, and where there is none, macOS also writes a stand-in for every network.
  const isStandIn = accessPoint === '02:00:00:00:00:00';
  return {
    kind: 'wireless',
    wifi: { name: cleanName(textOf(told, 'SSID')), accessPoint: isStandIn ? null : (accessPoint ?? null) },
  };
}

function textOf(told: Dictionary, key: string): string {
  const value = told[key];
  return typeof value === 'string' ? value : '';
}

/** A network's name as it may travel: any owner may put anything in it. null: hidden, withheld or unusable. */
function cleanName(name: string): string | null {
  const clean = name.replace(/\p{Cc}/gu, '').slice(0, 64);
  return clean === '' || /^<.*>$/.test(clean) ? null : clean;
}
