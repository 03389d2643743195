import { BlockList, isIP } from 'node:net';

/** Networks that are not the internet: what listens there is the operator's own, and not for an administrator's web form to reach. */
const inward = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

const refused = listOfNetworks(inward.map(([address, prefix]) => ({ address, prefix })));

export interface Network {
  address: string;
  prefix: number;
}

/** "192.168.1.20, 10.0.0.0/8" as networks. Throws an Error that names what is none. */
export function readNetworks(text: string): Network[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.map((word) => {
    const [address = '', prefix] = word.split('/');
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const bits = prefix === undefined ? most : Number(prefix);
    if (family === 0 || !/^\d+$/.test(prefix ?? '0') || bits > most)
      throw new Error(`must be IP addresses or networks such as 192.168.1.0/24 (not "${word}")`);
    return { address, prefix: bits };
  });
}

/** Whether a webhook may go to an address: the internet, and what the operator of this server allowed beside it. */
export function createAddressRule(allowed: readonly Network[]): (address: string) => boolean {
  const besides = listOfNetworks(allowed);
  return (address) => {
    const plain = unmapped(address);
    const family = isIP(plain);
    if (family === 0) return false;
    const kind = family === 6 ? 'ipv6' : 'ipv4';
    return besides.check(plain, kind) || !refused.check(plain, kind);
  };
}

/** "::ffff:127.0.0.1" and its other spellings are the IPv4 address in it. */
function unmapped(address: string): string {
  if (isIP(address) !== 6) return address;
  // The URL parser writes every spelling of one address alike.
  const [, high, low] =
    /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(new URL(`http://[${address.split('%')[0]}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return address.split('%')[0] ?? address;
  const number = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function listOfNetworks(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const { address, prefix } of networks) list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
