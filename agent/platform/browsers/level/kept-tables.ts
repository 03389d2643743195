import type { Entry } from './entry.ts';

/** What was found in tables, by how they look: a table is never changed once written, so one reading of each is enough. */
export interface KeptTables {
  get(stamp: string): readonly Entry[] | undefined;
  keep(stamp: string, entries: readonly Entry[]): void;
}

/** A long-used profile has some dozens of tables. */
export function createKeptTables(most = 2_000): KeptTables {
  const kept = new Map<string, readonly Entry[]>();
  return {
    get: (stamp) => kept.get(stamp),
    keep(stamp, entries) {
      if (kept.size >= most) kept.clear();
      kept.set(stamp, entries);
    },
  };
}
