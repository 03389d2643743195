import type { FileStat, FolderStat, Folders, Listing } from './folders.ts';
import type { Ground, Grounds } from './ground.ts';
import { resolveLinks } from './links.ts';
import type { Patience } from './patience.ts';

/** Questions to the file system, each put in the way its ground bears. */
export interface Asking {
  look(path: string, ground: Ground): FolderStat | Promise<FolderStat>;
  measure(path: string, ground: Ground): FileStat | Promise<FileStat>;
  head(path: string, ground: Ground): Promise<Uint8Array>;
  /** `size` as a look at the folder told it. Rejects with what the system said, or NoAnswer. */
  list(path: string, ground: Ground, size: number): Listing | Promise<Listing>;
  /** The same path with no link left in it. */
  resolve(path: string): Promise<string>;
  /** Any other question that touches this ground. */
  ask<Answer>(ground: Ground, question: () => Promise<Answer>): Promise<Answer>;
}

interface AskingParts {
  folders: Folders;
  grounds: Grounds;
  patience: Patience;
}

/**
 * A disk that needs this long twice running has to fetch from its plates: it is then
 * asked without holding up the agent. Once may be another program's turn.
 */
const slowMs = 3;
const askedLaterAfterSlow = 50;
/** Such a list holds some hundred names; where its size is their number, no more than can be read in a slice or two. */
const smallList = 16_384;

/**
 * Near ground is asked at once, which costs a fraction; after slow answers, for long
 * lists, and on far ground always, the agent goes on with other things meanwhile.
 */
export function createAsking({ folders, grounds, patience }: AskingParts): Asking {
  const { now } = folders;
  /** Paths met in this round that are no links. */
  const plain = new Set<string>();
  let later = 0;
  let wasSlow = false;

  function mayAskNow(ground: Ground): boolean {
    if (now === undefined || ground.kind !== 'near') return false;
    if (later === 0) return true;
    later -= 1;
    return false;
  }
  function timed<Answer>(question: () => Answer): Answer {
    const began = performance.now();
    try {
      return question();
    } finally {
      const isSlow = performance.now() - began > slowMs;
      if (isSlow && wasSlow) later = askedLaterAfterSlow;
      wasSlow = isSlow;
    }
  }
  function ask<Answer>(ground: Ground, question: () => Promise<Answer>): Promise<Answer> {
    return ground.kind === 'near' ? question() : patience.ask(ground.mount, question);
  }

  return {
    ask,
    list: (path, ground, size) =>
      now !== undefined && size > 0 && size <= smallList && mayAskNow(ground)
        ? timed(() => now.list(path))
        : ask(ground, () => folders.list(path)),
    look: (path, ground) =>
      now !== undefined && mayAskNow(ground)
        ? timed(() => now.look(path))
        : ask(ground, () => folders.look(path, false)),
    measure: (path, ground) =>
      now !== undefined && mayAskNow(ground)
        ? timed(() => now.measure(path))
        : ask(ground, () => folders.measure(path)),
    head: (path, ground) => ask(ground, () => folders.head(path)),
    resolve: (path) =>
      now?.link === undefined
        ? patience.ask(`link ${grounds.of(path).mount}`, () => folders.resolve(path))
        : resolveLinks(path, now.link, {
            grounds,
            plain,
            far: (ground, rest) => patience.ask(ground.mount, () => folders.resolve(rest)),
          }),
  };
}
