import { isIPv4 } from 'node:net';
import { takesHalf } from '../network/coverage.ts';
import { hardwareAddress } from '../network/wifi.ts';

export interface Routes {
  /** Default routes in the system's order of use; `gateway` null: the link itself is the way out. */
  defaults: { link: string; gateway: string | null }[];
  /** Routes finer than a default one that lead through tunnels, by the lengths of their prefixes; and each half of the network, whatever its link. */
  tunnelled: number[];
}

interface Row {
  destination: string;
  gateway: string;
  flags: string;
  link: string;
}

/** `netstat -rn -f inet`. undefined: not understood. */
export function parseNetstat(text: string): Routes | undefined {
  const rows = readRows(text.replace('\uFEFF', '').split(/\r?\n/));
  if (rows === undefined) return undefined;
  // R and B refuse.
  const defaults = rows.filter((row) => row.destination === 'default' && /^U[^RB]*$/.test(row.flags));
  // I is bound to one link, and used only by programs that ask for it.
  const inUse = [
    ...defaults.filter((row) => !row.flags.includes('I')),
    ...defaults.filter((row) => row.flags.includes('I')),
  ];
  return {
    defaults: inUse.map(({ link, gateway }) => ({ link, gateway: isIPv4(gateway) ? gateway : null })),
    tunnelled: rows.flatMap(({ destination, link }) => {
      const prefix = prefixOf(destination);
      // Nobody but a VPN splits the network in halves.
      const leads = isTunnel(link) || (prefix === 1 && !link.startsWith('lo'));
      return leads && prefix !== undefined ? [prefix] : [];
    }),
  };
}

/** Whether a tunnel carries what the Mac sends: by the default route in use, or by finer ones that come to half the network or more. */
export function isTakenOver({ defaults: [first], tunnelled }: Routes): boolean {
  return (first !== undefined && isTunnel(first.link)) || takesHalf(tunnelled);
}

/** The length of a network's prefix, written "128.0/1", or by its octets alone ("10" is 10/8); undefined: another destination. */
function prefixOf(destination: string): number | undefined {
  const [, octets, prefix] = /^(\d{1,3}(?:\.\d{1,3}){0,3})(?:\/(\d{1,2}))?$/.exec(destination) ?? [];
  if (octets === undefined) return undefined;
  return prefix === undefined ? octets.split('.').length * 8 : Number(prefix);
}

/** Rows of the first table; columns are found by the header, for older systems print two more. */
function readRows(lines: readonly string[]): Row[] | undefined {
  const start = lines.findIndex((line) => line.trim() === 'Internet:');
  const header = lines[start + 1]?.trim().split(/\s+/) ?? [];
  const [flagsAt, linkAt] = [header.indexOf('Flags'), header.indexOf('Netif')];
  if (start < 0 || !/^Destination Gateway Flags\b.*\bNetif\b/.test(header.join(' '))) return undefined;
  const rows: Row[] = [];
  for (const line of lines.slice(start + 2)) {
    if (line.trim() === '' || line.startsWith('Internet6')) break;
    const fields = line.trim().split(/\s+/);
    const [destination = '', gateway = ''] = fields;
    const link = fields[linkAt] ?? '';
    if (!/^[A-Za-z]+\d+$/.test(link)) return undefined;
    rows.push({ destination, gateway, flags: fields[flagsAt] ?? '', link });
  }
  return rows;
}

/** Links that are tunnels, by the names macOS gives them [K]; `feth` is what ZeroTier makes [P ZeroTierOne #2109]. */
export function isTunnel(link: string): boolean {
  return /^(utun|ipsec|ppp|tun|tap|gif|wg|feth)\d+$/.test(link);
}

/** `arp -an`: the settled hardware address of a neighbour on a link, its bytes padded. undefined: absent, unsettled or not understood. */
export function parseArp(text: string, address: string, link: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [, ip, hardware, on] =
      /^\S+ \(([\d.]+)\) at (\S+) on ([A-Za-z]+\d+)\b/.exec(line.replace('\uFEFF', '')) ?? [];
    if (ip === address && on === link && hardware !== undefined) return hardwareAddress(hardware) ?? undefined;
  }
  return undefined;
}
