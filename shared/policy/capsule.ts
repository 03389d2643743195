import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { type Capsule, type SignedSettings, signedSettingsSchema } from './device-settings.ts';

/** Signs settings with the server's Ed25519 key (PEM, PKCS #8). */
export function sealSettings(settings: SignedSettings, privateKeyPem: string): Capsule {
  const text = JSON.stringify(settings);
  const signature = sign(null, purposeful(text), createPrivateKey(privateKeyPem)).toString('base64');
  return { text, signature };
}

/** Checks the signature, then the shape; undefined: not the server's, or not understood. Device and epoch are for the caller. */
export function openCapsule({ text, signature }: Capsule, publicKeyPem: string): SignedSettings | undefined {
  const bytes = Buffer.from(signature, 'base64');
  // Node reads base64 leniently: what is not written as the server writes it was changed on its way.
  if (bytes.toString('base64') !== signature) return undefined;
  if (!verify(null, purposeful(text), createPublicKey(publicKeyPem), bytes)) return undefined;
  try {
    return signedSettingsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The same key signs orders: what was signed as the one must never pass for the other. */
function purposeful(text: string): Buffer {
  return Buffer.from(`hometime capsule\n${text}`);
}
