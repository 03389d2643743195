import type { Connection } from './database.ts';

/**
 * Takes the write lock of the database as the first thing in a transaction, so that what is read next cannot change
 * before it is acted on. It changes nothing.
 * DANGER: SQLite refuses to write after a read when another process wrote between the two.
 */
export async function takeWriteLock(connection: Connection): Promise<void> {
  await connection('settings').whereNull('id').update({ name: '' });
}
