import type { Asking } from './asking.ts';
import type { FolderStat } from './folders.ts';
import { countNames, type FolderNames } from './names.ts';
import type { Counted } from './sums.ts';

/** Folders whose names are read by the pool of threads while others are gone into. */
export interface ReadingAhead {
  /** Looks at a folder, and has its names read. False: not at this one, or not now; the walk reads it itself. */
  begin(next: Counted): boolean;
  /** One whose names came; undefined: of none yet. */
  take(): Come | undefined;
  /** As many are under way, or came and were not taken, as may be: another has to wait. */
  isFull(): boolean;
  /** None is under way, and none is to be taken. */
  isIdle(): boolean;
  /** Resolves once there is one to be taken. Not to be asked while none is under way. */
  more(): Promise<void>;
}

/** What was found of a folder. `atMs`: before anything about it was asked. */
export interface Come {
  next: Counted;
  found: FolderStat;
  atMs: number;
  /** Counted as they came: what waits for its turn is a few numbers, not a hundred names. */
  told: { names: FolderNames; folders: readonly string[] } | { error: unknown };
}

/**
 * To wake a thread costs as much as what it reads: with so many in its row, none falls
 * asleep. More would keep others waiting, when all of them are answered in one turn.
 */
const mostOpen = 48;

/**
 * Reading names is most of a first scan, and waits for the disk. Only folders that were
 * never read are begun: a round in which little changed has nothing to gain.
 */
export function createReadingAhead(asking: Asking, now: () => number): ReadingAhead {
  let come: Come[] = [];
  /** Those that are taken, the last one first, so that none has to be moved. */
  let inTurn: Come[] = [];
  let open = 0;
  let wake = () => {};

  function arrived(one: Come): void {
    come.push(one);
    wake();
  }

  return {
    begin(next) {
      const { folder, ground } = next;
      if (folder.state !== undefined || ground.kind !== 'near') return false;
      const atMs = now();
      try {
        const ahead = asking.ahead(folder.path, ground);
        if (ahead === undefined) return false;
        const { found, listing } = ahead;
        listing.then(
          ({ files, folders }) => arrived({ next, found, atMs, told: { names: countNames(files), folders } }),
          (error: unknown) => arrived({ next, found, atMs, told: { error } }),
        );
      } catch {
        // Gone, or not to be seen: the walk meets that itself, and tells why.
        return false;
      }
      open += 1;
      return true;
    },
    take() {
      if (inTurn.length === 0 && come.length > 0) {
        inTurn = come.reverse();
        come = [];
      }
      const one = inTurn.pop();
      if (one !== undefined) open -= 1;
      return one;
    },
    isFull: () => open >= mostOpen,
    isIdle: () => open === 0,
    more() {
      if (come.length + inTurn.length > 0) return Promise.resolve();
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
  };
}
