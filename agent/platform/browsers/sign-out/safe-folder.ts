import type { Stats } from 'node:fs';
import { constants, type FileHandle, lstat, open, readdir, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsence } from '../unreadable.ts';

/** What a new file holds: bytes, or those of a file of the agent's own. */
export type Source = Uint8Array | { file: string };

/**
 * A folder of a person, worked in with the rights of the administrator.
 *
 * DANGER: its owner can lay links and others' files into it at any moment. Nothing
 * here follows a link, and nothing that belongs to anybody else is opened or
 * written. On Linux every name is asked of the opened folder itself, so that
 * nobody can put another in its place meanwhile; elsewhere it is looked at right before.
 */
export interface SafeFolder {
  names(): Promise<string[]>;
  kindOf(name: string): Promise<'file' | 'folder' | 'other' | undefined>;
  /** undefined: there is no folder of this name; a link to one is none. Close it. */
  enter(name: string): Promise<SafeFolder | undefined>;
  read(name: string, maxBytes: number): Promise<Buffer>;
  /** Copies a file out into a new one that only the agent can read; answers its bytes. */
  copyOut(name: string, to: string, maxBytes: number): Promise<number>;
  /** Puts a whole new file in the place of `name`, or beside it, with owner and rights of `like`. It is on the disk when this returns. */
  put(name: string, source: Source, like: string): Promise<void>;
  /** Removes a file, a link itself, or a folder with all in it. True: there was one. */
  remove(name: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface SafeFolderParts {
  /** Whose everything has to be; undefined: the system keeps no such numbers. */
  owner: number | undefined;
  /** Opened folders can be asked by `/proc/self/fd`. */
  anchored: boolean;
}

/** Something in the way belongs to somebody else, or is no plain file: it is left alone. */
export class NotTheirsError extends Error {
  override readonly name = 'NotTheirsError';
  readonly code = 'not-theirs';
}

/** The name under which a new file is made, before it takes its place. One that is left over is removed by the next. */
const unfinished = '.hometime-unfinished';
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants;
/** Windows knows none of these. */
const plain = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const chunkBytes = 1024 * 1024;
const maxDepth = 64;

/**
 * Opens a folder by its path. The way there may lead over links, as homes do that
 * lie on another disk; what it leads to must belong to the owner. undefined: there is none.
 */
export async function openSafeFolder(path: string, parts: SafeFolderParts): Promise<SafeFolder | undefined> {
  return openAt(path, parts, { follow: true, depth: 0 });
}

async function openAt(
  path: string,
  parts: SafeFolderParts,
  { follow, depth }: { follow: boolean; depth: number },
): Promise<SafeFolder | undefined> {
  if (depth > maxDepth) throw new NotTheirsError('folders lie too deep in one another');
  if (!parts.anchored)
    return (await isOwnFolder(path, follow, parts)) ? folderAt(path, undefined, parts, depth) : undefined;
  const flags = O_RDONLY | (constants.O_DIRECTORY ?? 0) | (follow ? 0 : plain);
  const handle = await orAbsent(open(path, flags));
  if (handle === undefined) return undefined;
  const found = await handle.stat();
  if (isTheirs(found, parts)) return folderAt(`/proc/self/fd/${handle.fd}`, handle, parts, depth);
  await handle.close();
  throw new NotTheirsError('a folder belongs to somebody else');
}

async function isOwnFolder(path: string, follow: boolean, parts: SafeFolderParts): Promise<boolean> {
  const found = await orAbsent(follow ? stat(path) : lstat(path));
  if (found?.isDirectory() !== true) return false;
  if (!isTheirs(found, parts)) throw new NotTheirsError('a folder belongs to somebody else');
  return true;
}

function isTheirs({ uid }: Stats, { owner }: SafeFolderParts): boolean {
  return owner === undefined || uid === owner;
}

function folderAt(base: string, handle: FileHandle | undefined, parts: SafeFolderParts, depth: number): SafeFolder {
  const at = (name: string) => join(base, plainName(name));
  const enter = (name: string) => openAt(at(name), parts, { follow: false, depth: depth + 1 });
  const openFile = async (name: string) => {
    const file = await open(at(name), O_RDONLY | plain);
    const found = await file.stat();
    if (found.isFile() && isTheirs(found, parts)) return { file, found };
    await file.close();
    throw new NotTheirsError('no plain file of its owner');
  };
  const folder: SafeFolder = {
    names: () => readdir(base),
    kindOf: async (name) => kindOf(await orAbsent(lstat(at(name)))),
    enter,
    async read(name, maxBytes) {
      const { file, found } = await openFile(name);
      try {
        if (found.size > maxBytes) throw new NotTheirsError('larger than any file of its kind');
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
    async copyOut(name, to, maxBytes) {
      const { file, found } = await openFile(name);
      const target = await open(to, 'wx', 0o600);
      try {
        if (found.size > maxBytes) throw new NotTheirsError('larger than any file of its kind');
        return await pour(file, target);
      } finally {
        await Promise.all([file.close(), target.close()]);
      }
    },
    async put(name, source, like) {
      const { file, found } = await openFile(like);
      await file.close();
      await orAbsent(unlink(at(unfinished)));
      try {
        await writeAs(at(unfinished), source, found);
        await rename(at(unfinished), at(name));
      } catch (error) {
        await orAbsent(unlink(at(unfinished)));
        throw error;
      }
      await handle?.sync();
    },
    async remove(name) {
      const kind = await folder.kindOf(name);
      if (kind === undefined) return false;
      if (kind !== 'folder') return (await orAbsent(unlink(at(name)).then(() => true))) ?? false;
      const inner = await enter(name);
      try {
        for (const each of (await inner?.names()) ?? []) await inner?.remove(each);
      } finally {
        await inner?.close();
      }
      return (await orAbsent(rmdir(at(name)).then(() => true))) ?? false;
    },
    close: async () => handle?.close(),
  };
  return folder;
}

/** A name of one step: nothing leads up or elsewhere. */
function plainName(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) throw new NotTheirsError('no plain name');
  return name;
}

function kindOf(found: Stats | undefined): 'file' | 'folder' | 'other' | undefined {
  if (found === undefined) return undefined;
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
}

async function writeAs(path: string, source: Source, { uid, gid, mode }: Stats): Promise<void> {
  const target = await open(path, O_WRONLY | O_CREAT | O_EXCL | plain, 0o600);
  try {
    if (source instanceof Uint8Array) await target.writeFile(source);
    else await pourFile(source.file, target);
    const own = await target.stat();
    if (own.uid !== uid || own.gid !== gid) await target.chown(uid, gid);
    await target.chmod(mode & 0o777);
    await target.sync();
  } finally {
    await target.close();
  }
}

async function pourFile(from: string, target: FileHandle): Promise<void> {
  const source = await open(from, O_RDONLY);
  try {
    await pour(source, target);
  } finally {
    await source.close();
  }
}

async function pour(source: FileHandle, target: FileHandle): Promise<number> {
  const chunk = Buffer.alloc(chunkBytes);
  try {
    for (let at = 0; ; ) {
      const { bytesRead } = await source.read(chunk, 0, chunkBytes, at);
      if (bytesRead === 0) return at;
      at += bytesRead;
      await target.writeFile(chunk.subarray(0, bytesRead));
    }
  } finally {
    chunk.fill(0);
  }
}

async function orAbsent<Found>(asked: Promise<Found>): Promise<Found | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
