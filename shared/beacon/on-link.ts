import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo, NetworkInterfaceInfoIPv6, networkInterfaces } from 'node:os';

/** The system's list of links with their addresses. */
export type LinkList = ReturnType<typeof networkInterfaces>;

/** What beacons listen on. */
export const beaconPort = 8447;
/** Of the local scope (RFC 2365): no router passes it on. */
export const beaconGroup4 = '239.255.84.47';
/** A group of the link alone, not a registered one (RFC 4291). */
export const beaconGroup6 = 'ff12::4854:424e';

/** One address of a link that stands in a network: it has an address of its own in hardware, as no tunnel without one has. */
export interface LinkAddress {
  link: string;
  address: string;
  family: 'IPv4' | 'IPv6';
  /** Length of the network's prefix. */
  prefix: number;
  /** The system's number of the link; 0 for IPv4. */
  zone: number;
}

const noHardware = '00:00:00:00:00:00';

/** The addresses through which a neighbour can be asked: of IPv6 only those of the link alone, which no router passes on. */
export function linkAddresses(list: LinkList): LinkAddress[] {
  return Object.entries(list).flatMap(([link, infos]) =>
    (infos ?? []).filter(isOfNetwork).map((info) => ({
      link,
      address: info.address.replace(/%.*$/, ''),
      family: info.family,
      prefix: Number(info.cidr?.split('/')[1] ?? Number.NaN),
      zone: info.family === 'IPv6' ? info.scopeid : 0,
    })),
  );
}

function isOfNetwork(info: NetworkInterfaceInfo): boolean {
  if (info.internal || info.mac === noHardware || info.cidr === null) return false;
  return info.family === 'IPv4' || isLinkLocal6(info);
}

function isLinkLocal6(info: NetworkInterfaceInfoIPv6): boolean {
  return /^fe[89ab]/i.test(info.address);
}

/**
 * Whether a packet's sender stands on the network of one of these addresses: no router lies between. For IPv6 the
 * system itself tells on which link the packet came in (the zone); for IPv4 the prefix has to do.
 */
export function isOnLink(sender: string, addresses: readonly LinkAddress[]): boolean {
  const [plain = '', zone] = sender.split('%');
  return addresses.some((own) =>
    own.family === 'IPv4'
      ? isIPv4(plain) && own.prefix < 32 && isWithin(plain, own)
      : isIPv6(plain) && /^fe[89ab]/i.test(plain) && (zone === own.link || zone === String(own.zone)),
  );
}

function isWithin(address: string, { address: own, prefix }: LinkAddress): boolean {
  if (!Number.isInteger(prefix)) return false;
  const network = new BlockList();
  network.addSubnet(own, prefix, 'ipv4');
  return network.check(address, 'ipv4');
}
