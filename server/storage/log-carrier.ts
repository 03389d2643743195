import knex from 'knex';
import { type Log, messageOf } from '../../shared/log.ts';
import { createWatch } from '../rhythm/watch.ts';
import { type Database, fileOf, unheard } from './database.ts';

interface LogCarrierParts {
  db: Database;
  /** As for `openDatabase`. */
  url: string;
  log: Log;
}

const carryEveryMs = 5_000;
/** 64 MB: a log as long as this is carried by whoever commits next, as SQLite does it by itself, so it has an end. */
const mostPages = 16_384;

/**
 * Carries what was committed from SQLite's log into the database file, on a connection of its own beside those who
 * commit. SQLite by itself lets every so many commits do it before they answer, and then one order in thirty waits
 * for some hundred pages and two flushes more. `passive`: nobody waits for it, and what it cannot carry yet stays
 * in the log. A commit is as durable before as after.
 */
export function createLogCarrier({ db, url, log }: LogCarrierParts) {
  const beside = knex({
    client: 'sqlite3',
    connection: { filename: fileOf(url) },
    useNullAsDefault: true,
    log: unheard,
    pool: { min: 0, max: 1 },
  });

  const carry = async (): Promise<void> => {
    await beside.raw('pragma wal_checkpoint(passive)');
  };
  const watch = createWatch({
    look: carry,
    everyMs: carryEveryMs,
    failed: (error) => log.warn('storage.log-not-carried', { error: messageOf(error) }),
  });
  return {
    /** Once, now; for tests. */
    carry,
    start: async (): Promise<void> => {
      await db.raw(`pragma wal_autocheckpoint = ${mostPages}`);
      watch.start();
    },
    /** Before the database is closed: who closes it last carries the rest. */
    stop: async (): Promise<void> => {
      await watch.stop();
      await beside.destroy();
    },
  };
}
