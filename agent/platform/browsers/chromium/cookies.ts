import { z } from 'zod';
import type { Disk } from '../disk.ts';
import { type CookieMark, type Marks, plausible } from '../marks.ts';
import type { Scratch } from '../scratch.ts';
import { databaseFiles, ofListedHosts, type Rows, stampOfDatabase, withDatabaseCopy } from '../sqlite-copy.ts';
import type { Store } from '../store.ts';
import { Unreadable } from '../unreadable.ts';
import type { Wanted } from '../wanted.ts';

/** Chromium counts from 1601, in millionths of a second. */
const from1601To1970Ms = 11_644_473_600_000;

const needed = ['host_key', 'name', 'creation_utc', 'expires_utc', 'has_expires', 'is_persistent'] as const;
/** Which site's page a cookie is bound to; older versions know none, newer ones two. */
const jarColumns = ['top_frame_site_key', 'has_cross_site_ancestor'] as const;

const rowSchema = z.object({
  host: z.string(),
  name: z.string(),
  jar: z.string(),
  created: z.number(),
  expires: z.number(),
  hasExpires: z.number(),
  persistent: z.number(),
});
type Row = z.infer<typeof rowSchema>;

/** The cookies of one Chromium profile, in one of the two places they may lie in. */
export function chromiumCookies(path: string, disk: Disk, scratch: Scratch): Store {
  return {
    id: path,
    part: 'cookies',
    stamp: () => stampOfDatabase(path, disk),
    read: async (wanted, signal) =>
      withDatabaseCopy(scratch, await databaseFiles(path, disk), signal, (rows) => readCookies(rows, wanted)),
  };
}

/** DANGER: neither `value` nor `encrypted_value` is ever named here. */
async function readCookies(rows: Rows, wanted: Wanted): Promise<Marks> {
  const columns = await rows.columns('cookies');
  if (needed.some((name) => !columns.has(name))) throw new Unreadable('not-understood');
  const jar = jarColumns.filter((name) => columns.has(name)).map((name) => `coalesce(${name}, '')`);
  const found = await rows.all(
    rowSchema,
    `select host_key as host, name, ${jar.length === 0 ? "''" : jar.join(" || ' ' || ")} as jar, creation_utc as created,
      expires_utc as expires, has_expires as hasExpires, is_persistent as persistent
      from cookies where ${ofListedHosts('host_key')}`,
    JSON.stringify(wanted.hosts),
  );
  return { cookies: found.flatMap((row) => toMark(row, wanted)), storage: [] };
}

function toMark(row: Row, wanted: Wanted): CookieMark[] {
  const host = wanted.hostOf(row.host);
  if (host === undefined) return [];
  const lasting = row.persistent !== 0;
  const expires = row.hasExpires === 0 || !lasting ? null : row.expires;
  return [
    {
      host,
      name: row.name,
      jar: row.jar,
      createdMs: ofChromium(row.created),
      // One that ended before 1970 has ended, and is not one without an end.
      expiresMs: expires === null ? null : expires / 1000 <= from1601To1970Ms ? 0 : ofChromium(expires),
      lasting,
    },
  ];
}

function ofChromium(time: number): number | null {
  return plausible(time / 1000 - from1601To1970Ms);
}
