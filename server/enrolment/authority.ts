import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import { serverCertificateName } from '../../shared/enrolment.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import { AuthorityFault } from './authority-fault.ts';
import {
  type AuthorityFiles,
  createAuthorityFolder,
  type NewAuthorityFiles,
  readAuthorityFolder,
  removeUnfinished,
  replaceAuthorityFile,
} from './authority-files.ts';
import { checkCertificateRequest } from './certificate-request.ts';
import { endOf, fingerprintOf, makeCertificate } from './certificates.ts';

export interface IssuedCertificate {
  pem: string;
  /** Upper-case hex, as node:crypto and OpenSSL write it. */
  serial: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
  expiresAt: Instant;
}

/** The server's own certificate authority, and the keys that must last as long as it. */
export interface Authority {
  /** Public: what devices trust. */
  readonly certificatePem: string;
  /** SHA-256 of its DER, lower-case hex: what an enrolment link carries. */
  readonly fingerprint: string;
  /** Ed25519; signs orders. PKCS #8 and SPKI. */
  readonly commandKey: { readonly privatePem: string; readonly publicPem: string };
  /** For the agents' listener. `cert` is the chain with the authority at its end, where a new device looks for the fingerprint. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string; readonly ticketKeys: Buffer };
  /** @throws StatedError `certificate-request-not-valid` or `wrong-device`. */
  issueDevice(order: { certificateRequestPem: string; deviceId: string; epoch: number }): Promise<IssuedCertificate>;
}

const dayMs = 86_400_000;
const authorityDays = 3_652;
const serverDays = 730;
const deviceDays = 730;
const renewWhenDaysLeft = 30;
/** Device clocks run wrong: a certificate made now must be good on one that is a day behind. */
const backdatedMs = dayMs;

const makeKeyPair = promisify(generateKeyPair);

/**
 * Opens the authority in `folder`, makes it when there is none, and renews the
 * server's own certificate when under 30 days are left of it.
 * @throws AuthorityFault when a file is lost, open to others, damaged, or key and certificate do not belong together.
 */
export async function openAuthority(parts: {
  folder: string;
  clock: Clock;
  log: Log;
  /** Throws when a new authority must not be made, for devices trust the one that was here. */
  beforeMaking?: () => Promise<void>;
}): Promise<Authority> {
  const { folder, clock, log } = parts;
  let files = await readAuthorityFolder(folder);
  if (files === undefined) {
    await parts.beforeMaking?.();
    await createAuthorityFolder(folder, await makeFiles(clock));
    files = await readAuthorityFolder(folder);
    log.info('authority.made');
  }
  if (files === undefined) throw new AuthorityFault(`The folder ${folder} was removed while the server was starting.`);
  await removeUnfinished(folder);
  const keys = understand(files, folder, clock);
  const server = await currentServer(parts, files, keys);
  return {
    certificatePem: files.authorityCertificate,
    fingerprint: fingerprintOf(files.authorityCertificate),
    commandKey: keys.commandKey,
    tls: { ...server, ca: files.authorityCertificate, ticketKeys: await currentTicketKeys(parts, files) },
    issueDevice: (order) => issueDevice(keys, clock, order),
  };
}

interface Keys {
  key: KeyObject;
  certificate: X509Certificate;
  certificatePem: string;
  commandKey: { privatePem: string; publicPem: string };
}

/** Parses what was read and makes sure that it belongs together. */
function understand(files: AuthorityFiles, folder: string, clock: Clock): Keys {
  try {
    const key = createPrivateKey(files.authorityKey);
    const certificate = new X509Certificate(files.authorityCertificate);
    if (!certificate.checkPrivateKey(key))
      throw new Error('key and certificate of the authority do not belong together');
    if (!certificate.ca || !certificate.verify(certificate.publicKey)) throw new Error('authority.pem is no authority');
    if (endOf(certificate) <= clock.now()) throw new Error(`the authority ran out on ${certificate.validTo}`);
    const command = createPrivateKey(files.commandKey);
    if (command.asymmetricKeyType !== 'ed25519') throw new Error('command-key.pem holds no Ed25519 key');
    const publicPem = createPublicKey(command).export({ type: 'spki', format: 'pem' }).toString();
    const commandKey = { privatePem: files.commandKey, publicPem };
    return { key, certificate, certificatePem: files.authorityCertificate, commandKey };
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder: string, cause: unknown): AuthorityFault {
  return new AuthorityFault(
    `The keys in ${folder} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was changed. ` +
      'Restore the folder from your backup. Without a backup, move it away and enrol every device again.',
    { cause },
  );
}

async function makeFiles(clock: Clock): Promise<NewAuthorityFiles> {
  if (clock.now() < Date.UTC(2025, 0, 1)) {
    throw new AuthorityFault(
      `This computer’s clock says ${instant(clock.now())}; certificates made now would be worthless. Set the clock and start again.`,
    );
  }
  const pair = await makeKeyPair('rsa', { modulusLength: 3_072 });
  const authorityCertificate = await makeCertificate(
    {
      commonName: 'Hometime authority',
      publicKey: pair.publicKey,
      validFrom: clock.now() - backdatedMs,
      validUntil: clock.now() + authorityDays * dayMs,
      use: 'authority',
    },
    { key: pair.privateKey },
  );
  const command = await makeKeyPair('ed25519');
  return {
    authorityKey: pemOf(pair.privateKey),
    authorityCertificate,
    commandKey: pemOf(command.privateKey),
    server: await makeServer(pair.privateKey, authorityCertificate, clock),
    ticketKeys: randomBytes(48),
  };
}

/** The server's key and certificate, in one text. */
async function makeServer(authorityKey: KeyObject, authorityCertificate: string, clock: Clock): Promise<string> {
  const pair = await makeKeyPair('rsa', { modulusLength: 2_048 });
  const authorityEnd = endOf(new X509Certificate(authorityCertificate));
  const certificate = await makeCertificate(
    {
      commonName: serverCertificateName,
      publicKey: pair.publicKey,
      validFrom: clock.now() - backdatedMs,
      validUntil: Math.min(clock.now() + serverDays * dayMs, authorityEnd),
      use: 'server',
      names: { dns: [serverCertificateName, 'localhost'], ip: ['127.0.0.1'] },
    },
    { key: authorityKey, certificatePem: authorityCertificate },
  );
  return pemOf(pair.privateKey) + certificate;
}

/** The server's certificate as it is, or a new one. Devices check its name and issuer only, so it may change at any time. */
async function currentServer(
  parts: { folder: string; clock: Clock; log: Log },
  files: AuthorityFiles,
  keys: Keys,
): Promise<{ key: string; cert: string }> {
  let text = files.server;
  if (text === undefined || daysLeft(text, keys, parts) < renewWhenDaysLeft) {
    text = await makeServer(keys.key, keys.certificatePem, parts.clock);
    await replaceAuthorityFile(parts.folder, 'server', text);
    parts.log.info('server-certificate.renewed');
  }
  const start = text.indexOf('-----BEGIN CERTIFICATE-----');
  return { key: text.slice(0, start), cert: text.slice(start) + keys.certificatePem };
}

function daysLeft(serverPem: string, keys: Keys, parts: { folder: string; clock: Clock }): number {
  try {
    const certificate = new X509Certificate(serverPem);
    const fits =
      certificate.checkPrivateKey(createPrivateKey(serverPem)) && certificate.verify(keys.certificate.publicKey);
    if (!fits) throw new Error('key and certificate in server.pem do not belong together or to this authority');
    return (endOf(certificate) - parts.clock.now()) / dayMs;
  } catch (error) {
    throw unusable(parts.folder, error);
  }
}

async function currentTicketKeys(parts: { folder: string; log: Log }, files: AuthorityFiles): Promise<Buffer> {
  if (files.ticketKeys?.length === 48) return files.ticketKeys;
  // Losing them costs each device one full handshake, nothing more.
  const made = randomBytes(48);
  await replaceAuthorityFile(parts.folder, 'ticketKeys', made);
  parts.log.warn('ticket-keys.renewed');
  return made;
}

async function issueDevice(
  keys: Keys,
  clock: Clock,
  order: { certificateRequestPem: string; deviceId: string; epoch: number },
): Promise<IssuedCertificate> {
  const publicKey = checkCertificateRequest(order.certificateRequestPem, order.deviceId);
  const validUntil = Math.min(clock.now() + deviceDays * dayMs, endOf(keys.certificate));
  const pem = await makeCertificate(
    {
      commonName: order.deviceId,
      organisationalUnit: `epoch-${order.epoch}`,
      publicKey,
      validFrom: clock.now() - backdatedMs,
      validUntil,
      use: 'device',
    },
    keys,
  );
  const made = new X509Certificate(pem);
  return { pem, serial: made.serialNumber, fingerprint: fingerprintOf(pem), expiresAt: instant(endOf(made)) };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
