import { hardwareAddress, type WifiNetwork, wifiName } from '../network/wifi.ts';

/** One wireless link that has joined a network. */
export interface JoinedLink {
  /** The link's own identifier, in small letters, without braces. */
  guid: string;
  wifi: WifiNetwork;
}

const guid = /: ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*$/i;

/** A link takes up some two thousand letters. */
const maxText = 256 * 1024;

/**
 * `netsh wlan show interfaces`, by position alone, for its labels are translated
 * (platforms.md section 9): a link begins at its identifier; the first hardware
 * address is its own, the next is the access point's, and the line before that is
 * the network's name. A link without a second address has joined nothing. A name
 * that looks like an address itself is told by the address that follows it.
 */
export function parseNetshWlan(text: string): JoinedLink[] {
  const joined: JoinedLink[] = [];
  if (text.length > maxText) return joined;
  const lines = text.replace('\uFEFF', '').split(/\r?\n/);
  const starts = lines.flatMap((line, at) => (guid.test(line) ? [at] : []));
  for (const [index, start] of starts.entries()) {
    const id = guid.exec(lines[start] ?? '')?.[1]?.toLowerCase();
    const wifi = joinedIn(lines.slice(start + 1, starts[index + 1]));
    if (id !== undefined && wifi !== undefined) joined.push({ guid: id, wifi });
  }
  return joined;
}

function joinedIn(lines: readonly string[]): WifiNetwork | undefined {
  const addresses = lines.map((line) => (isAddress(toldIn(line)) ? toldIn(line) : undefined));
  const own = addresses.findIndex((address) => address !== undefined);
  let second = addresses.findIndex((address, at) => at > own && address !== undefined);
  if (own < 0 || second < 0) return undefined;
  if (addresses[second + 1] !== undefined) second += 1;
  return { name: wifiName(toldIn(lines[second - 1] ?? '')), accessPoint: hardwareAddress(addresses[second]) };
}

/** What stands behind the first " : "; a network's name may hold more of them. */
function toldIn(line: string): string {
  const at = line.indexOf(' : ');
  return at < 0 ? '' : line.slice(at + 3).trim();
}

function isAddress(value: string): boolean {
  return /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(value);
}

/** Whether Windows withholds Wi-Fi for want of consent to location (11 24H2 on): the address of the page is the same in every language. */
export function isLocationDenied(text: string): boolean {
  return /ms-settings:privacy-location|WlanQueryInterface\b.{0,60}\b5\b/.test(text);
}
