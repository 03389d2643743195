import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { enrolmentGrantSchema, enrolmentLinkSchema } from '../../shared/enrolment.ts';
import { IdentityFault } from './identity-fault.ts';
import { identityPaths, moveNewIntoPlace, readIdentityFiles } from './identity-files.ts';

/** What is stored in `identity.json`; the private key lies beside it, in a file of its own. */
const storedIdentitySchema = enrolmentGrantSchema.extend({
  version: z.literal(1),
  server: enrolmentLinkSchema.pick({ host: true, port: true }),
});
type StoredIdentity = z.infer<typeof storedIdentitySchema>;

/** Who this device is to its one server. All keys and certificates are PEM. */
export interface Identity extends Omit<StoredIdentity, 'version'> {
  /** RSA, PKCS #8. Never leaves the device. */
  privateKey: string;
}

/**
 * The identity from DATA/identity; undefined when the device was never enrolled.
 * A replacement that was cut off is finished first.
 * @throws IdentityFault when what is there cannot be believed.
 */
export async function loadIdentity(dataFolder: string): Promise<Identity | undefined> {
  const paths = identityPaths(dataFolder);
  const { key, document, newKey, newDocument } = await readIdentityFiles(dataFolder);
  const next = newDocument === undefined ? undefined : parseIdentity(newKey ?? key ?? '', newDocument);
  if (next !== undefined && 'identity' in next) {
    await moveNewIntoPlace(dataFolder);
    return next.identity;
  }
  if (key === undefined && document === undefined) return undefined;
  if (key === undefined) throw new IdentityFault(paths.key, 'is missing');
  if (document === undefined) throw new IdentityFault(paths.document, 'is missing');
  const parsed = parseIdentity(key, document);
  if ('identity' in parsed) return parsed.identity;
  throw new IdentityFault(paths[parsed.where], parsed.what);
}

/** `identity.json` of an identity; the key is stored beside it. */
export function writeDocument({ privateKey: _apart, ...rest }: Identity): string {
  const stored: StoredIdentity = { version: 1, ...rest };
  return `${JSON.stringify(stored, null, 2)}\n`;
}

/**
 * A moment that lies a day before the enrolment by the server's clock, in
 * milliseconds: the certificate is made then and dated back by that day.
 */
export function enrolledAfter({ certificate }: Pick<Identity, 'certificate'>): number {
  return Date.parse(new X509Certificate(certificate).validFrom);
}

type Parsed = { identity: Identity } | { where: 'key' | 'document'; what: string };

function parseIdentity(privateKey: string, document: string): Parsed {
  const stored = storedIdentitySchema.safeParse(parseJson(document));
  if (!stored.success) return { where: 'document', what: 'is not an identity' };
  const { version: _written, ...rest } = stored.data;
  const identity = { ...rest, privateKey };
  if (!isPrivateKey(privateKey)) return { where: 'key', what: 'is not a private key' };
  const what = inconsistencyOf(identity);
  return what === undefined ? { identity } : { where: 'document', what };
}

/**
 * What does not fit together in an identity, as the end of a sentence about it;
 * undefined when all does. Whether the certificate has run out is left to the
 * server, whose clock is the better one.
 */
export function inconsistencyOf(identity: Identity): string | undefined {
  try {
    const authority = new X509Certificate(identity.authority);
    const certificate = new X509Certificate(identity.certificate);
    const { CN, OU } = certificate.toLegacyObject().subject;
    if (!authority.ca || !authority.verify(authority.publicKey)) return 'holds no certificate authority';
    if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) {
      return 'holds a certificate of another authority';
    }
    if (CN !== identity.deviceId || OU !== `epoch-${identity.epoch}`) return 'holds a certificate of another device';
    if (!certificate.checkPrivateKey(createPrivateKey(identity.privateKey))) {
      return 'holds a certificate that does not belong to the key';
    }
    if (createPublicKey(identity.commandKey).asymmetricKeyType !== 'ed25519') return 'holds no key for orders';
    return undefined;
  } catch {
    return 'holds a certificate or key that cannot be read';
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
