import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'sqlite3';
import { z } from 'zod';
import type { Disk } from './disk.ts';
import type { Original, Scratch } from './scratch.ts';
import { type Stamp, stampOf } from './stamp.ts';
import { Unreadable } from './unreadable.ts';

/** Reads rows of a copied database. DANGER: no statement may name a column that holds a value, or `*`. */
export interface Rows {
  /** Every row, each parsed by the schema: a row that does not fit makes the store `not-understood`. */
  all<Row>(schema: z.ZodType<Row>, sql: string, ...values: string[]): Promise<Row[]>;
  /** The names of a table's columns; empty: there is no such table. */
  columns(table: string): Promise<Set<string>>;
}

/** Cookies of the most devoted user are a few MB. */
const maxBytes = 64 * 1024 * 1024;
const besides = ['-wal', '-journal'] as const;
const checkSchema = z.object({ quick_check: z.string() });
const pageSchema = z.object({ page_size: z.int().positive() });
const columnSchema = z.object({ name: z.string() });

/** The files that make up a database, main file first: without its log a copy is old, or empty. */
export async function databaseFiles(path: string, disk: Disk): Promise<string[]> {
  const files = [path];
  for (const ending of besides) if ((await disk.look(`${path}${ending}`)) !== undefined) files.push(`${path}${ending}`);
  return files;
}

/** A database without its main file is none: a log alone is what its end left. */
export async function stampOfDatabase(path: string, disk: Disk): Promise<Stamp | undefined> {
  if ((await disk.look(path)) === undefined) return undefined;
  return stampOf([path, ...besides.map((ending) => `${path}${ending}`)], disk);
}

/** The listed hosts and all below them. The hosts themselves are a value, so that their number is no matter. */
export const ofListedHosts = (column: string) =>
  `exists (select 1 from json_each(?) as listed where ltrim(lower(${column}), '.') = listed.value
    or lower(${column}) like '%.' || listed.value)`;

/** Opens a private copy of a database; SQLite itself brings in what lies in its log. */
export function withDatabaseCopy<Result>(
  scratch: Scratch,
  files: readonly string[],
  signal: AbortSignal,
  use: (rows: Rows) => Promise<Result>,
): Promise<Result> {
  const [main = ''] = files;
  const originals: Original[] = files.map((from) => ({ from, as: `copy${from.slice(main.length)}` }));
  return scratch.withCopies(originals, maxBytes, signal, async (folder) => {
    const database = await openDatabase(join(folder, 'copy'));
    // A database can be made so that a question to it has no end.
    const onOver = () => database.interrupt();
    signal.addEventListener('abort', onOver, { once: true });
    try {
      const rows = rowsOf(database);
      if (!(await isWhole(join(folder, 'copy'), rows))) throw new Unreadable('not-understood');
      return await use(rows);
    } finally {
      signal.removeEventListener('abort', onOver);
      await closeDatabase(database);
    }
  });
}

/** Whether the copy is sound. SQLite reads a database that was cut within a page, and its own check does not look at how long the file is. */
export async function isWhole(copy: string, rows: Rows): Promise<boolean> {
  const [page] = await rows.all(pageSchema, 'pragma page_size');
  const [check] = await rows.all(checkSchema, 'pragma quick_check(1)');
  const { size } = await stat(copy);
  return page !== undefined && size % page.page_size === 0 && check?.quick_check === 'ok';
}

/** Opens a copy. SQLite is big and needed only when a store changed: it is loaded then. */
export async function openDatabase(file: string): Promise<Database> {
  const { default: sqlite3 } = await import('sqlite3');
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
      error === null ? resolve(database) : reject(error),
    );
  });
}

/** Closes it; what lies in its log comes into the main file. */
export function closeDatabase(database: Database): Promise<void> {
  return new Promise((resolve, reject) =>
    database.close((error) => (error === null ? resolve() : reject(new Unreadable('tool-failed', { cause: error })))),
  );
}

/** Asks an opened copy. */
export function rowsOf(database: Database): Rows {
  const all: Rows['all'] = async (schema, sql, ...values) => {
    const found = await new Promise<unknown[]>((resolve, reject) =>
      database.all<unknown>(sql, values, (error, rows) => (error === null ? resolve(rows) : reject(error))),
    );
    const rows = z.array(schema).safeParse(found);
    // The parser's own message would quote the row.
    if (!rows.success) throw new Unreadable('not-understood');
    return rows.data;
  };
  return {
    all,
    async columns(table) {
      const found = await all(columnSchema, 'select name from pragma_table_info(?)', table);
      return new Set(found.map(({ name }) => name));
    },
  };
}
