import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/instant.ts';
import { sameSecret } from './secrets.ts';

/**
 * Knows a browser again that has signed in to an account before, by a cookie
 * that it keeps and the server does not. It opens nothing: its wrong tries are
 * merely counted apart, so that nobody else's can keep its owner out.
 */
export interface KnownBrowsers {
  /** What stands for this browser at this account; undefined: not known, or given longer ago than it lasts. */
  find(cookie: string | undefined, email: string): string | undefined;
  /** The cookie that a sign-in gives. What the browser has for other accounts stays, for a tablet is shared. */
  give(cookie: string | undefined, email: string): string;
}

export const knownBrowserDays = 180;
const dayMs = 86_400_000;
const mostAccounts = 5;
/** A random name, the day it was given, and what vouches for it. Nothing in it tells the account. */
const entryPattern = /^([\w-]{16})~(\d{1,6})~([\w-]{43})$/;

export function createKnownBrowsers({ key, clock }: { key: Buffer; clock: Clock }): KnownBrowsers {
  const today = () => Math.floor(clock.now() / dayMs);
  const proofOf = (name: string, day: string, email: string) =>
    createHmac('sha256', key).update(`${name}\n${day}\n${email}`).digest('base64url');

  /** The name in an entry, when it was given for this account. */
  const nameIn = (entry: string, email: string): string | undefined => {
    const [, name = '', day = '', proof = ''] = entryPattern.exec(entry) ?? [];
    if (proof === '' || today() - Number(day) > knownBrowserDays) return undefined;
    return sameSecret(proof, proofOf(name, day, email)) ? name : undefined;
  };
  const entriesOf = (cookie: string | undefined) => (cookie ?? '').split('.').slice(0, mostAccounts);

  return {
    find: (cookie, email) =>
      entriesOf(cookie)
        .map((entry) => nameIn(entry, email))
        .find((name) => name !== undefined),
    give: (cookie, email) => {
      const [name, day] = [randomBytes(12).toString('base64url'), String(today())];
      const others = entriesOf(cookie).filter(
        (entry) => entryPattern.test(entry) && nameIn(entry, email) === undefined,
      );
      return [`${name}~${day}~${proofOf(name, day, email)}`, ...others].slice(0, mostAccounts).join('.');
    },
  };
}
