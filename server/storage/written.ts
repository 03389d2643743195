import { ask, type SqlValue } from './ask.ts';
import type { Connection } from './database.ts';

type Row = readonly SqlValue[];

/** What one statement writes: all of it or nothing. What the places of each row mean stands in migration 007. */
export interface Written {
  heads: readonly Row[];
  entries: readonly Row[];
  /** Devices that must be as they were seen, with no order open. */
  idle?: readonly Row[];
  /** New orders. */
  commands?: readonly Row[];
  /** Orders from the state they were seen in to another. */
  steps?: readonly Row[];
}

/** Somebody else was there first, and nothing was written: the head of a log, an order or a device is not as it was seen. */
export class MovedMeanwhile extends Error {
  override readonly name = 'MovedMeanwhile';
  readonly what: 'head-moved' | 'state-moved';
  constructor(what: 'head-moved' | 'state-moved', cause: unknown) {
    super(`nothing was written: ${what}`, { cause });
    this.what = what;
  }
}

/** Writes in one statement, by itself or as one of a transaction, which goes on when it throws MovedMeanwhile. */
export async function writeDown(
  connection: Connection,
  { heads, entries, idle = [], commands = [], steps = [] }: Written,
): Promise<void> {
  const values = [heads, entries, idle, commands, steps].map((rows) => JSON.stringify(rows));
  try {
    await ask(connection, 'insert into written (heads, entries, idle, commands, steps) values (?, ?, ?, ?, ?)', values);
  } catch (error) {
    const what = error instanceof Error ? /: (head-moved|state-moved)$/.exec(error.message)?.[1] : undefined;
    if (what === 'head-moved' || what === 'state-moved') throw new MovedMeanwhile(what, error);
    throw error;
  }
}
