import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A certificate request as an attacker might make one: other names, other keys, other signers. Written by node-forge alone. */
export function craftRequest(
  options: { names: readonly string[]; bits?: number; signedByAnother?: boolean; exponent?: number } = { names: [] },
): string {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: options.bits ?? 2_048,
    publicExponent: options.exponent ?? 65_537,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const request = forge.pki.createCertificationRequest();
  request.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  request.setSubject(options.names.map((value) => ({ name: 'commonName', value })));
  const other = options.signedByAnother === true ? generateKeyPairSync('rsa', { modulusLength: 2_048 }) : undefined;
  const signer = other?.privateKey ?? createPrivateKey(pair.privateKey);
  request.sign(
    forge.pki.privateKeyFromPem(signer.export({ type: 'pkcs1', format: 'pem' }).toString()),
    forge.md.sha256.create(),
  );
  return forge.pki.certificationRequestToPem(request);
}

/** The PEM of any bytes that call themselves a certificate request. */
export function requestPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

export function requestDer(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}
