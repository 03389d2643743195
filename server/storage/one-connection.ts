import type { RawConnection } from './statements.ts';

/** What knex uses of its pool. */
interface Pool {
  acquire(): { promise: Promise<RawConnection> };
  release(connection: RawConnection): boolean;
  destroy(): Promise<void>;
}

/** Somebody whose turn has not come. */
interface Waiting {
  take: (connection: Promise<RawConnection>) => void;
  giveUp: (why: Error) => void;
}

/** As knex has it: whoever waits longer forgot, most likely, that a transaction's statements go through the transaction. */
const longestWaitMs = 60_000;

/**
 * One connection in turn, in the order in which it was asked for. The pool that knex brings starts two timers and a dozen
 * promises each time somebody asks, a third of what a short statement costs; here it makes the connection and ends it.
 *
 * INVARIANT: nobody is lent the connection while somebody else has it, or one's statements would be part of the
 * other's transaction.
 */
export function createOneConnection(pool: Pool, waitAtMostMs: number = longestWaitMs): Pool {
  let connection: Promise<RawConnection> | undefined;
  let isLent = false;
  let free: (() => void) | undefined;
  let ended = false;
  const waiting: Waiting[] = [];

  /** One that could not be opened is asked for anew by the next. */
  const lend = (): Promise<RawConnection> => {
    isLent = true;
    connection ??= pool.acquire().promise;
    return connection.catch((error: unknown) => {
      connection = undefined;
      passOn();
      throw error;
    });
  };
  const passOn = (): void => {
    const next = waiting.shift();
    if (next !== undefined) next.take(lend());
    else {
      isLent = false;
      free?.();
    }
  };
  const turn = (): Promise<RawConnection> =>
    new Promise((resolve, reject) => {
      const place: Waiting = {
        take: (lent) => {
          clearTimeout(timer);
          resolve(lent);
        },
        giveUp: (why) => {
          clearTimeout(timer);
          reject(why);
        },
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(new Error('nobody gave the connection back: is a transaction’s statement sent past it?'));
      }, waitAtMostMs);
      waiting.push(place);
    });

  return {
    acquire: () => {
      if (ended) return { promise: Promise.reject(new Error('the database is being closed')) };
      return { promise: isLent ? turn() : lend() };
    },
    release: () => {
      if (!isLent) return false;
      passOn();
      return true;
    },
    /** Whoever has it finishes; whoever waits is refused. */
    destroy: async () => {
      ended = true;
      for (const { giveUp } of waiting.splice(0)) giveUp(new Error('the database is being closed'));
      if (isLent)
        await new Promise<void>((resolve) => {
          free = resolve;
        });
      const opened = await connection?.catch(() => undefined);
      if (opened !== undefined) pool.release(opened);
      await pool.destroy();
    },
  };
}
