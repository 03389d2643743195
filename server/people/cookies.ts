import { isIP } from 'node:net';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { cookieSecret, sessionCookie } from './authenticate.ts';
import { knownBrowserDays } from './known-browsers.ts';
import { type From, type NewSession, sessionLifetimeMs } from './sessions.ts';
import type { CookieSession } from './sign-in.ts';
import { TooManyTries } from './too-many-tries.ts';

export interface Http {
  request: Request;
  response: Response;
}

/** Opens nothing; tells that this browser signed in before. */
const knownBrowserCookie = 'hometime_browser';
const dayS = 86_400;

/** Answers a sign-in with its cookies, or says how long to wait. */
export async function answerWithCookies(http: Http, signingIn: Promise<CookieSession | NewSession>) {
  const { secret, view, ...rest } = await sayingHowLong(http, signingIn);
  setSessionCookie(http, { value: secret, maxAge: sessionLifetimeMs / 1_000 });
  if ('knownBrowser' in rest) {
    setCookie(http, {
      name: knownBrowserCookie,
      path: '/api',
      value: rest.knownBrowser,
      maxAge: knownBrowserDays * dayS,
    });
  }
  return view;
}

/** What is refused for too many tries carries the wait in `Retry-After` as well. */
export async function sayingHowLong<Value>({ response }: Http, asking: Promise<Value>): Promise<Value> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof TooManyTries) response.setHeader('Retry-After', error.waitS);
    throw error;
  }
}

export function takeBackSessionCookie(http: Http): void {
  setSessionCookie(http, { value: '', maxAge: 0 });
}

function setSessionCookie(http: Http, cookie: Pick<OurCookie, 'value' | 'maxAge'>): void {
  setCookie(http, { name: sessionCookie, path: '/', ...cookie });
}

interface OurCookie {
  name: string;
  value: string;
  path: string;
  /** In seconds. */
  maxAge: number;
}

/** Strict: another site's link never carries it. Host-only, and out of reach of scripts. */
function setCookie({ request, response }: Http, cookie: OurCookie): void {
  const { name, value, maxAge, path } = cookie;
  const fixed = { httpOnly: true, sameSite: 'strict', secure: request.secure } as const;
  response.append('Set-Cookie', stringifySetCookie({ name, value, maxAge, path, ...fixed }));
}

/** Where a request comes from, by its cookies and headers. */
export function fromOf(request: Request): From {
  return {
    address: addressOf(request),
    oldSecret: cookieSecret(request.headers),
    browser: request.headers['user-agent'],
    knownBrowser: parseCookie(request.headers.cookie ?? '')[knownBrowserCookie],
  };
}

/** What a proxy forwards is text of any kind and length; it goes on record and into the throttle's memory. */
function addressOf({ ip }: Request): string {
  return ip !== undefined && ip.length <= 64 && isIP(ip) !== 0 ? ip : 'unknown';
}

/** Where the page of the one who asks lies: their own browser says so, and only they are shown the link. */
export function originOf(request: Request): string {
  return `${request.protocol}://${request.get('host') ?? 'localhost'}`;
}
