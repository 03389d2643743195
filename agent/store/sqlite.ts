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
  const kept = createKept(raw);
  const direct = connectionOf(kept);
  const inTurn = createTurns(onError);
  return {
    run: (sql, ...values) => inTurn(() => direct.run(sql, ...values)),
    all: (schema, sql, ...values) => inTurn(() => direct.all(schema, sql, ...values)),
    script: (sql) => inTurn(() => settled((done) => raw.exec(sql, done))),
    transaction: (work) => inTurn(() => inTransaction(direct, work)),
    close: () =>
      inTurn(async () => {
        await kept.close();
        await settled((done) => raw.close(done));
      }),
  };
}

/** Of ours there are fewer; longer ones are asked once. */
const mostKept = 40;

/**
 * Statements, each parsed once: parsing goes to another thread and back as often as running does.
 * INVARIANT: they are asked in turn, so none is in use when it is let go, and each runs to its end.
 */
function createKept(raw: sqlite3.Database) {
  const kept = new Map<string, sqlite3.Statement>();
  const end = (statement: sqlite3.Statement): Promise<void> =>
    new Promise((resolve) => statement.finalize(() => resolve()));
  const prepare = (sql: string): Promise<sqlite3.Statement> =>
    new Promise((resolve, reject) => {
      const statement = raw.prepare(sql, (error: Error | null) =>
        error === null ? resolve(statement) : reject(error),
      );
    });
  return {
    async find(sql: string): Promise<sqlite3.Statement> {
      const found = kept.get(sql);
      if (found !== undefined) return found;
      const made = await prepare(sql);
      const [oldest] = kept;
      if (kept.size >= mostKept && oldest !== undefined) {
        kept.delete(oldest[0]);
        await end(oldest[1]);
      }
      kept.set(sql, made);
      return made;
    },
    /** One that failed on its way is parsed anew. */
    async forget(sql: string): Promise<void> {
      const failed = kept.get(sql);
      kept.delete(sql);
      if (failed !== undefined) await end(failed);
    },
    async close(): Promise<void> {
      await Promise.all([...kept.values()].map(end));
      kept.clear();
    },
  };
}

function connectionOf(kept: ReturnType<typeof createKept>): Connection {
  const asked = async <Result>(
    sql: string,
    ask: (statement: sqlite3.Statement) => Promise<Result>,
  ): Promise<Result> => {
    const statement = await kept.find(sql);
    return ask(statement).catch(async (error: unknown) => {
      await kept.forget(sql);
      throw error;
    });
  };
  return {
    run: (sql, ...values) =>
      asked(
        sql,
        (statement) =>
          new Promise((resolve, reject) => {
            statement.run(values, function (this: sqlite3.RunResult, error: Error | null) {
              if (error === null) resolve(this.changes);
              else reject(error);
            });
          }),
      ),
    all: (schema, sql, ...values) =>
      asked(
        sql,
        (statement) =>
          new Promise((resolve, reject) => {
            statement.all(values, (error: Error | null, rows: unknown[]) => {
              if (error !== null) reject(error);
              else resolve(parseRows(schema, rows));
            });
          }),
      ),
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
