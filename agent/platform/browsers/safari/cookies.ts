import { type CookieMark, plausible } from '../marks.ts';
import { stampOf } from '../stamp.ts';
import type { Store, Tools } from '../store.ts';
import { stopIfOver, Unreadable } from '../unreadable.ts';
import { type BinaryCookie, parseBinaryCookies } from './binary-cookies.ts';

const maxBytes = 32 * 1024 * 1024;

/** The cookies of one Safari profile. The file is written anew as a whole, so it is read without a copy. */
export function safariCookies(path: string, { disk }: Tools): Store {
  return {
    id: path,
    part: 'cookies',
    stamp: () => stampOf([path], disk),
    async read(wanted, signal) {
      stopIfOver(signal);
      const file = await disk.read(path, maxBytes);
      const cookies = parseBinaryCookies(file);
      file.fill(0);
      if (cookies === undefined) throw new Unreadable('not-understood');
      const marks = cookies.map((cookie) => ({ host: wanted.hostOf(cookie.host), cookie }));
      return { cookies: marks.flatMap(({ host, cookie }) => toMark(host, cookie)), storage: [] };
    },
  };
}

function toMark(host: string | undefined, { name, createdMs, expiresMs }: BinaryCookie): CookieMark[] {
  if (host === undefined) return [];
  const expires = expiresMs <= 0 ? 0 : plausible(expiresMs);
  return [{ host, name, jar: '', createdMs: plausible(createdMs), expiresMs: expires, lasting: true }];
}
