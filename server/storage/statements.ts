/** What of the SQLite driver's connection the pool and knex use. */
export interface RawConnection {
  exec(sql: string, done: (error: Error | null) => void): void;
  prepare(sql: string, done: (error: Error | null) => void): Statement;
  all: Ask;
  run: Ask;
  close(done: (error: Error | null) => void): void;
}

/** `this`: what a statement that changes something came to. */
interface Outcome {
  lastID?: number;
  changes?: number;
}
type Done = (this: Outcome, error: Error | null, rows?: unknown[]) => void;
type Ask = (sql: string, values: readonly unknown[], done: Done) => void;

interface Statement {
  all(values: readonly unknown[], done: Done): void;
  run(values: readonly unknown[], done: Done): void;
  finalize(done: () => void): void;
}

/** The server's own statements are fewer; a list of ids of each length would be another one each. */
const mostKept = 200;
const longestKept = 2_000;
const givesRows = /\breturning\b/i;

/**
 * Keeps statements prepared, those used last: the driver would otherwise parse each one anew
 * and go to another thread twice for it, two thirds of what a short statement costs.
 * After a change of the tables SQLite prepares them anew by itself.
 *
 * INVARIANT: what is kept has run to its end. One that has not holds its transaction open, and this connection
 * would never again see what another process commits. `run` takes one step, so what answers with rows there
 * (a deletion that tells what it deleted) is not kept; nor is one that failed on its way.
 */
export function keepStatements(connection: RawConnection): void {
  const kept = new Map<string, Promise<Statement>>();
  const plain = { all: connection.all.bind(connection), run: connection.run.bind(connection) };
  const close = connection.close.bind(connection);

  const prepare = (sql: string): Promise<Statement> =>
    new Promise((resolve, reject) => {
      const statement = connection.prepare(sql, (error) => (error === null ? resolve(statement) : reject(error)));
    });
  const statementOf = (sql: string): Promise<Statement> => {
    const found = kept.get(sql) ?? prepare(sql);
    // Put last again: the first is the one that was not used for longest.
    kept.delete(sql);
    kept.set(sql, found);
    for (const [oldest, statement] of kept) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
      statement.then(end, () => {});
    }
    return found;
  };
  const forget = (sql: string, statement: Statement): void => {
    kept.delete(sql);
    void end(statement);
  };
  const asking =
    (how: 'all' | 'run'): Ask =>
    (sql, values, done) => {
      if (sql.length > longestKept || (how === 'run' && givesRows.test(sql))) return plain[how](sql, values, done);
      statementOf(sql).then(
        (statement) =>
          statement[how](values, function (error, rows) {
            if (error !== null) forget(sql, statement);
            // A copy: the statement's own is that of its next use as well.
            done.call({ lastID: this.lastID ?? 0, changes: this.changes ?? 0 }, error, rows);
          }),
        (error: Error) => {
          kept.delete(sql);
          done.call({}, error);
        },
      );
    };

  connection.all = asking('all');
  connection.run = asking('run');
  connection.close = (done) => {
    const open = [...kept.values()];
    kept.clear();
    void Promise.allSettled(open.map(async (statement) => end(await statement))).then(() => close(done));
  };
}

function end(statement: Statement): Promise<void> {
  return new Promise((resolve) => statement.finalize(() => resolve()));
}
