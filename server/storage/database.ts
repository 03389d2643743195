import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import knex, { type Knex } from 'knex';
import { migrationSource } from './migrations/migrations.ts';
import { createOneConnection } from './one-connection.ts';
import { keepStatements, type RawConnection } from './statements.ts';

export type Database = Knex;
/** What a store works on: the database, or a transaction of it. */
export type Connection = Knex;

/** knex would write to standard output, which belongs to what commands answer; whatever it warns of is thrown as well. */
export const unheard = { warn: () => {}, error: () => {}, deprecate: () => {}, debug: () => {} };

/** A database that cannot be used as it is. Nothing was changed in it. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly code = 'database-fault';
}

/**
 * Opens the database file, checks it and brings it up to date.
 * `url` is `sqlite:PATH`; other engines come with a later issue. A file without
 * a byte is a first start that was cut off, unless `mayBeEmpty` says otherwise.
 *
 * INVARIANT: SQLite has one connection here, so statements of a transaction
 * must go through the transaction object; using the database inside one waits
 * for ever.
 */
export async function openDatabase(
  url: string,
  { mayBeEmpty = true }: { mayBeEmpty?: boolean } = {},
): Promise<Database> {
  const filename = fileOf(url);
  if (!mayBeEmpty && existsSync(filename) && statSync(filename).size === 0) {
    throw describeFault(new Error('the check found: the file is empty'), filename);
  }
  const db = knex({
    client: 'sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    // Else the message of an error carries the values: password digests and names would reach the log.
    compileSqlOnError: false,
    log: unheard,
    pool: { min: 1, max: 1, afterCreate: preparePragmas },
  });
  db.client.pool = createOneConnection(db.client.pool);
  try {
    await refuseDamaged(db);
    await db.migrate.latest({ migrationSource });
  } catch (error) {
    await db.destroy();
    throw describeFault(error, filename);
  }
  return db;
}

/**
 * WAL with FULL: a commit that was acknowledged survives a power cut. Another process (the command line) waits its turn
 * for 10 s. 32 MB of pages: in SQLite's own 2 MB the commit of a fleet has no room, and writes pages twice. What is deleted
 * is overwritten: the words of a purged case must not lie in the file still.
 */
function preparePragmas(
  connection: RawConnection,
  done: (error: Error | null, connection: RawConnection) => void,
): void {
  const pragmas = [
    'busy_timeout = 10000',
    'journal_mode = wal',
    'synchronous = full',
    'foreign_keys = on',
    'cache_size = -32768',
    'secure_delete = on',
  ];
  keepStatements(connection);
  connection.exec(pragmas.map((pragma) => `pragma ${pragma};`).join(' '), (error) => done(error, connection));
}

async function refuseDamaged(db: Database): Promise<void> {
  const rows: { quick_check: string }[] = await db.raw('pragma quick_check(5)');
  if (rows[0]?.quick_check !== 'ok') {
    throw new Error(`the check found: ${rows.map((row) => row.quick_check).join('; ')}`);
  }
}

function describeFault(error: unknown, filename: string): DatabaseFault {
  const message = error instanceof Error ? error.message : String(error);
  if (/SQLITE_(NOTADB|CORRUPT)|the check found/.test(message)) {
    return new DatabaseFault(
      `The database ${filename} is damaged or is not a database. Nothing was changed. Put a copy of it aside, ` +
        `then either restore your last backup in its place or move the file away to begin anew. (${message})`,
      { cause: error },
    );
  }
  if (/SQLITE_(CANTOPEN|READONLY|PERM)/.test(message)) {
    return new DatabaseFault(
      `The database ${filename} cannot be opened for writing. Check that its folder exists and that this user may write there. (${message})`,
      { cause: error },
    );
  }
  if (/SQLITE_FULL/.test(message)) {
    return new DatabaseFault(`The disk that holds ${filename} is full. Make room and start again; nothing was lost.`, {
      cause: error,
    });
  }
  return new DatabaseFault(`The database ${filename} could not be opened: ${message}`, { cause: error });
}

/** Whether the database answers, and its disk has room for what comes. */
export async function canStore(db: Database, url: string): Promise<boolean> {
  try {
    await db.raw('select 1');
    const { bavail, bsize } = await statfs(dirname(fileOf(url)));
    return bavail * bsize >= roomNeededBytes;
  } catch {
    return false;
  }
}

/** A hundred reports at once and the log of a transaction. */
const roomNeededBytes = 1 << 20;

/** The file that a database's URL names. */
export function fileOf(url: string): string {
  return url.replace(/^sqlite:(\/\/)?/, '');
}
