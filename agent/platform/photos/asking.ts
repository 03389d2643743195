import type { FileStat, FolderStat, Folders, Listing, QuickFolders } from './folders.ts';
import type { Ground, Grounds } from './ground.ts';
import { resolveLinks } from './links.ts';
import type { Patience } from './patience.ts';
import type { Slices } from './slices.ts';

/** Questions to the file system, each put in the way its ground bears. */
export interface Asking {
  /** For many looks in a row: the file system itself, if its answers may be waited for now. */
  atOnce(ground: Ground): QuickFolders | undefined;
  look(path: string, ground: Ground): FolderStat | Promise<FolderStat>;
  measure(path: string, ground: Ground): FileStat | Promise<FileStat>;
  head(path: string, ground: Ground): Promise<Uint8Array>;
  /**
   * What is in a folder, as a look at it told it to be. Where that told that no folder is in
   * it, whatever is there passes for a file: a link is found out when sizes are measured.
   * Rejects with what the system said, or NoAnswer.
   */
  list(path: string, ground: Ground, found: FolderStat): Listing | Promise<Listing>;
  /**
   * Looks at a folder now, and has its names read meanwhile; undefined: not on this ground,
   * or not now. What comes of it is what `look` and `list` would have told.
   */
  ahead(path: string, ground: Ground): Ahead | undefined;
  /** The same, each name's kind told by the system. */
  listKinds(path: string, ground: Ground): Promise<Listing>;
  /** The same path with no link left in it. */
  resolve(path: string): string | Promise<string>;
  /** Any other question that touches this ground. */
  ask<Answer>(ground: Ground, question: () => Promise<Answer>): Promise<Answer>;
}

/** A folder whose names are on their way. */
export interface Ahead {
  found: FolderStat;
  listing: Promise<Listing>;
}

interface AskingParts {
  folders: Folders;
  grounds: Grounds;
  patience: Patience;
  slices: Slices;
  /** Ways that were found in earlier rounds on the same grounds. */
  ways?: Map<string, readonly string[]>;
}

/** Such a list holds some hundred names; where its size is their number, no more than can be read in a slice or two. */
const smallList = 16_384;

/**
 * Near ground is asked at once, which costs a fraction; after slow answers, for long
 * lists, and on far ground always, the agent goes on with other things meanwhile.
 */
export function createAsking({ folders, grounds, patience, slices, ways = new Map() }: AskingParts): Asking {
  const { now } = folders;
  /** Paths met in this round that are no links. */
  const plain = new Set<string>();

  /** Near ground is asked at once, unless it proves slow. */
  function mayAskNow(ground: Ground): boolean {
    return ground.kind === 'near' && !slices.isSlow();
  }
  function ask<Answer>(ground: Ground, question: () => Promise<Answer>): Promise<Answer> {
    return ground.kind === 'near' ? question() : patience.ask(ground.mount, question);
  }

  /** What is there passes for files where a look told that no folder is in it. */
  function listLater(path: string, ground: Ground, { nlink }: FolderStat): Promise<Listing> {
    if (ground.countsFolders !== true || nlink !== 2) return folders.list(path);
    return folders.names(path).then((files) => ({ files, folders: [] }));
  }

  return {
    ask,
    ahead(path, ground) {
      if (now === undefined || !mayAskNow(ground)) return undefined;
      const found = now.look(path);
      return found.isDirectory() ? { found, listing: listLater(path, ground, found) } : undefined;
    },
    atOnce: (ground) => (mayAskNow(ground) ? now : undefined),
    list(path, ground, found) {
      const { nlink, size } = found;
      if (now !== undefined && size > 0 && size <= smallList && mayAskNow(ground)) {
        const isLeaf = ground.countsFolders === true && nlink === 2;
        return isLeaf ? { files: now.names(path), folders: [] } : now.list(path);
      }
      return ask(ground, () => listLater(path, ground, found));
    },
    listKinds: (path, ground) => ask(ground, () => folders.list(path)),
    look: (path, ground) =>
      now !== undefined && mayAskNow(ground) ? now.look(path) : ask(ground, () => folders.look(path, false)),
    measure: (path, ground) =>
      now !== undefined && mayAskNow(ground) ? now.measure(path) : ask(ground, () => folders.measure(path)),
    head: (path, ground) => ask(ground, () => folders.head(path)),
    resolve: (path) =>
      now?.link === undefined
        ? patience.ask(`link ${grounds.of(path).mount}`, () => folders.resolve(path))
        : resolveLinks(path, now.link, {
            grounds,
            plain,
            ways,
            far: (ground, rest) => patience.ask(ground.mount, () => folders.resolve(rest)),
          }),
  };
}
