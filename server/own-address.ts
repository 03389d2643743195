import { networkInterfaces } from 'node:os';

/**
 * The address devices on the same network most likely reach this computer by:
 * the first IPv4 address that is not loopback or link-local; loopback when there is none.
 */
export function ownAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { family, internal, address } of addresses ?? []) {
      if (family === 'IPv4' && !internal && !address.startsWith('169.254.')) return address;
    }
  }
  return '127.0.0.1';
}
