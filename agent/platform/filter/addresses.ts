import { BlockList, isIP, isIPv6 } from 'node:net';

/** Addresses nobody reaches from here, and those of a network of one's own. */
const nowhere = new BlockList();
nowhere.addSubnet('0.0.0.0', 8);
nowhere.addSubnet('127.0.0.0', 8);
nowhere.addAddress('::', 'ipv6');
nowhere.addAddress('::1', 'ipv6');

const inside = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  inside.addSubnet(network, prefix);
inside.addSubnet('fc00::', 7, 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

/** An address that leads to no other machine: filters give it in place of the true one. */
export function leadsNowhere(address: string): boolean {
  return isIn(nowhere, plain(address));
}

/** An address of a network's own: no public name has one, except where a sign-in page gives its own. */
export function isPrivate(address: string): boolean {
  const one = plain(address);
  return isIn(inside, one) || isIn(nowhere, one);
}

/** Whether an address is one of these; written as IPv6 it is still the same page. */
export function within(pages: readonly string[], address: string): boolean {
  const one = plain(address);
  return pages.some((page) => plain(page) === one);
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * One spelling for one address. An IPv4 address inside an IPv6 one, as filters
 * (`::ffff:…`) and networks without IPv4 (`64:ff9b::…`) write it, is the IPv4 one.
 */
function plain(address: string): string {
  if (!isIPv6(address)) return address;
  const short = shortIpv6(address);
  if (short === '64:ff9b::') return '0.0.0.0';
  const [, high, low] = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(short) ?? [];
  if (low === undefined) return short;
  const [first, last] = [Number.parseInt(high ?? '0', 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, last >> 8, last & 255].join('.');
}

/** An IPv6 address in its usual short form, without a zone. */
export function shortIpv6(address: string): string {
  const host = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname;
  return host.slice(1, -1);
}
