import { createPrivateKey, generateKeyPair, sign } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

declare module 'node-forge' {
  namespace pki {
    /** The part of a request that is signed; in the library, missing from its types. */
    function getCertificationRequestInfo(request: CertificateSigningRequest): asn1.Asn1;
  }
}

/** PEM: PKCS #8 and SPKI. */
export interface DeviceKey {
  privatePem: string;
  publicPem: string;
}

const makeKeyPair = promisify(generateKeyPair);

/** A new RSA-2048 key. Takes 0.1 to 1 s, off the main thread. */
export async function makeDeviceKey(): Promise<DeviceKey> {
  const pair = await makeKeyPair('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privatePem: pair.privateKey, publicPem: pair.publicKey };
}

/** A certificate request (PKCS #10, PEM) in the device's name. node-forge writes it, node:crypto signs it. */
export function makeCertificateRequest(deviceId: string, key: DeviceKey): string {
  const request = forge.pki.createCertificationRequest();
  request.publicKey = forge.pki.publicKeyFromPem(key.publicPem);
  request.setSubject([{ name: 'commonName', value: deviceId }]);
  const algorithm = forge.pki.oids.sha256WithRSAEncryption ?? '';
  request.signatureOid = algorithm;
  request.siginfo.algorithmOid = algorithm;
  request.certificationRequestInfo = forge.pki.getCertificationRequestInfo(request);
  const toSign = Buffer.from(forge.asn1.toDer(request.certificationRequestInfo).getBytes(), 'binary');
  request.signature = sign('sha256', toSign, createPrivateKey(key.privatePem)).toString('binary');
  return forge.pki.certificationRequestToPem(request).replaceAll('\r\n', '\n');
}
