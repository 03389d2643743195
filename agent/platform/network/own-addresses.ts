import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { shortIpv6 } from '../filter/addresses.ts';

/** The system's list of links with their addresses; undefined: it may not be read. */
export type Interfaces = () => ReturnType<typeof networkInterfaces> | undefined;

/** Android from 13 on refuses the list, and Node then throws. */
export const systemInterfaces: Interfaces = () => {
  try {
    return networkInterfaces();
  } catch {
    return undefined;
  }
};

const maxAddresses = 16;

/** The addresses of one link, sorted; those that hold on the link alone (fe80::…) tell no network from another. */
export function addressesOf(list: ReturnType<typeof networkInterfaces>, link: string): string[] {
  return usable((list[link] ?? []).map(({ address }) => address));
}

/** Addresses as a report may carry them. */
export function usable(addresses: readonly string[]): string[] {
  const plain = addresses
    .map((address) => address.replace(/%.*$/, ''))
    .filter((address) => isIP(address) !== 0)
    .map((address) => (isIP(address) === 6 ? shortIpv6(address) : address))
    .filter((address) => !/^fe[89ab]/.test(address) && address !== '::1' && !address.startsWith('127.'));
  return [...new Set(plain)].sort().slice(0, maxAddresses);
}
