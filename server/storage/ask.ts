import type { Connection } from './database.ts';
import type { RawConnection } from './statements.ts';

export type SqlValue = string | number | null;

/** What of knex is used here: it lends out the driver's own connection. */
export interface Lender {
  acquireConnection(): Promise<RawConnection>;
  releaseConnection(connection: RawConnection): Promise<void>;
}

/**
 * Rows of a statement of ours, for the few that every order costs: what knex does around a statement takes four
 * times as long as a short statement itself. In a transaction it is one of the transaction's. Errors are the driver's, with its code.
 */
export function ask(connection: Connection, sql: string, values: readonly SqlValue[] = []): Promise<unknown[]> {
  return onDriver(
    connection,
    (raw) =>
      new Promise((resolve, reject) => {
        raw.all(sql, values, (error, rows = []) => (error === null ? resolve(rows) : reject(error)));
      }),
  );
}

/** Runs a statement that answers no rows; how many it changed. */
export function change(connection: Connection, sql: string, values: readonly SqlValue[] = []): Promise<number> {
  return onDriver(
    connection,
    (raw) =>
      new Promise((resolve, reject) => {
        raw.run(sql, values, function (error) {
          if (error === null) resolve(this.changes ?? 0);
          else reject(error);
        });
      }),
  );
}

async function onDriver<Result>(
  connection: Connection,
  work: (raw: RawConnection) => Promise<Result>,
): Promise<Result> {
  // It would be carried out all the same, and by itself.
  if ('isCompleted' in connection && typeof connection.isCompleted === 'function' && connection.isCompleted() === true)
    throw new Error('the transaction has ended');
  const lender: Lender = connection.client;
  const raw = await lender.acquireConnection();
  try {
    return await work(raw);
  } finally {
    await lender.releaseConnection(raw);
  }
}
