import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { errorAnswerSchema } from '../../shared/api/errors.ts';
import {
  type EnrolmentGrant,
  type EnrolmentLink,
  type EnrolmentRequest,
  enrolmentGrantSchema,
  serverCertificateName,
} from '../../shared/enrolment.ts';
import { messageOf } from '../../shared/log.ts';
import { EnrolmentFault } from './enrolment-fault.ts';
import { pinnedTo } from './tls-options.ts';

type Address = Pick<EnrolmentLink, 'host' | 'port'>;

const answerLimitBytes = 65_536;

/**
 * Looks at the certificates the server shows and gives the authority with the
 * link's fingerprint, PEM. Nothing is sent: whoever answers is not believed yet.
 * @throws EnrolmentFault `unreachable`, `timed-out`, `not-a-server` or `wrong-fingerprint`.
 */
export async function findAuthority(link: EnrolmentLink, timeoutMs: number): Promise<string> {
  const shown = await shownCertificates(link, timeoutMs);
  const authority = shown.find((certificate) => fingerprintOf(certificate) === link.caFingerprint);
  if (authority !== undefined) return authority.toString();
  throw new EnrolmentFault(
    'wrong-fingerprint',
    `The computer at ${link.host}:${link.port} is not the server that made this link. Nothing was sent to it. Copy the ` +
      'whole link again; if that does not help, someone may be between this device and the server: tell your administrator.',
  );
}

function shownCertificates(address: Address, timeoutMs: number): Promise<X509Certificate[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address.host,
      port: address.port,
      servername: serverCertificateName,
      minVersion: 'TLSv1.2',
      // Nobody can be believed before the fingerprint was compared, and nothing is said on this connection.
      rejectUnauthorized: false,
    });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(timedOut(address, timeoutMs))), timeoutMs);
    socket.once('secureConnect', () => {
      const chain = chainOf(socket.getPeerCertificate(true));
      end(() => resolve(chain));
    });
    socket.on('error', (error) => end(() => reject(unreachable(address, error))));
    // Someone who accepts and hangs up gives no error of his own.
    socket.on('close', () => end(() => reject(unreachable(address, new Error('the connection was closed')))));
  });
}

function chainOf(first: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let current: DetailedPeerCertificate | undefined = first;
  while (current?.raw !== undefined && chain.length < 10) {
    chain.push(new X509Certificate(current.raw));
    // The last one names itself as its issuer.
    current = current.issuerCertificate === current ? undefined : current.issuerCertificate;
  }
  return chain;
}

function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

/**
 * Sends the request to the server that `authority` vouches for, and to no other.
 * @throws EnrolmentFault `unreachable`, `timed-out`, `server-not-genuine`, `refused` or `answer-not-understood`.
 */
export async function askForGrant(
  order: { address: Address; authority: string; request: EnrolmentRequest },
  timeoutMs: number,
): Promise<EnrolmentGrant> {
  const { status, text } = await post(order.address, order.authority, JSON.stringify(order.request), timeoutMs);
  const answer = parseJson(text);
  if (status === 200) {
    const grant = enrolmentGrantSchema.safeParse(answer);
    if (grant.success) return grant.data;
  }
  const refused = errorAnswerSchema.safeParse(answer);
  if (status !== 200 && refused.success) {
    const { code, message } = refused.data.error;
    throw new EnrolmentFault('refused', `The server refused. ${message}`, { refusal: code });
  }
  throw new EnrolmentFault(
    'answer-not-understood',
    `The server’s answer (${status}) was not understood. Check that agent and server have the same version, then ask an ` +
      'administrator for a new link: this one may have been used up.',
  );
}

interface Answer {
  status: number;
  text: string;
}

function post(address: Address, authority: string, body: string, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    let sent = false;
    const fail = (error: unknown) => {
      if (signal.aborted) reject(timedOut(address, timeoutMs, sent ? mayBeUsedUp : ''));
      else reject(sent ? brokenOff(address, error) : unreachable(address, error));
    };
    const request = httpsRequest({
      ...pinnedTo(authority),
      host: address.host,
      port: address.port,
      path: '/enrol',
      method: 'POST',
      agent: false,
      signal,
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    });
    request.on('error', fail);
    request.on('response', (response) => {
      readAnswer(response).then(resolve, fail);
    });
    // The token leaves only now: the certificate was checked before this event.
    request.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        sent = true;
        request.end(body);
      });
    });
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    // Cut off, it is not JSON any more and is refused as such.
    if (size > answerLimitBytes) break;
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const mayBeUsedUp = ' If the server then says that the link has been used, ask an administrator for a new one.';

function brokenOff({ host, port }: Address, cause: unknown): EnrolmentFault {
  return new EnrolmentFault(
    'unreachable',
    `The server at ${host}:${port} broke off before it answered: ${messageOf(cause)}. Try again.${mayBeUsedUp}`,
    { cause },
  );
}

function timedOut({ host, port }: Address, timeoutMs: number, besides = ''): EnrolmentFault {
  return new EnrolmentFault(
    'timed-out',
    `The server at ${host}:${port} did not answer within ${timeoutMs / 1_000} s. Check the network and try again.${besides}`,
  );
}

function unreachable(address: Address, cause: unknown): EnrolmentFault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const where = `${address.host}:${address.port}`;
  if (/^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/.test(code)) {
    return new EnrolmentFault(
      'server-not-genuine',
      `By this device’s clock (${new Date().toISOString()}) the certificate of the server at ${where} is not good. ` +
        'Nothing was sent. Set the clock and try again.',
      { cause },
    );
  }
  if (certificateFaults.test(code)) {
    return new EnrolmentFault(
      'server-not-genuine',
      `The computer at ${where} shows the right authority but cannot prove that it is its server (${code}). Nothing was ` +
        'sent to it. Someone may be between this device and the server: tell your administrator.',
      { cause },
    );
  }
  if (/^(ERR_SSL|EPROTO)/.test(code)) {
    return new EnrolmentFault(
      'not-a-server',
      `What answers at ${where} is not a Hometime server (${code}). Check the link.`,
      {
        cause,
      },
    );
  }
  return new EnrolmentFault(
    'unreachable',
    `The server at ${where} cannot be reached: ${messageOf(cause)}. Check that this device is on the network, that the ` +
      'server runs, and that the address in the link is right from here. The link is still good.',
    { cause },
  );
}

/** What OpenSSL and Node call a chain, name or purpose that does not fit. */
const certificateFaults = /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_|INVALID_(CA|PURPOSE)|ERR_TLS_CERT|PATH_LENGTH)/;
