import type { BigIntStats } from 'node:fs';
import { constants, type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises';
import { isAbsence, stopIfOver, Unreadable } from './unreadable.ts';

/** What a name in a folder leads to. Whatever differs when its content was changed is in `stamp`. */
export interface DiskEntry {
  kind: 'file' | 'folder' | 'other';
  /** Device and number on it: two names of one folder have the same. */
  id: string;
  size: number;
  /** Id, size and times, to the nanosecond. */
  stamp: string;
  /** The later of the times of change, in ms since 1970. */
  changedMs: number;
}

/** The little of a disk that reading browsers needs, so that a test can count the questions and refuse them. */
export interface Disk {
  /** undefined: there is no such thing. */
  look(path: string): Promise<DiskEntry | undefined>;
  /** Whether the name itself is there, wherever it may lead: browsers use links to nowhere as locks. */
  isNamed(path: string): Promise<boolean>;
  list(path: string): Promise<string[]>;
  /** A whole small file. */
  read(path: string, maxBytes: number): Promise<Buffer>;
  /** Copies one file into a new one that only the agent can read; answers its bytes. */
  copy(from: string, to: string, maxBytes: number, signal: AbortSignal): Promise<number>;
}

const chunkBytes = 1024 * 1024;
/** A pipe that somebody laid in the place of a store would otherwise be waited for without end. Windows knows no such flag. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export const realDisk: Disk = {
  async look(path) {
    const found = await orAbsent(stat(path, { bigint: true }));
    return found === undefined ? undefined : entryOf(found);
  },
  isNamed: async (path) => (await orAbsent(lstat(path))) !== undefined,
  list: (path) => readdir(path),
  read: (path, maxBytes) =>
    withFile(path, maxBytes, async (file, size) => {
      const bytes = Buffer.alloc(size);
      const { bytesRead } = await file.read(bytes, 0, size, 0);
      return bytes.subarray(0, bytesRead);
    }),
  copy: (from, to, maxBytes, signal) =>
    withFile(from, maxBytes, async (source) => {
      const target = await open(to, 'wx', 0o600);
      try {
        return await pour(source, target, maxBytes, signal);
      } finally {
        await target.close();
      }
    }),
};

export function entryOf(found: BigIntStats): DiskEntry {
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  return {
    kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other',
    id: `${dev}:${ino}`,
    size: Number(size),
    stamp: `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`,
    changedMs: Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n),
  };
}

async function orAbsent<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** DANGER: people can lay anything in the place of a store; only a plain file of a bearable size is read. */
async function withFile<Result>(
  path: string,
  maxBytes: number,
  use: (file: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  const file = await open(path, openFlags);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Unreadable('not-understood');
    if (found.size > maxBytes) throw new Unreadable('timed-out');
    return await use(file, found.size);
  } finally {
    await file.close();
  }
}

async function pour(source: FileHandle, target: FileHandle, maxBytes: number, signal: AbortSignal): Promise<number> {
  const chunk = Buffer.alloc(chunkBytes);
  try {
    for (let at = 0; ; ) {
      stopIfOver(signal);
      const { bytesRead } = await source.read(chunk, 0, chunkBytes, at);
      if (bytesRead === 0) return at;
      at += bytesRead;
      if (at > maxBytes) throw new Unreadable('timed-out');
      await target.writeFile(chunk.subarray(0, bytesRead));
    }
  } finally {
    chunk.fill(0);
  }
}
