import { isIPv4 } from 'node:net';
import type { ReadText } from '../platform/linux/proc.ts';

/** `/proc/net/arp`: the settled neighbours of IPv4 on a link. */
export function neighboursOn(link: string, text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [address = '', , flags, , , device] = line.trim().split(/\s+/);
    const isSettled = (Number.parseInt(flags ?? '', 16) & 0x2) !== 0;
    return device === link && isSettled && isIPv4(address) ? [address] : [];
  });
}

/** Where the kernel has a file of them; elsewhere none, and a beacon is found by multicast alone. */
export function createNeighbours(read: ReadText): (link: string) => Promise<string[]> {
  return async (link) => neighboursOn(link, (await read('/proc/net/arp')) ?? '');
}
