import { createHmac } from 'node:crypto';

/** Which address of a network: the same address as the one proves nothing as the other. */
export type NetworkPart = 'gateway' | 'access-point';

/**
 * What a device compares a network by: HMAC-SHA256, base64, keyed with the setting's salt. Addresses of 48 bits can be tried
 * out by whoever has the salt, so this keeps them from passers-by of a capsule, and not from the setting's own device.
 * @param salt base64 of 32 bytes.
 * @param address in lower case, colon separated.
 */
export function networkDigest(salt: string, part: NetworkPart, address: string): string {
  return createHmac('sha256', Buffer.from(salt, 'base64')).update(`${part}\n${address}`).digest('base64');
}
