import { isIP } from 'node:net';
import { type SetCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { StatedError } from '../../shared/api/errors.ts';
import type { Handlers } from '../http/handlers.ts';
import { cookieSecret, sessionCookie } from './authenticate.ts';
import type { People } from './people.ts';
import { type NewSession, sessionLifetimeMs } from './sessions.ts';
import type { From } from './sign-in.ts';
import { TooManyTries } from './too-many-tries.ts';

interface Http {
  request: Request;
  response: Response;
}

type PeopleHandlers = Pick<Handlers, 'showSetUp' | 'setUp' | 'signIn' | 'showSession' | 'signOut'>;

/** Set-up, signing in and out. An API token has no session: asked for one, it is told `forbidden`. */
export function peopleRoutes(people: People): PeopleHandlers {
  return {
    showSetUp: async () => ({ needed: await people.setUpNeeded() }),
    setUp: async ({ body, http }) => await answerWithCookie(http, people.setUp(body, fromOf(http.request))),
    signIn: async ({ body, http }) => await answerWithCookie(http, people.signIn(body, fromOf(http.request))),
    showSession: async ({ session, http }) => {
      if (session === undefined) throw noSession();
      const secret = cookieSecret(http.request.headers);
      const found = secret === undefined ? undefined : await people.findSession(secret);
      if (found === undefined) throw new StatedError('not-signed-in', 'Your session has ended. Sign in again.');
      return found.view;
    },
    signOut: async ({ session, http }) => {
      if (session === undefined) throw noSession();
      await people.signOut(session);
      setCookie(http, { value: '', maxAge: 0 });
      return {};
    },
  };
}

async function answerWithCookie(http: Http, signingIn: Promise<NewSession>) {
  try {
    const { secret, view } = await signingIn;
    setCookie(http, { value: secret, maxAge: sessionLifetimeMs / 1_000 });
    return view;
  } catch (error) {
    if (error instanceof TooManyTries) http.response.setHeader('Retry-After', error.waitS);
    throw error;
  }
}

/** Strict: another site's link never carries it. Host-only, and out of reach of scripts. */
function setCookie({ request, response }: Http, cookie: Pick<SetCookie, 'value' | 'maxAge'>): void {
  const fixed = { name: sessionCookie, httpOnly: true, sameSite: 'strict', path: '/', secure: request.secure } as const;
  response.append('Set-Cookie', stringifySetCookie({ ...fixed, ...cookie }));
}

function fromOf(request: Request): From {
  return { address: addressOf(request), oldSecret: cookieSecret(request.headers) };
}

/** What a proxy forwards is text of any kind and length; it goes on record and into the throttle's memory. */
function addressOf({ ip }: Request): string {
  return ip !== undefined && ip.length <= 64 && isIP(ip) !== 0 ? ip : 'unknown';
}

function noSession(): StatedError {
  return new StatedError('forbidden', 'An API token has no session: there is none to show or to end.');
}
