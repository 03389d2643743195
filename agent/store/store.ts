import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { makePrivateFolder } from '../../shared/make-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { migrations, shape } from './migrations.ts';
import { openSqlite, type Sqlite, sqliteCode } from './sqlite.ts';

export const storeFile = 'agent.db';

/** The data folder cannot be used as it is. The message says what to do. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly code = 'store-fault';
}

/** The agent's own store: the one open file of one data folder, held by this process alone. */
export interface Store {
  readonly database: Sqlite;
  close(): Promise<void>;
}

interface StoreOptions {
  dataFolder: string;
  clock: Clock;
  log: Log;
  /** The open file turned out to be damaged: start again, for only a start puts it aside. */
  onDamage?: (error: unknown) => void;
}

/**
 * Opens the store of a data folder, making both when there are none.
 *
 * A damaged file is put aside under a name with the time, with all that lies
 * beside it, and a new one begun: nothing is lost, and the agent goes on. The new
 * store knows no enrolment, which is what makes the journal careful (enrolment-store.ts).
 * Throws FolderInUse when another agent works there, StoreFault when the folder
 * cannot be written or the disk is full.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataFolder } = options;
  const file = join(dataFolder, storeFile);
  try {
    makePrivateFolder(dataFolder);
    const lock = await lockFolder(dataFolder);
    try {
      const database = await openOrBeginAnew(file, options);
      return {
        database,
        close: async () => {
          await database.close();
          await lock.close();
        },
      };
    } catch (error) {
      await lock.close();
      throw error;
    }
  } catch (error) {
    throw describeFault(error, dataFolder);
  }
}

async function openOrBeginAnew(file: string, options: StoreOptions): Promise<Sqlite> {
  const { clock, log } = options;
  try {
    return await openChecked(file, options);
  } catch (error) {
    if (!isDamage(error)) throw error;
    await putAside(file, instant(clock.now()).replaceAll(':', '-'));
    log.error('store-damaged', { error: messageOf(error), reason: 'put aside beside it; a new one was begun' });
    return openChecked(file, options);
  }
}

class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged';
}

/** Whether the error says that the file's content cannot be trusted any more. */
export function isDamage(error: unknown): boolean {
  return error instanceof StoreDamaged || ['SQLITE_NOTADB', 'SQLITE_CORRUPT'].includes(sqliteCode(error) ?? '');
}

/** WAL with FULL: what was committed survives a power cut. */
async function openChecked(file: string, { onDamage }: StoreOptions): Promise<Sqlite> {
  let inUse = false;
  const database = await openSqlite(file, 'write', (error) => {
    if (inUse && isDamage(error)) onDamage?.(error);
  });
  try {
    await database.script(
      'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -1024',
    );
    const checked = await database.all(z.object({ quick_check: z.string() }), 'pragma quick_check(3)');
    if (checked[0]?.quick_check !== 'ok') throw new StoreDamaged(checked.map((row) => row.quick_check).join('; '));
    await migrate(database);
    await database.script(shape).catch(ifTablesAreOthers);
    inUse = true;
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** A trigger or view is a program that would run with the agent's own changes, and the agent writes none: somebody put it there. */
async function refusePrograms(database: Sqlite): Promise<void> {
  const sql = "select name from sqlite_master where type in ('trigger', 'view')";
  const found = await database.all(z.object({ name: z.string() }), sql);
  if (found.length > 0) throw new StoreDamaged(`holds ${found.length} programs that the agent never wrote`);
}

/** A statement of ours that the file makes no sense of: its tables are not those that its version says. */
function ifTablesAreOthers(error: unknown): never {
  throw sqliteCode(error) === 'SQLITE_ERROR' ? new StoreDamaged(messageOf(error), { cause: error }) : error;
}

async function migrate(database: Sqlite): Promise<void> {
  const rows = await database.all(z.object({ user_version: z.int() }), 'pragma user_version');
  const done = rows[0]?.user_version ?? 0;
  if (done > migrations.length) {
    throw new StoreFault(
      'The data folder was used by a newer version of the agent. Install that version again; nothing was changed.',
    );
  }
  await refusePrograms(database);
  for (const [index, step] of migrations.entries()) {
    if (index < done) continue;
    const whole = `begin immediate; ${step}; pragma user_version = ${index + 1}; commit`;
    await database.script(whole).catch(ifTablesAreOthers);
  }
}

async function putAside(file: string, time: string): Promise<void> {
  for (const ending of ['-wal', '-shm', '']) {
    const from = `${file}${ending}`;
    if (
      await access(from).then(
        () => true,
        () => false,
      )
    )
      await rename(from, `${file}.damaged-${time}${ending}`);
  }
}

function describeFault(error: unknown, folder: string): unknown {
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? error.code : undefined);
  if (
    [
      'SQLITE_CANTOPEN',
      'SQLITE_READONLY',
      'SQLITE_PERM',
      'EACCES',
      'EPERM',
      'EROFS',
      'ENOTDIR',
      'EEXIST',
      'ENOENT',
    ].includes(String(code))
  ) {
    return new StoreFault(
      `The data folder ${folder} cannot be written. Check that it is a folder and that this user may write there. (${messageOf(error)})`,
      { cause: error },
    );
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new StoreFault(`The disk that holds ${folder} is full. Make room and start again; nothing was lost.`, {
      cause: error,
    });
  }
  return error;
}
