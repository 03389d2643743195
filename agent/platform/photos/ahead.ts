import type { Ahead, Asking } from './asking.ts';
import type { Counted, Folder } from './sums.ts';

/** Names of folders that are read by the pool of threads while the names of others are counted. */
export interface ReadingAhead {
  /** Has the names read of those that are next in turn: the last ones. */
  begin(waiting: readonly Counted[]): void;
  /** What was begun for a folder, once; undefined: nothing was. */
  take(folder: Folder): Begun | undefined;
}

/** `atMs`: before anything about the folder was asked. */
export type Begun = Ahead & { atMs: number };

/** As many are begun in a row, and the next row only when so few are left: to wake a thread costs as much as what it reads. */
const row = 12;
const fewLeft = 4;
/** What was read, and whose turn is behind whole folders of others, is held for as long: no more than this. */
const mostHeld = 48;

/**
 * Reading names is most of a first scan, and waits for the disk. Only folders that were
 * never read are begun: a round in which little changed has nothing to gain.
 */
export function createReadingAhead(asking: Asking, now: () => number): ReadingAhead {
  const begun = new Map<Folder, Begun>();
  let open = 0;

  function beginOne({ folder, ground }: Counted): void {
    if (folder.state !== undefined || ground.kind !== 'near' || begun.has(folder)) return;
    const atMs = now();
    try {
      const ahead = asking.ahead(folder.path, ground);
      if (ahead === undefined) return;
      open += 1;
      // Whoever takes it hears of its error; of a round that ended before, nobody does.
      const isDone = () => {
        open -= 1;
      };
      ahead.listing.then(isDone, isDone);
      begun.set(folder, { ...ahead, atMs });
    } catch {
      // Gone, or not to be seen: the walk meets that itself, and tells why.
    }
  }

  return {
    begin(waiting) {
      if (open > fewLeft) return;
      for (let at = waiting.length - 1; at >= Math.max(0, waiting.length - row); at -= 1) {
        const next = waiting[at];
        if (open >= row || begun.size >= mostHeld || next === undefined) return;
        beginOne(next);
      }
    },
    take(folder) {
      const found = begun.get(folder);
      begun.delete(folder);
      return found;
    },
  };
}
