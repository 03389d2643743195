import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import sqlite3 from 'sqlite3';

const day = 86_400_000;
const from1601Ms = 11_644_473_600_000;

/** Runs statements on a database that is made where it is not there. */
export async function withDatabase(path: string, statements: readonly (readonly [string, ...unknown[]])[]) {
  mkdirSync(dirname(path), { recursive: true });
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(path, (error) => (error === null ? resolve(opened) : reject(error)));
  });
  for (const [sql, ...values] of statements) {
    await new Promise<void>((resolve, reject) =>
      database.run(sql, values, (error) => (error === null ? resolve() : reject(error))),
    );
  }
  await new Promise<void>((resolve, reject) => database.close((error) => (error === null ? resolve() : reject(error))));
}

export interface MadeCookie {
  host: string;
  name: string;
  createdMs?: number;
  /** null: it ends with the browser. */
  expiresMs?: number | null;
  jar?: string;
}

/**
 * Statements that make a table whose columns of values nobody may read: what one
 * sees of it is a view, in which reading a value is an error.
 */
function trapped(table: string, columns: readonly string[], values: readonly string[]): [string][] {
  const traps = values.map((name) => `json('{' || hidden.rowid) as ${name}`);
  return [
    [`create table hidden (${columns.join(', ')})`],
    [
      `create view ${table} as select ${[...columns.map((column) => column.split(' ')[0]), ...traps].join(', ')} from hidden`,
    ],
  ];
}

/** A database of cookies as Chromium 156 makes it (schema version 24). */
export function makeChromiumCookies(path: string, cookies: readonly MadeCookie[]): Promise<void> {
  const texts = ['host_key', 'top_frame_site_key', 'name', 'path'].map((name) => `${name} text not null`);
  const numbers = [
    ...['creation_utc', 'expires_utc', 'is_secure', 'is_httponly', 'last_access_utc', 'has_expires'],
    ...['is_persistent', 'has_cross_site_ancestor'],
  ].map((name) => `${name} integer not null`);
  return withDatabase(path, [
    ...trapped('cookies', [...texts, ...numbers], ['value', 'encrypted_value']),
    ...cookies.map(({ host, name, createdMs = Date.now() - day, expiresMs = Date.now() + day, jar = '' }) => {
      const lasting = expiresMs === null ? 0 : 1;
      const expires = expiresMs === null ? 0 : (expiresMs + from1601Ms) * 1000;
      return [
        `insert into hidden (creation_utc, host_key, top_frame_site_key, name, path, expires_utc, is_secure, is_httponly,
          last_access_utc, has_expires, is_persistent, has_cross_site_ancestor) values (?, ?, ?, ?, '/', ?, 1, 1, 0, ?, ?, 0)`,
        ...[(createdMs + from1601Ms) * 1000, host, jar, name, expires, lasting, lasting],
      ] as const;
    }),
  ]);
}

/** A database of cookies as Firefox makes it; `unit` is what it counts expiry in. */
export function makeFirefoxCookies(
  path: string,
  cookies: readonly (MadeCookie & { expiresMs?: number })[],
  unit: 's' | 'ms' = 'ms',
): Promise<void> {
  const texts = ['originAttributes', 'name', 'host', 'path'].map((name) => `${name} text`);
  const numbers = ['expiry', 'lastAccessed', 'creationTime', 'isSecure', 'isHttpOnly'].map((name) => `${name} integer`);
  return withDatabase(path, [
    ...trapped('moz_cookies', [...texts, ...numbers], ['value']),
    ...cookies.map(
      ({ host, name, createdMs = Date.now() - day, expiresMs = Date.now() + day, jar = '' }) =>
        [
          `insert into hidden (originAttributes, name, host, path, expiry, lastAccessed, creationTime, isSecure, isHttpOnly)
        values (?, ?, ?, '/', ?, 0, ?, 1, 1)`,
          ...[jar, name, host, unit === 's' ? Math.floor(expiresMs / 1000) : expiresMs, createdMs * 1000],
        ] as const,
    ),
  ]);
}

/** A local storage as Firefox keeps one for each origin. */
export function makeFirefoxStorage(path: string, keys: readonly string[]): Promise<void> {
  return withDatabase(path, [
    ...trapped('data', ['key text', 'utf16_length integer', 'last_access_time integer'], ['value']),
    ...keys.map((key) => ['insert into hidden (key, utf16_length, last_access_time) values (?, 5, 0)', key] as const),
  ]);
}
