import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie } from 'cookie';
import { StatedError } from '../../shared/api/errors.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker, SignedIn } from '../http/asker.ts';
import type { Database } from '../storage/database.ts';
import { tokenPrefix } from './administrators.ts';
import type { People } from './people.ts';
import { sameSecret } from './secrets.ts';

export const sessionCookie = 'hometime_session';

const secretPattern = /^[\w-]{43}$/;
const bearerPattern = new RegExp(`^bearer +(${tokenPrefix}[\\w-]{43}) *$`, 'i');

/** Who asks, and how they proved it. */
export interface Authenticated {
  asker: Asker;
  /** There when the asker came with a cookie. */
  session?: SignedIn;
  /** When that session or token ends; a socket opened with it should end then too. */
  expiresAt?: Instant;
}

export interface Authenticator {
  /**
   * Who asks, from the headers of a request or of a socket's upgrade; undefined:
   * nobody we know. An `Authorization` header stands alone: a wrong one is not
   * made good by a cookie.
   */
  authenticate(headers: IncomingHttpHeaders): Promise<Authenticated | undefined>;
  /**
   * Throws `csrf-token-missing` when a request that came by cookie would change
   * something and does not carry the session's token. Not for routes that need nobody: there is no token yet.
   */
  checkCsrf(request: { method: string; headers: IncomingHttpHeaders }, from: Authenticated): Promise<void>;
}

export function createAuthenticator(parts: { people: People; db: Database; audit: Audit }): Authenticator {
  return {
    async authenticate(headers) {
      if (headers.authorization !== undefined) return await byToken(parts.people, headers.authorization);
      const secret = cookieSecret(headers);
      const found = secret === undefined ? undefined : await parts.people.findSession(secret);
      if (found === undefined) return undefined;
      return { asker: found.signedIn.asker, session: found.signedIn, expiresAt: found.expiresAt };
    },
    async checkCsrf(request, { session }) {
      if (session === undefined || request.method === 'GET' || request.method === 'HEAD') return;
      const header = request.headers['x-csrf-token'];
      if (typeof header === 'string' && sameSecret(header, session.csrfToken)) return;
      const { settingId, name, id } = session.asker;
      await parts.audit(parts.db, { settingId, actor: name, action: 'csrf.refused', subject: id });
      throw new StatedError(
        'csrf-token-missing',
        'This request did not carry the token of your session. Load the page again; a program sends it in the header x-csrf-token, or uses an API token.',
      );
    },
  };
}

/** The session secret in the cookies of a request, if it has the form of one. */
export function cookieSecret(headers: IncomingHttpHeaders): string | undefined {
  const value = parseCookie(headers.cookie ?? '')[sessionCookie];
  return value !== undefined && secretPattern.test(value) ? value : undefined;
}

async function byToken(people: People, authorization: string): Promise<Authenticated | undefined> {
  const secret = bearerPattern.exec(authorization)?.[1];
  const token = secret === undefined ? undefined : await people.findToken(secret);
  if (token === undefined) return undefined;
  const { id, name, role, settingId, expiresAt } = token;
  return { asker: { kind: 'token', id, name, role, settingId }, ...(expiresAt === null ? {} : { expiresAt }) };
}
