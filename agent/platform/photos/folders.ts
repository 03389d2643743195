import {
  type BigIntStats,
  constants,
  type Dirent,
  lstatSync,
  readdirSync,
  readdir as readdirWithCallback,
  readlinkSync,
  type Stats,
} from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The little of a file system that counting needs, so that a test can count the questions and refuse them. */
export interface Folders {
  /** Looks at a name itself (`follow` false) or at what it leads to. */
  look(path: string, follow: boolean): Promise<FolderStat>;
  list(path: string): Promise<Listing>;
  /** Names alone, whatever they are: a third of the cost. */
  names(path: string): Promise<string[]>;
  /** The same path with no link left in it. */
  resolve(path: string): Promise<string>;
  /** Looks at a file itself; never opens it. */
  measure(path: string): Promise<FileStat>;
  /** The first bytes of a file. DANGER: opening a placeholder downloads it; measure first. */
  head(path: string): Promise<Uint8Array>;
  /**
   * The same questions, answered before the call returns: a fraction of the cost, and
   * the whole agent waits. Only for disks of the device itself. Absent: never so.
   */
  now?: QuickFolders;
}

export interface QuickFolders {
  look(path: string): FolderStat;
  list(path: string): Listing;
  names(path: string): string[];
  measure(path: string): FileStat;
  /** Where a link leads, as it is written in it; undefined: no link. Absent: links are found by `resolve` alone. */
  link?(path: string): string | undefined;
}

/** What a look at a folder tells; of Node's own form, for it is asked a thousand times in a round. */
export interface FolderStat {
  /** Device and inode: the same folder has the same under every name. Inode 0: the system tells none. */
  dev: number | bigint;
  ino: number | bigint;
  /** When a name in the folder last changed; anybody can set it back. */
  mtimeMs: number;
  /** When anything about the folder last changed, its rights too; nobody can set it back. FAT has none. */
  ctimeMs: number;
  /** How many names lead to it: most file systems of Linux count each folder in it, two if there is none. */
  nlink: number;
  /** Bytes of the list of names itself, where the file system tells; 0: it does not. */
  size: number;
  isDirectory(): boolean;
}

export interface FileStat {
  isFile: boolean;
  /** Bytes, wherever they lie. */
  size: number;
  /** Blocks of 512 bytes that it takes on this disk. */
  blocks: number;
  mtimeMs: number;
}

/** Names in a folder. Links, pipes and devices are in neither list. */
export interface Listing {
  files: string[];
  folders: string[];
}

/** Bytes at the beginning of a file that tell what it is. */
export const headBytes = 16;

interface FoldersParts {
  /** Names that are told as links may be files of a cloud store: each is looked at. So it is on Windows. */
  linksMayBeFiles?: boolean;
  /** Whether any path may be asked without waiting. */
  quick?: boolean;
}

/** The real file system. */
export function createFolders({ linksMayBeFiles = false, quick = true }: FoldersParts = {}): Folders {
  const folders: Folders = {
    async look(path, follow) {
      return toFolderStat(await (follow ? stat(path, { bigint: true }) : lstat(path, { bigint: true })));
    },
    async list(path) {
      const entries = await readdir(path, { withFileTypes: true });
      return linksMayBeFiles ? lookedAt(path, entries) : toListing(entries);
    },
    names: namesLater,
    resolve: (path) => realpath(path),
    measure: async (path) => toFileStat(await lstat(path)),
    head: readHead,
  };
  return quick ? { ...folders, now: linksMayBeFiles ? quickLooks : { ...quickLooks, link: quickLink } } : folders;
}

/** With a callback: the promised kind costs the processor twice as much, and a first scan asks a thousand times. */
function namesLater(path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    readdirWithCallback(path, (error, names) => (error === null ? resolve(names) : reject(error)));
  });
}

const quickLooks: QuickFolders = {
  look(path) {
    const found = lstatSync(path);
    // Two folders would look like one: numbers this large are not exact.
    return found.ino <= Number.MAX_SAFE_INTEGER ? found : toFolderStat(lstatSync(path, { bigint: true }));
  },
  list: (path) => toListing(readdirSync(path, { withFileTypes: true })),
  names: (path) => readdirSync(path),
  measure: (path) => toFileStat(lstatSync(path)),
};

/** One for all: most folders that a home may have are not there, and an error made anew costs ten times the question. */
const absent = Object.freeze(Object.assign(new Error('it is not there'), { code: 'ENOENT' }));

function quickLink(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw absent;
  return found.isSymbolicLink() ? readlinkSync(path) : undefined;
}

function toFolderStat(found: BigIntStats): FolderStat {
  return {
    dev: exact(found.dev),
    ino: exact(found.ino),
    mtimeMs: toMs(found.mtimeNs),
    ctimeMs: toMs(found.ctimeNs),
    nlink: Number(found.nlink),
    size: Number(found.size),
    isDirectory: () => found.isDirectory(),
  };
}

/** However a folder was looked at, what is told of it must be the same: numbers wherever they are exact, */
function exact(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** and milliseconds with the fraction that Node gives when it is not asked for large numbers. */
function toMs(ns: bigint): number {
  return Number(ns / 1_000_000_000n) * 1000 + Number(ns % 1_000_000_000n) / 1_000_000;
}

function toFileStat(found: Stats): FileStat {
  const { size, blocks, mtimeMs } = found;
  return { isFile: found.isFile(), size, blocks, mtimeMs };
}

function toListing(entries: readonly Dirent[]): Listing {
  const listing: Listing = { files: [], folders: [] };
  for (const entry of entries) {
    if (entry.isFile()) listing.files.push(entry.name);
    else if (entry.isDirectory()) listing.folders.push(entry.name);
  }
  return listing;
}

async function lookedAt(path: string, entries: readonly Dirent[]): Promise<Listing> {
  const listing = toListing(entries);
  for (const entry of entries) {
    if (!entry.isSymbolicLink()) continue;
    const found = await lstat(join(path, entry.name)).catch(() => undefined);
    if (found?.isFile()) listing.files.push(entry.name);
    else if (found?.isDirectory()) listing.folders.push(entry.name);
  }
  return listing;
}

/** Opened so that neither a link nor a pipe that took the file's place is waited for. */
async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The file system of Linux, macOS and Android. */
export const realFolders: Folders = createFolders();
