import type { Connection } from '../storage/database.ts';
import type { Head } from './chain.ts';

export interface SignedHead extends Head {
  signature: string;
}

/** The heads of chains in a table, one row each; `key` is the column that names the chain. */
export function headsIn(table: string, key: string) {
  return {
    /**
     * The head of a chain, to be written on from; an empty one where the chain begins.
     * INVARIANT: a write comes first, so the transaction holds the write lock before it reads anything of the chain:
     * two writers, in one process or two, never get the same head.
     */
    takeHead: async (connection: Connection, chain: string): Promise<SignedHead> => {
      const rows: SignedHead[] = await connection(table)
        .insert({ [key]: chain, number: 0, hash: '', signature: '' })
        .onConflict(key)
        .merge([key])
        .returning(['number', 'hash', 'signature']);
      const [head] = rows;
      if (head === undefined) throw new Error(`the head of ${chain} in ${table} did not come back`);
      return head;
    },
    writeHead: async (connection: Connection, chain: string, head: SignedHead): Promise<void> => {
      const { number, hash, signature } = head;
      await connection(table)
        .where({ [key]: chain })
        .update({ number, hash, signature });
    },
    readHead: async (connection: Connection, chain: string): Promise<SignedHead | undefined> =>
      await connection(table)
        .where({ [key]: chain })
        .first('number', 'hash', 'signature'),
  };
}
