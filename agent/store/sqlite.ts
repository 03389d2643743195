import sqlite3 from 'sqlite3';
import type { z } from 'zod';

export type SqlValue = string | number | null;

/** What a store works on: the database, or a transaction of it. */
export interface Connection {
  /** Runs one statement; answers how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number>;
  /** Every row, each parsed by the schema: a row that does not fit throws. */
  all<Row>(schema: z.ZodType<Row>, sql: string, ...values: SqlValue[]): Promise<Row[]>;
}

/**
 * One SQLite file.
 *
 * INVARIANT: there is one connection, so transactions wait for each other; inside
 * one, only the connection it was given may be used, or it waits for ever.
 */
export interface Sqlite extends Connection {
  /** All or nothing: what `work` throws undoes what it wrote. */
  transaction<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>;
  /** Several statements without values. */
  script(sql: string): Promise<void>;
  /** Waits for what is under way, then closes the file. */
  close(): Promise<void>;
}

/**
 * Opens the file; `read` never creates it. Errors are SQLite's own, with their
 * code ("SQLITE_FULL: …"); `onError` hears of each, besides whoever asked.
 */
export async function openSqlite(
  file: string,
  mode: 'read' | 'write',
  onError: (error: unknown) => void = () => {},
): Promise<Sqlite> {
  const flags = mode === 'read' ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE;
  const raw = await new Promise<sqlite3.Database>((resolve, reject) => {
    const database = new sqlite3.Database(file, flags, (error) => (error === null ? resolve(database) : reject(error)));
  });
  const direct = connectionOf(raw);
  const inTurn = createTurns(onError);
  return {
    run: (sql, ...values) => inTurn(() => direct.run(sql, ...values)),
    all: (schema, sql, ...values) => inTurn(() => direct.all(schema, sql, ...values)),
    script: (sql) => inTurn(() => settled((done) => raw.exec(sql, done))),
    transaction: (work) => inTurn(() => inTransaction(direct, work)),
    close: () => inTurn(() => settled((done) => raw.close(done))),
  };
}

function connectionOf(raw: sqlite3.Database): Connection {
  return {
    run: (sql, ...values) =>
      new Promise((resolve, reject) => {
        raw.run(sql, values, function (error) {
          if (error === null) resolve(this.changes);
          else reject(error);
        });
      }),
    all: (schema, sql, ...values) =>
      new Promise((resolve, reject) => {
        raw.all<unknown>(sql, values, (error, rows) => {
          if (error !== null) reject(error);
          else resolve(parseRows(schema, rows));
        });
      }),
  };
}

/** In a promise of its own, so that a row that does not fit rejects and does not escape into SQLite's callback. */
async function parseRows<Row>(schema: z.ZodType<Row>, rows: unknown[]): Promise<Row[]> {
  return rows.map((row) => schema.parse(row));
}

function settled(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error === null ? resolve() : reject(error))));
}

async function inTransaction<Result>(
  connection: Connection,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  await connection.run('begin immediate');
  try {
    const result = await work(connection);
    await connection.run('commit');
    return result;
  } catch (error) {
    // A full disk makes SQLite undo the transaction by itself; a second undo then fails, and the first error is the one to tell.
    await connection.run('rollback').catch(() => 0);
    throw error;
  }
}

function createTurns(onError: (error: unknown) => void): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(onError);
    return mine;
  };
}

/** SQLite's own name of an error, for example "SQLITE_FULL"; undefined for any other error. */
export function sqliteCode(error: unknown): string | undefined {
  const text = error instanceof Error ? /^(SQLITE_[A-Z]+)/.exec(error.message) : null;
  return text?.[1];
}
