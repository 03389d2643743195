import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A beacon's Ed25519 key pair. */
export interface BeaconKey {
  privateKey: KeyObject;
  /** The 32 raw bytes of the public key. */
  publicBytes: Buffer;
  /** The same as a policy names them: base64, 44 letters. */
  publicText: string;
}

/** An Ed25519 private key in PKCS #8 (RFC 8410) is this, then its seed of 32 bytes. */
const pkcs8Start = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of a seed of 32 bytes; the same seed makes the same pair. */
export function beaconKeyOfSeed(seed: Buffer): BeaconKey {
  if (seed.length !== 32) throw new TypeError('the seed of a beacon is 32 bytes');
  return pairOf(createPrivateKey({ key: Buffer.concat([pkcs8Start, seed]), format: 'der', type: 'pkcs8' }));
}

/** The key pair of a file's text (PEM, PKCS #8); undefined: that is no Ed25519 key. */
export function beaconKeyOfPem(pem: string): BeaconKey | undefined {
  try {
    const privateKey = createPrivateKey(pem);
    return privateKey.asymmetricKeyType === 'ed25519' ? pairOf(privateKey) : undefined;
  } catch {
    return undefined;
  }
}

/** A public key as a policy names it; undefined: that is none. */
export function publicBeaconKey(text: string): { key: KeyObject; bytes: Buffer } | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') };
  try {
    return { key: createPublicKey({ key: jwk, format: 'jwk' }), bytes };
  } catch {
    return undefined;
  }
}

function pairOf(privateKey: KeyObject): BeaconKey {
  const { x } = z.object({ x: z.string() }).parse(createPublicKey(privateKey).export({ format: 'jwk' }));
  const publicBytes = Buffer.from(x, 'base64url');
  return { privateKey, publicBytes, publicText: publicBytes.toString('base64') };
}
