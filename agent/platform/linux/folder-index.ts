import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import type { PhotoCount } from '../../../shared/report/photos.ts';
import { addCounts, countNames, isWalked, noPhotos } from './photo-count.ts';
import { isProgramFolder } from './photo-folders.ts';

/** The little of a file system that counting needs, so that a test can count the questions and refuse them. */
export interface Folders {
  /** Looks at a name itself (`follow` false) or at what it leads to. */
  look(path: string, follow: boolean): Promise<FolderStat>;
  list(path: string): Promise<FolderEntry[]>;
}

export interface FolderStat {
  dev: number;
  ino: number;
  /** When a name in the folder last changed; anybody can set it back. */
  mtimeMs: number;
  /** When anything about the folder last changed, its rights too; nobody can set it back. FAT has none. */
  ctimeMs: number;
  isFolder: boolean;
}

export interface FolderEntry {
  name: string;
  kind: 'file' | 'folder' | 'other';
}

export const realFolders: Folders = {
  async look(path, follow) {
    const found = await (follow ? stat(path) : lstat(path));
    const { dev, ino, mtimeMs, ctimeMs } = found;
    return { dev, ino, mtimeMs, ctimeMs, isFolder: found.isDirectory() };
  },
  async list(path) {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({
      name: entry.name,
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
    }));
  },
};

/** What one walk found. `blocked`: a folder may not be read; `broken`: the disk answered with an error. */
export interface WalkResult {
  count: PhotoCount;
  trouble: Trouble | undefined;
  /** The folder the walk began at could not be entered itself. */
  atRoot: boolean;
}

export type Trouble = 'blocked' | 'broken' | 'out-of-time';

interface Known {
  mtimeMs: number;
  ctimeMs: number;
  listedAtMs: number;
  count: PhotoCount;
  folders: string[];
}

interface Walk {
  /** Folders already counted in this round, as device and inode: against loops and against counting twice. */
  seen: Set<string>;
  /** True once the round must end. */
  isOver(): boolean;
  now(): number;
}

/** Folders looked at between two pauses: the agent must stay answerable while it counts. */
const batch = 200;
/** FAT keeps times in steps of two seconds: a folder that changed this recently may change again unnoticed. */
const settledMs = 3_000;

/**
 * Counts below a folder, and remembers each folder by its time of change: one
 * that did not change is not listed again. Links are never followed.
 */
export function createFolderIndex(folders: Folders) {
  let kept = new Map<string, Known>();
  let next = new Map<string, Known>();
  let looked = 0;

  async function walk(root: string, isHome: boolean, round: Walk): Promise<WalkResult> {
    const waiting = [root];
    const result: WalkResult = { count: noPhotos, trouble: undefined, atRoot: false };
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (round.isOver()) return { ...result, trouble: 'out-of-time' };
      looked += 1;
      if (looked % batch === 0) await pause();
      const visited = await visit(path, round, path === root);
      if (visited === undefined) continue;
      if ('trouble' in visited) {
        result.trouble ??= visited.trouble;
        result.atRoot ||= path === root;
        continue;
      }
      result.count = addCounts(result.count, visited.count);
      waiting.push(...foldersToWalk(path, visited, isHome && path === root));
    }
    return result;
  }

  async function visit(path: string, round: Walk, isRoot: boolean): Promise<Known | { trouble: Trouble } | undefined> {
    try {
      const found = await folders.look(path, isRoot);
      const identity = `${found.dev}:${found.ino}`;
      if (!found.isFolder || round.seen.has(identity)) return undefined;
      round.seen.add(identity);
      const before = kept.get(path);
      const known = isUnchanged(before, found) ? before : await listFolder(path, found, round.now());
      next.set(path, known);
      return known;
    } catch (error) {
      return troubleOf(error);
    }
  }

  async function listFolder(path: string, found: FolderStat, listedAtMs: number): Promise<Known> {
    const entries = await folders.list(path);
    const names = entries.filter((entry) => entry.kind === 'file').map((entry) => entry.name);
    // A file system that tells no kinds makes every entry "other": looked at one by one, or all photos would be missed.
    const untold: string[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'other') continue;
      const found = await folders.look(join(path, entry.name), false).catch(() => undefined);
      if (found?.isFolder) untold.push(entry.name);
    }
    const inner = entries.filter((entry) => entry.kind === 'folder').map((entry) => entry.name);
    const walked = [...inner, ...untold].filter((name) => isWalked(name, basename(path)));
    const { mtimeMs, ctimeMs } = found;
    return { mtimeMs, ctimeMs, listedAtMs, count: countNames(names), folders: walked };
  }

  return {
    walk,
    /** Ends a round: folders that were not met in it are forgotten, unless the round was cut short. */
    endRound(complete: boolean) {
      kept = complete ? next : new Map([...kept, ...next]);
      next = new Map();
    },
  };
}

/** Only a folder that had come to rest when it was listed can be trusted to be as it was. */
function isUnchanged(before: Known | undefined, found: FolderStat): before is Known {
  return (
    before !== undefined &&
    before.mtimeMs === found.mtimeMs &&
    before.ctimeMs === found.ctimeMs &&
    before.listedAtMs - Math.max(before.mtimeMs, before.ctimeMs) > settledMs
  );
}

function foldersToWalk(path: string, known: Known, isHome: boolean): string[] {
  const names = isHome ? known.folders.filter((name) => !isProgramFolder(name)) : known.folders;
  return names.map((name) => join(path, name));
}

/** What an error means; undefined: the folder is not there, which is no trouble. */
function troubleOf(error: unknown): { trouble: Trouble } | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  return { trouble: code === 'EACCES' || code === 'EPERM' ? 'blocked' : 'broken' };
}
