import { createPrivateKey, hkdfSync } from 'node:crypto';

/** Keys that last as long as the authority's folder and are in no file of their own. */
export interface DerivedKeys {
  /** Encrypts what a copy of the database must not give: 32 bytes. */
  sealing: Buffer;
  /** Proves that a browser has signed in here before: 32 bytes. */
  knownBrowsers: Buffer;
  /** Makes the key by which this server answers as a beacon: 32 bytes. */
  beacon: Buffer;
  /** Encrypts where webhooks go and what signs their calls: 32 bytes. */
  webhooks: Buffer;
}

/** From the key that signs orders (PKCS #8 PEM), each under a purpose of its own: none tells anything of another. */
export function deriveKeys(commandKeyPem: string): DerivedKeys {
  const secret = createPrivateKey(commandKeyPem).export({ type: 'pkcs8', format: 'der' });
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), purpose, 32));
  return {
    sealing: derive('hometime sealing 1'),
    knownBrowsers: derive('hometime known browsers 1'),
    beacon: derive('hometime beacon 1'),
    webhooks: derive('hometime webhooks 1'),
  };
}
