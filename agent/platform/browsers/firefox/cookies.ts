import { z } from 'zod';
import { type CookieMark, expiryMs, type Marks, toMs } from '../marks.ts';
import { databaseFiles, ofListedHosts, type Rows, stampOfDatabase, withDatabaseCopy } from '../sqlite-copy.ts';
import type { Store, Tools } from '../store.ts';
import { Unreadable } from '../unreadable.ts';
import type { Wanted } from '../wanted.ts';
import { jarOfSuffix } from './jar.ts';

const needed = ['host', 'name', 'expiry', 'creationTime', 'originAttributes'] as const;

const rowSchema = z.object({
  host: z.string(),
  name: z.string(),
  jar: z.string(),
  created: z.number(),
  expires: z.number(),
});
type Row = z.infer<typeof rowSchema>;

/** The lasting cookies of one Firefox profile: those that end with the browser are in no database. */
export function firefoxCookies(path: string, { disk, scratch }: Tools): Store {
  return {
    id: path,
    part: 'cookies',
    stamp: () => stampOfDatabase(path, disk),
    read: async (wanted, signal) =>
      withDatabaseCopy(scratch, await databaseFiles(path, disk), signal, (rows) => readCookies(rows, wanted)),
  };
}

/** DANGER: Firefox keeps values in plain text; `value` is never named here. */
async function readCookies(rows: Rows, wanted: Wanted): Promise<Marks> {
  const columns = await rows.columns('moz_cookies');
  if (needed.some((name) => !columns.has(name))) throw new Unreadable('not-understood');
  const found = await rows.all(
    rowSchema,
    `select host, name, originAttributes as jar, creationTime as created, expiry as expires
      from moz_cookies where ${ofListedHosts('host')}`,
    JSON.stringify(wanted.hosts),
  );
  return { cookies: found.flatMap((row) => toMark(row, wanted)), storage: [] };
}

function toMark({ name, jar, created, expires, ...row }: Row, wanted: Wanted): CookieMark[] {
  const host = wanted.hostOf(row.host);
  if (host === undefined) return [];
  return [{ host, name, jar: jarOfSuffix(jar), createdMs: toMs(created), expiresMs: expiryMs(expires), lasting: true }];
}
