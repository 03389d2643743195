import { generateKeyPairSync } from 'node:crypto';
import { createHeadSigner, type HeadSigner } from '../../../server/audit/chain.ts';

/** A signer of audit heads with a key of its own. */
export function testSigner(): HeadSigner {
  const { privateKey } = generateKeyPairSync('ed25519');
  return createHeadSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}
