import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import forge from 'node-forge';
import { StatedError } from '../../shared/api/errors.ts';

const commonNameOid = '2.5.4.3';

/**
 * Checks a certificate request (PKCS #10, PEM) and gives the key to certify.
 * Nothing else of the request is used: names and rights in the certificate are ours.
 *
 * DANGER: the text comes from anyone who reaches the port. node-forge throws all
 * kinds of things on malformed input; whatever it throws becomes
 * `certificate-request-not-valid`, so that one bad request cannot end the server.
 *
 * @throws StatedError `certificate-request-not-valid`, or `wrong-device` when the common name is not the device's id.
 */
export function checkCertificateRequest(pem: string, deviceId: string): KeyObject {
  const request = readRequest(pem);
  const names = request.attributes.filter((attribute) => attribute.type === commonNameOid);
  if (names.length !== 1 || names[0]?.value !== deviceId) {
    throw new StatedError(
      'wrong-device',
      'The certificate request is made out to another device than the link. Enrol again on the device the link was made for.',
    );
  }
  return request.publicKey;
}

interface CheckedRequest {
  publicKey: KeyObject;
  attributes: forge.pki.CertificateField[];
}

function readRequest(pem: string): CheckedRequest {
  let request: CheckedRequest | undefined;
  try {
    request = verifiedRequest(pem);
  } catch (error) {
    throw notValid('It could not be read.', error);
  }
  if (request === undefined) throw notValid('It is not signed by an RSA key of 2048 to 4096 bits with SHA-256.');
  return request;
}

/** The request when its own signature is right; the check itself is node:crypto's. */
function verifiedRequest(pem: string): CheckedRequest | undefined {
  if (pem.length > 8_192) return undefined;
  const request = forge.pki.certificationRequestFromPem(pem);
  if (request.signatureOid !== forge.pki.oids.sha256WithRSAEncryption) return undefined;
  if (request.publicKey === null || request.certificationRequestInfo === null) return undefined;
  const publicKey = createPublicKey(forge.pki.publicKeyToPem(request.publicKey));
  if (!isFitKey(publicKey)) return undefined;
  const signed = Buffer.from(forge.asn1.toDer(request.certificationRequestInfo).getBytes(), 'binary');
  const genuine = verify('sha256', signed, publicKey, Buffer.from(String(request.signature), 'binary'));
  return genuine ? { publicKey, attributes: request.subject.attributes } : undefined;
}

/** A key with a huge exponent would make each of our checks of it slow. */
function isFitKey(key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails;
  const bits = details?.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= 2_048 && bits <= 4_096 && details?.publicExponent === 65_537n;
}

function notValid(what: string, cause?: unknown): StatedError {
  return new StatedError(
    'certificate-request-not-valid',
    `The certificate request is not valid. ${what} The link is still good: enrol again with an up-to-date agent.`,
    { cause },
  );
}
