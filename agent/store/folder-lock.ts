import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqlite, type Sqlite, sqliteCode } from './sqlite.ts';

const lockFile = 'agent.lock';

/** How long a start waits for somebody who is only looking (`status`). */
const patienceMs = 2_000;

/** Another agent uses the data folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'folder-in-use';
  constructor(folder: string, cause: unknown) {
    super(
      `Another agent already works on the data folder ${folder}. Stop it first, or give this one a folder of its own with --data.`,
      { cause },
    );
  }
}

/**
 * Takes the data folder for this process alone, until `close`. The lock is the
 * system's own file lock, taken through SQLite on a file beside the store: it
 * goes with the process, also after kill -9, on every system, and no process id
 * that was given to somebody else can be mistaken for ours. It is not on the store
 * itself, so that `status` may read that meanwhile.
 */
export async function lockFolder(folder: string): Promise<Sqlite> {
  try {
    return await takeLock(folder);
  } catch (error) {
    // Somebody wrote into the lock file: nobody holds it, for a held lock answers busy before the content is looked at.
    if (sqliteCode(error) !== 'SQLITE_NOTADB') throw error;
    await rm(join(folder, lockFile));
    return takeLock(folder);
  }
}

async function takeLock(folder: string): Promise<Sqlite> {
  const lock = await openSqlite(join(folder, lockFile), 'write');
  try {
    await lock.script(`pragma busy_timeout = ${patienceMs}; begin exclusive`);
    return lock;
  } catch (error) {
    await lock.close();
    throw sqliteCode(error) === 'SQLITE_BUSY' ? new FolderInUse(folder, error) : error;
  }
}

/** Whether an agent works on the folder now. */
export async function isFolderLocked(folder: string): Promise<boolean> {
  const file = join(folder, lockFile);
  if (!(await exists(file))) return false;
  const lock = await openSqlite(file, 'read');
  try {
    await lock.script('pragma busy_timeout = 0; begin; select count(*) from sqlite_master; rollback');
    return false;
  } catch (error) {
    return sqliteCode(error) === 'SQLITE_BUSY';
  } finally {
    await lock.close();
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
