import { type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

declare module 'node-forge' {
  namespace pki {
    /** The part of a certificate that is signed; in the library, missing from its types. */
    function getTBSCertificate(certificate: Certificate): asn1.Asn1;
  }
}

/** Who signs: a private key, and the certificate that belongs to it (absent: the new certificate signs itself). */
export interface Issuer {
  key: KeyObject;
  certificatePem?: string;
}

export interface CertificatePlan {
  commonName: string;
  organisationalUnit?: string;
  /** RSA only: node-forge knows no other keys. */
  publicKey: KeyObject;
  /** Milliseconds since 1970-01-01 UTC. */
  validFrom: number;
  validUntil: number;
  use: 'authority' | 'server' | 'device';
  /** For `use: 'server'`. */
  names?: { dns: readonly string[]; ip: readonly string[] };
}

/**
 * Makes a certificate, PEM. node-forge writes the part to be signed; the
 * signature itself is made by node:crypto off the main thread, because
 * node-forge would hold up every device for 22 ms each time.
 */
export async function makeCertificate(plan: CertificatePlan, issuer: Issuer): Promise<string> {
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = randomSerial();
  certificate.publicKey = forge.pki.publicKeyFromPem(plan.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  certificate.validity.notBefore = new Date(plan.validFrom);
  certificate.validity.notAfter = new Date(plan.validUntil);
  certificate.setSubject(subjectOf(plan));
  const parent =
    issuer.certificatePem === undefined ? certificate : forge.pki.certificateFromPem(issuer.certificatePem);
  certificate.setIssuer(parent.subject.attributes);
  certificate.setExtensions(extensionsOf(plan, parent));
  const algorithm = forge.pki.oids.sha256WithRSAEncryption ?? '';
  certificate.signatureOid = algorithm;
  certificate.siginfo.algorithmOid = algorithm;
  certificate.tbsCertificate = forge.pki.getTBSCertificate(certificate);
  const toSign = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'binary');
  certificate.signature = (await signAway(toSign, issuer.key)).toString('binary');
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

/** SHA-256 of a certificate's DER, lower-case hex. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** When a certificate ends, milliseconds since 1970-01-01 UTC. */
export function endOf(certificate: X509Certificate): number {
  return Date.parse(certificate.validTo);
}

function subjectOf(plan: CertificatePlan): forge.pki.CertificateField[] {
  const unit = plan.organisationalUnit;
  return [
    { name: 'commonName', value: plan.commonName },
    ...(unit === undefined ? [] : [{ name: 'organizationalUnitName', value: unit }]),
  ];
}

/**
 * What each certificate may be used for. DANGER: a device's certificate must
 * never pass for a server's, or any enrolled tablet could pose as the server.
 */
function extensionsOf(plan: CertificatePlan, parent: forge.pki.Certificate): object[] {
  const identifiers = [
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: parent.generateSubjectKeyIdentifier().getBytes() },
  ];
  if (plan.use === 'authority') {
    return [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ...identifiers,
    ];
  }
  const ends = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: plan.use === 'server', critical: true },
    ...identifiers,
  ];
  if (plan.use === 'device') return [...ends, { name: 'extKeyUsage', clientAuth: true, critical: true }];
  const dns = (plan.names?.dns ?? []).map((value) => ({ type: 2, value }));
  const ip = (plan.names?.ip ?? []).map((address) => ({ type: 7, ip: address }));
  return [...ends, { name: 'extKeyUsage', serverAuth: true }, { name: 'subjectAltName', altNames: [...dns, ...ip] }];
}

/** 128 bits; the first two are fixed so that the number is positive and has one encoding only. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function signAway(data: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', data, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });
}
