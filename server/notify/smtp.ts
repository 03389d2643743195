import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Outcome } from '../../shared/api/notify.ts';

/** Where e-mail is handed over. Read from a URL by `readSmtpUrl`. */
export interface SmtpTarget {
  host: string;
  port: number;
  /** `from-start`: TLS before anything is said; `upgraded`: STARTTLS, or nothing is sent; `none`: this computer's own mail server. */
  tls: 'from-start' | 'upgraded' | 'none';
  auth: { user: string; pass: string } | undefined;
}

/** A message: plain text, to one person. */
export interface Letter {
  /** Stands in Message-ID: a second attempt is the same message. */
  id: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
}

export interface SendResult {
  outcome: Outcome;
  /** What the other side answered, as a number. */
  status: number | null;
}

/** Hands a message over; never throws. */
export type SendLetter = (letter: Letter) => Promise<SendResult>;

interface MailerParts {
  target: SmtpTarget;
  from: string;
  /** For tests: an authority of their own, PEM. */
  ca?: string;
  /** For tests: shorter ones. */
  limits?: MailLimits;
}

interface MailLimits {
  /** To connect, and to be greeted. */
  connectMs: number;
  /** Silence within the talk. */
  silenceMs: number;
  /** All of it: a server that answers a byte at a time ends here. */
  wholeMs: number;
}

const usualLimits: MailLimits = { connectMs: 10_000, silenceMs: 20_000, wholeMs: 45_000 };
const ports = { 'smtps:': 465, 'smtp:': 587, 'smtp-plain:': 25 } as const;
const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * `smtps://` (TLS from the start), `smtp://` (STARTTLS, demanded) or `smtp-plain://` (no TLS; only to this computer's own
 * mail server), with name and password as they stand in URLs. Throws an Error that says what is wrong; never repeats the password.
 */
export function readSmtpUrl(text: string): SmtpTarget {
  if (!URL.canParse(text)) throw new Error('must be smtps://NAME:PASSWORD@HOST, or smtp:// for STARTTLS');
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const known = Object.entries(ports).find(([protocol]) => protocol === url.protocol);
  if (known === undefined || host === '')
    throw new Error('must begin with smtps://, smtp:// or smtp-plain:// and name a host');
  if (url.protocol === 'smtp-plain:' && !loopback.has(host))
    throw new Error('may leave TLS out only for a mail server on this computer (127.0.0.1)');
  const [protocol, usualPort] = known;
  return {
    host,
    port: url.port === '' ? usualPort : Number(url.port),
    tls: protocol === 'smtps:' ? 'from-start' : protocol === 'smtp:' ? 'upgraded' : 'none',
    auth:
      url.username === ''
        ? undefined
        : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
  };
}

/** Sends letters one connection each: a setting sends a few a day. */
export function createMailer({ target, from, ca, limits = usualLimits }: MailerParts): SendLetter {
  const transport = createTransport({
    host: target.host,
    port: target.port,
    secure: target.tls === 'from-start',
    requireTLS: target.tls === 'upgraded',
    ignoreTLS: target.tls === 'none',
    ...(target.auth === undefined ? {} : { auth: target.auth, forceAuth: true }),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    socketTimeout: limits.silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  const domain = /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'hometime.invalid';
  return async ({ id, to, subject, text }) => {
    try {
      await transport.sendMail({
        from,
        to,
        subject,
        text,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        signal: AbortSignal.timeout(limits.wholeMs),
      });
      return { outcome: 'accepted', status: 250 };
    } catch (error) {
      return resultOf(error);
    }
  };
}

const errorSchema = z.object({
  code: z.string().optional(),
  responseCode: z.number().optional(),
  name: z.string().optional(),
  message: z.string().optional(),
});

const certificateFault = /certificate|self.signed|altnames|unable to verify|unable to get/i;

/** What a failed talk with a mail server comes to. */
function resultOf(error: unknown): SendResult {
  const { code = '', responseCode, name = '', message = '' } = errorSchema.safeParse(error).data ?? {};
  const status = responseCode ?? null;
  if (certificateFault.test(message) || /^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED)/.test(code))
    return { outcome: 'certificate-not-trusted', status };
  if (code === 'EAUTH') return { outcome: 'sign-in-refused', status };
  if (code === 'ETLS') return { outcome: 'no-tls', status };
  if (code === 'ETIMEDOUT' || code === 'ABORT_ERR' || code === 'EABORT' || /Abort|Timeout/.test(name))
    return { outcome: 'no-answer', status };
  if (status !== null && status >= 500) return { outcome: 'refused', status };
  if (status !== null && status >= 400) return { outcome: 'refused-for-now', status };
  if (/^(ECONNECTION|ECONNREFUSED|ECONNRESET|ESOCKET|EDNS|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return { outcome: 'unreachable', status };
  return { outcome: 'failed', status };
}
