import { join } from 'node:path';
import knex from 'knex';
import { messageOf } from '../../shared/log.ts';
import { unheard } from './database.ts';

/** Another server works on the data folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'folder-in-use';
}

/**
 * Takes the data folder for this server alone, until the answer is called: two
 * would each offer orders to the devices that reached them. The lock is the
 * system's own, taken through SQLite on a file beside the database, so it goes
 * with the process, also after kill -9, and the command line may work on the
 * database meanwhile.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lock = knex({
    client: 'sqlite3',
    connection: { filename: join(folder, 'server.lock') },
    useNullAsDefault: true,
    log: unheard,
    pool: { min: 1, max: 1 },
  });
  try {
    await lock.raw('begin exclusive');
  } catch (cause) {
    await lock.destroy();
    if (!/SQLITE_BUSY/.test(messageOf(cause))) throw cause;
    throw new FolderInUse(
      `A Hometime server already runs on the data folder ${folder}. Stop it first, or give this one a folder of its own with --data.`,
      { cause },
    );
  }
  return () => lock.destroy();
}
