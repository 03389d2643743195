import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Held, type Hold, stepInto } from '../held-folder.ts';
import { readName } from './names.ts';

/** What is known of the original of a thumbnail, by its own words. */
export interface ThumbnailNote {
  /** The original's path; undefined: it lies on no file system. */
  path: string | undefined;
  /** When the original was last changed, in seconds; undefined: not said. */
  mtimeS: number | undefined;
}

/** Where freedesktop's thumbnails may lie in a home; each has a folder for every size, and `fail` one for every program. */
export const freedesktopThumbnails = ['.cache/thumbnails', '.thumbnails'] as const;

/** Signature, then parts: length, kind, content, sum. The note stands before the picture itself. */
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');
const headLength = 8_192;

/** The URI of a file as GLib writes it: what need not be escaped in a path is not. */
export function fileUri(path: string): string {
  const escaped = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const plain = /[A-Za-z0-9\-_.!~*'()/&=:@+$,]/;
  const signs = [...Buffer.from(path)].map((byte) => {
    const sign = String.fromCharCode(byte);
    return byte < 128 && plain.test(sign) ? sign : escaped(byte);
  });
  return `file://${signs.join('')}`;
}

/** The name of a file's thumbnail: the MD5 sum of its URI (freedesktop's thumbnail specification). */
export function thumbnailName(path: string): string {
  return `${createHash('md5').update(fileUri(path)).digest('hex')}.png`;
}

/** Reads `Thumb::URI` and `Thumb::MTime` of a PNG's beginning; undefined: it is no thumbnail with such a note. */
export function readThumbnailNote(bytes: Uint8Array): ThumbnailNote | undefined {
  const png = Buffer.from(bytes);
  if (!png.subarray(0, 8).equals(pngSignature)) return undefined;
  const notes = new Map<string, string>();
  for (let at = 8; at + 8 <= png.length; ) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const content = png.subarray(at + 8, at + 8 + length);
    if (kind === 'IDAT' || content.length < length) break;
    const end = content.indexOf(0);
    if (kind === 'tEXt' && end > 0) notes.set(content.toString('latin1', 0, end), content.toString('utf8', end + 1));
    at += 12 + length;
  }
  const uri = notes.get('Thumb::URI');
  if (uri === undefined) return undefined;
  const seconds = Number(notes.get('Thumb::MTime') ?? Number.NaN);
  return { path: pathOf(uri), mtimeS: Number.isFinite(seconds) ? seconds : undefined };
}

function pathOf(uri: string): string | undefined {
  const [, path] = /^file:\/\/(\/.*)$/s.exec(uri) ?? [];
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

export interface ThumbnailWish {
  /** Names of the thumbnails of what was deleted just now. */
  names: ReadonlySet<string>;
  only: 'photos' | 'videos' | undefined;
  untilMs: number | undefined;
  /** Whether the original may be asked for without waiting, and lies in one of the places that were meant. */
  mayAsk(path: string): boolean;
  signal: AbortSignal;
}

/**
 * Deletes the thumbnails of what was deleted, and those whose original is gone: an
 * earlier run may have ended between a photo and its thumbnail. Tells how many.
 */
export async function clearThumbnails(hold: Hold, folder: string, wish: ThumbnailWish): Promise<number> {
  let held: Held;
  try {
    held = await hold(folder);
  } catch {
    return 0;
  }
  try {
    return await clearIn(held, wish, 0);
  } finally {
    await held.close();
  }
}

async function clearIn(held: Held, wish: ThumbnailWish, depth: number): Promise<number> {
  let deleted = 0;
  for (const entry of await held.list().catch(() => [])) {
    wish.signal.throwIfAborted();
    if (entry.kind === 'folder' && depth < 2) {
      const inner = await held.enter(entry.bytes).catch(() => undefined);
      if (inner === undefined) continue;
      deleted += await clearIn(inner, wish, depth + 1).finally(() => inner.close());
    }
    if (entry.kind !== 'file' || !/^[0-9a-f]{32}\.png$/.test(entry.name)) continue;
    if (
      !wish.names.has(entry.name) &&
      !(await isOrphan(await held.head(entry, headLength).catch(() => undefined), wish))
    )
      continue;
    const isGone = await held.remove(entry.bytes).then(
      () => true,
      () => false,
    );
    if (isGone) deleted += 1;
  }
  return deleted;
}

async function isOrphan(head: Uint8Array | undefined, wish: ThumbnailWish): Promise<boolean> {
  const note = head === undefined ? undefined : readThumbnailNote(head);
  if (note?.path === undefined || !wish.mayAsk(note.path)) return false;
  const { kind } = readName(note.path.slice(note.path.lastIndexOf('/') + 1));
  const as =
    kind === 'photo' || kind === 'still' ? 'photos' : kind === 'video' || kind === 'film' ? 'videos' : undefined;
  if (as === undefined || (wish.only !== undefined && wish.only !== as)) return false;
  if (wish.untilMs !== undefined && (note.mtimeS ?? Number.POSITIVE_INFINITY) * 1000 > wish.untilMs) return false;
  return lstat(note.path).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT',
  );
}

/** A note beside the bin's files tells where each came from: it goes with its file. */
export async function removeTrashInfo(files: Held, filesName: string, name: string): Promise<void> {
  if (filesName !== 'files') return;
  try {
    const held = await stepInto(await files.leave(), 'info');
    try {
      // What lies in another person's folder is not this bin's.
      if (held.owner === files.owner) await held.remove(`${name}.trashinfo`);
    } finally {
      await held.close();
    }
  } catch {
    // A bin without such notes.
  }
}

export function thumbnailFolders(home: string, folders: readonly string[]): string[] {
  return folders.map((folder) => join(home, folder));
}
