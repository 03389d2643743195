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
export async function ask(connection: Connection, sql: string, values: readonly SqlValue[] = []): Promise<unknown[]> {
  // It would be carried out all the same, and by itself.
  if ('isCompleted' in connection && typeof connection.isCompleted === 'function' && connection.isCompleted() === true)
    throw new Error('the transaction has ended');
  const lender: Lender = connection.client;
  const raw = await lender.acquireConnection();
  try {
    return await new Promise<unknown[]>((resolve, reject) => {
      raw.all(sql, values, (error, rows = []) => (error === null ? resolve(rows) : reject(error)));
    });
  } finally {
    await lender.releaseConnection(raw);
  }
}
