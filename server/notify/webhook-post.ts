import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { z } from 'zod';
import { signatureHeader, signatureOf } from './signature.ts';
import type { SendResult } from './smtp.ts';

/** One call of a webhook. */
export interface WebhookCall {
  /** The delivery's, the same in every attempt. */
  id: string;
  url: string;
  secret: string;
  body: string;
}

/** Calls a webhook; never throws, follows no redirect. */
export type PostWebhook = (call: WebhookCall) => Promise<SendResult>;

interface PostParts {
  /** Milliseconds since 1970: the time that is signed. */
  now: () => number;
  mayReach: (address: string) => boolean;
  /** For tests: an authority of their own, PEM; and another look at names. */
  ca?: string;
  resolve?: Resolve;
  wholeMs?: number;
}

/** Every address that a name stands for. */
type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** An address that webhooks may not go to. */
class TargetNotAllowed extends Error {
  override readonly name = 'TargetNotAllowed';
  readonly code = 'target-not-allowed';
}

/**
 * Posts JSON over TLS. What an address name means is asked once, for the connection itself, and judged then:
 * a name that shows one address to whoever checks and another to whoever connects gets nowhere.
 */
export function createWebhookPost({ now, mayReach, ca, resolve = lookup, wholeMs = 15_000 }: PostParts): PostWebhook {
  const judgedLookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const found = error === null ? addresses : [];
      if (found.every(({ address }) => mayReach(address)) && found.length > 0) done(null, found);
      else done(error ?? new TargetNotAllowed('the address is not on the internet'), []);
    });
  };
  return ({ id, url, secret, body }) =>
    new Promise((settle) => {
      const { hostname } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, '');
      // An address written out is never looked up.
      if (isIP(host) !== 0 && !mayReach(host)) return settle({ outcome: 'target-not-allowed', status: null });
      const sent = request(
        url,
        {
          method: 'POST',
          agent: false,
          minVersion: 'TLSv1.2',
          lookup: judgedLookup,
          signal: AbortSignal.timeout(wholeMs),
          ...(ca === undefined ? {} : { ca }),
          headers: {
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(body),
            'User-Agent': 'Hometime',
            'Hometime-Delivery': id,
            [signatureHeader]: signatureOf(secret, body, Math.floor(now() / 1000)),
          },
        },
        (answer) => {
          // Only the number counts; what else is said is not read to its end.
          answer.destroy();
          settle(resultOfStatus(answer.statusCode ?? 0));
        },
      );
      sent.on('error', (error) => settle(resultOfError(error)));
      sent.end(body);
    });
}

function resultOfStatus(status: number): SendResult {
  if (status >= 200 && status < 300) return { outcome: 'accepted', status };
  if (status >= 300 && status < 400) return { outcome: 'redirected', status };
  // Whoever listens there is at fault until they put it right: unlike a mail's, no answer of theirs is for good but that it is gone.
  return { outcome: status === 410 ? 'refused' : 'refused-for-now', status };
}

const errorSchema = z.object({
  code: z.string().optional(),
  name: z.string().optional(),
  message: z.string().optional(),
});

function resultOfError(error: unknown): SendResult {
  const { code = '', name = '', message = '' } = errorSchema.safeParse(error).data ?? {};
  if (code === 'target-not-allowed') return { outcome: 'target-not-allowed', status: null };
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ETIMEDOUT')
    return { outcome: 'no-answer', status: null };
  if (/CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO/.test(code) || /certificate/i.test(message))
    return { outcome: 'certificate-not-trusted', status: null };
  if (/SSL|EPROTO/.test(code)) return { outcome: 'no-tls', status: null };
  return { outcome: 'unreachable', status: null };
}
