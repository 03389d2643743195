import { BlockList, isIP, isIPv6 } from 'node:net';

/** Whether an address is one of a setting's own. None declared: every one is. An address that cannot be told is none of them. */
export function isOwnAddress(address: string | undefined, own: readonly string[]): boolean {
  if (own.length === 0) return true;
  const plain = plainAddress(address);
  if (plain === undefined) return false;
  const list = new BlockList();
  for (const each of own) {
    const [net = '', bits] = each.split('/');
    const family = isIPv6(net) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(bits), family);
  }
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** An address as people write it: without the prefix that a listener for both families puts before IPv4. undefined: it is none. */
export function plainAddress(address: string | undefined): string | undefined {
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return plain !== undefined && isIP(plain) !== 0 ? plain : undefined;
}
