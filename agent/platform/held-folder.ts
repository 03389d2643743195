import { type BigIntStats, constants, type Dirent, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rmdir, unlink } from 'node:fs/promises';

/** One name in a folder. The bytes are what the disk holds: not every name is UTF-8, and such a photo goes too. */
export interface Entry {
  name: string;
  bytes: Buffer;
  kind: 'file' | 'folder' | 'link' | 'other';
}

/** What a look at a name itself tells. */
export interface EntryStat {
  isFile: boolean;
  size: number;
  blocks: number;
  mtimeMs: number;
  /** Who owns it; 0 also where the system tells none. */
  owner: number;
}

/**
 * A folder that is held: whatever happens to the names that led to it, what is asked
 * and deleted through it lies in this very folder. Links are never followed.
 */
export interface Held {
  /** Device and inode. The same folder has the same under every name. */
  readonly id: string;
  /** Who owns it; 0 also where the system tells none. */
  readonly owner: number;
  list(): Promise<Entry[]>;
  measure(entry: Entry): Promise<EntryStat>;
  /** The first bytes of a file. DANGER: opening a placeholder downloads it; measure first. */
  head(entry: Entry, length?: number): Promise<Uint8Array>;
  /** The whole of a small text, cut at `length` bytes; undefined: not there, or not to be read. */
  text(name: string, length: number): Promise<string | undefined>;
  /** Deletes one name. Whatever a link leads to stays. */
  remove(name: Buffer | string): Promise<void>;
  /** Deletes a folder that is empty. */
  removeFolder(name: Buffer | string): Promise<void>;
  /** Holds a folder in it. Rejects where the name is a link by now. */
  enter(name: Buffer | string): Promise<Held>;
  /** Holds the folder it lies in. */
  leave(): Promise<Held>;
  close(): Promise<void>;
}

/** Holds a folder by a path in which no name is a link; rejects with ELOOP or ENOTDIR where one is. */
export type Hold = (path: string) => Promise<Held>;

/** A folder on the way need not be readable to be gone through; Node has no name for this flag of open(2). */
const onlyPath = 0o10000000;
const folderFlags = onlyPath | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
const fileFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Holds folders by open descriptors, where the kernel lets a path begin at one
 * (`/proc/self/fd/N/name`, on Linux and Android): a folder that is exchanged for a link
 * at any moment changes nothing about where things are deleted.
 */
export const holdByDescriptor: Hold = async (path) => {
  let held = await byDescriptor('/');
  for (const name of path.split('/').filter((part) => part !== '')) held = await stepInto(held, name);
  return held;
};

/** Goes one name further, and lets go of where it came from. */
export async function stepInto(held: Held, name: Buffer | string): Promise<Held> {
  try {
    return await held.enter(name);
  } finally {
    await held.close();
  }
}

async function byDescriptor(path: Buffer | string): Promise<Held> {
  const handle = await open(path, folderFlags);
  try {
    return heldBy(handle, await handle.stat({ bigint: true }));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function heldBy(handle: FileHandle, found: BigIntStats): Held {
  const base = Buffer.from(`/proc/self/fd/${handle.fd}/`);
  const at = (name: Buffer | string) => Buffer.concat([base, typeof name === 'string' ? Buffer.from(name) : name]);
  return {
    id: `${found.dev}:${found.ino}`,
    owner: Number(found.uid),
    list: async () => (await readdir(base, { withFileTypes: true, encoding: 'buffer' })).map(toEntry),
    measure: async ({ bytes }) => toStat(await lstat(at(bytes))),
    head: ({ bytes }, length) => readHead(at(bytes), length),
    text: (name, length) => readStart(at(name), length),
    remove: (name) => unlink(at(name)),
    removeFolder: (name) => rmdir(at(name)),
    enter: (name) => byDescriptor(at(name)),
    leave: () => byDescriptor(at('..')),
    close: () => handle.close(),
  };
}

export function toEntry(entry: Dirent<Buffer>): Entry {
  const bytes = entry.name;
  const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
  return { name: bytes.toString(), bytes, kind };
}

export function toStat(found: Stats): EntryStat {
  const { size, blocks, mtimeMs, uid } = found;
  return { isFile: found.isFile(), size, blocks, mtimeMs, owner: uid };
}

export async function readHead(path: Buffer | string, length = 16): Promise<Uint8Array> {
  const file = await open(path, fileFlags);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export async function readStart(path: Buffer | string, length: number): Promise<string | undefined> {
  try {
    return Buffer.from(await readHead(path, length)).toString();
  } catch {
    return undefined;
  }
}
