import { isIPv4 } from 'node:net';
import { isInUse, kindOfLink } from '../platform/linux/links.ts';
import type { ListNames, ReadText } from '../platform/linux/proc.ts';

/** `/proc/net/arp`: the settled neighbours of IPv4 on a link. */
export function neighboursOn(link: string, text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [address = '', , flags, , , device] = line.trim().split(/\s+/);
    const isSettled = (Number.parseInt(flags ?? '', 16) & 0x2) !== 0;
    return device === link && isSettled && isIPv4(address) ? [address] : [];
  });
}

interface Kernel {
  read: ReadText;
  list: ListNames;
}

/**
 * Whom a beacon's question may go to by name: the neighbours that the kernel knows. None where it has no file of them,
 * and none while a tunnel is up: it might have a route to such an address, and the answer would come from afar.
 */
export function createNeighbours(kernel: Kernel): (link: string) => Promise<string[]> {
  return async (link) => {
    if (await isTunnelUp(kernel)) return [];
    return neighboursOn(link, (await kernel.read('/proc/net/arp')) ?? '');
  };
}

async function isTunnelUp(kernel: Kernel): Promise<boolean> {
  for (const link of (await kernel.list('/sys/class/net')) ?? [])
    if ((await kindOfLink(link, kernel)) === 'tunnel' && (await isInUse(link, kernel))) return true;
  return false;
}
