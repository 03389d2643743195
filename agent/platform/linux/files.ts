import {
  type BigIntStats,
  closeSync,
  createReadStream,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
  stat as statWithCallback,
} from 'node:fs';
import { open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RoundMemory } from '../unchanged.ts';
import type { Witness } from '../witness.ts';
import { isKernelsOwn } from './proc.ts';

/** What was found at a path. `absent` is an answer; `blocked` is none: it is there, and may not or cannot be read. */
export type Found<Value> = { found: Value } | { missing: 'absent' | 'blocked' };

/** The questions to a file system that the probes of this folder ask. None of them rejects. */
export interface Files {
  text(path: string): Promise<Found<string>>;
  bytes(path: string): Promise<Found<Buffer>>;
  names(path: string): Promise<Found<string[]>>;
  /** The first bytes of a file of any size. */
  head(path: string, length: number): Promise<Found<Buffer>>;
  /** Hands over a text of any size part by part, so that nothing else has to wait for the whole of it. */
  parts(path: string, take: (part: string) => void): Promise<Found<true>>;
  /** Where a link leads, as it is written in the link. */
  link(path: string): Promise<Found<string>>;
  /** A short text that is another one once the file, or the list of names in a folder, was changed. */
  mark(path: string): Promise<string>;
  /** The same questions answered before the call returns, at a fraction of the cost; undefined: at this path somebody may have to be waited for. */
  now?(path: string): FilesNow | undefined;
}

/** Questions that are answered at once. */
export interface FilesNow {
  text(path: string): Found<string>;
  names(path: string): Found<string[]>;
  link(path: string): Found<string>;
  /** What is at a path, links followed; its numbers change whenever its mark does. */
  look(path: string): Found<Stats>;
  /** The same, as it was at any time in this very round: for a comparison with an earlier one. */
  glance(path: string): Found<Stats>;
  /** What bears that name itself: the link, not what it leads to. */
  name(path: string): Found<Stats>;
}

/** When what a mark is of was changed last, in milliseconds since 1970 UTC; undefined: it is not there, or may not be seen. */
export function changedAt(mark: string): number | undefined {
  const nanoseconds = /^\d+(?= )/.exec(mark)?.[0];
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6;
}

/** When what a mark is of was changed, itself and anything about it; undefined: it is not there, or may not be seen. */
export function timesIn(mark: string): { mtimeMs: number; ctimeMs: number } | undefined {
  const [, mtime, ctime] = /^(\d+) (\d+) /.exec(mark) ?? [];
  return mtime === undefined || ctime === undefined
    ? undefined
    : { mtimeMs: Number(mtime) / 1e6, ctimeMs: Number(ctime) / 1e6 };
}

/** Files of settings and of the kernel are small; whatever is larger is not what it is taken for. */
const maxBytes = 8 * 1024 * 1024;

/**
 * Files below `/proc`, `/sys`, `/run`, `/etc` and the like: in memory or on the
 * device's own disk, and small. They are read at once, without the pool of threads:
 * measured, that costs a twentieth of the processor's time.
 *
 * DANGER: never for a home, which may lie on a server that does not answer, nor for
 * what makes the kernel ask hardware.
 *
 * @param root another root folder, for a test
 * @param seen what glances saw in this very round, for whoever glances next; absent: each looks for itself
 */
export function createSystemFiles(root = '/', witness?: Witness, seen?: RoundMemory<Found<Stats>>): Files {
  const at = placeBelow(root);
  const plain = filesNow(at, seen);
  const now = witness === undefined ? plain : witnessedNow(plain, witness);
  return {
    bytes: async (path) => attempt(() => isSmall(statSync(at(path))) && readFileSync(at(path))),
    text: async (path) => now.text(path),
    head: async (path, length) => attempt(() => isFile(statSync(at(path))) && headSync(at(path), length)),
    parts: (path, take) => settle(stat(at(path)).then((found) => isFile(found) && streamParts(at(path), take))),
    names: async (path) => now.names(path),
    link: async (path) => now.link(path),
    mark: async (path) => markOf(quickStat(at(path))),
    now: () => now,
  };
}

function filesNow(at: (path: string) => string, seen?: RoundMemory<Found<Stats>>): FilesNow {
  const look = (path: string) => quickLook(at(path));
  return {
    text: (path) => textAt(at(path)),
    names: (path) => attempt(() => readdirSync(at(path))),
    link: (path) => attempt(() => readlinkSync(at(path))),
    look,
    glance: seen === undefined ? look : (path) => seen.of(path, look),
    name(path) {
      const named = nameNow(at(path));
      // What is no link is what a look would find.
      if ('found' in named && !named.found.isSymbolicLink()) seen?.set(path, named);
      return named;
    },
  };
}

/** What bears a name itself: the link, not what it leads to. */
export function nameNow(path: string): Found<Stats> {
  try {
    const found = lstatSync(path, quietly);
    return found === undefined ? absent : { found };
  } catch (error) {
    return { missing: missingBy(error) };
  }
}

/** Most files a round asks for are not there, and to throw costs more than to ask. */
function quickLook(path: string): Found<Stats> {
  try {
    const found = statSync(path, quietly);
    return found === undefined ? absent : { found };
  } catch (error) {
    return { missing: missingBy(error) };
  }
}

function textAt(path: string): Found<string> {
  // Neither a pipe nor anything large lies there.
  if (isKernelsOwn(path)) return attempt(() => readFileSync(path, asText));
  const about = quickLook(path);
  return 'missing' in about ? about : attempt(() => isSmall(about.found) && readFileSync(path, asText));
}

/** One for all: to make out a word for it costs as much as a short file. */
const asText = { encoding: 'utf8' } as const;
const quietly = { throwIfNoEntry: false } as const;
const exactly = { bigint: true, throwIfNoEntry: false } as const;
const absent = { missing: 'absent' } as const;

/** To join paths costs as much as to look at one. */
function placeBelow(root: string): (path: string) => string {
  return root === '/' ? (path) => path : (path) => join(root, path);
}

/** Files in people's homes, and files that take the kernel a while: nobody waits for them but whoever asked. */
export function createHomeFiles(root = '/', witness?: Witness): Files {
  const at = placeBelow(root);
  const files: Files = {
    bytes: (path) => settle(stat(at(path)).then((found) => isSmall(found) && readFile(at(path)))),
    text: (path) => settle(stat(at(path)).then((found) => isSmall(found) && readFile(at(path), 'utf8'))),
    head: (path, length) => settle(stat(at(path)).then((found) => isFile(found) && headOf(at(path), length))),
    parts: (path, take) => settle(stat(at(path)).then((found) => isFile(found) && streamParts(at(path), take))),
    names: (path) => settle(readdir(at(path))),
    link: (path) => settle(readlink(at(path))),
    // With a callback: the promised kind costs the processor twice as much, and a round asks for many.
    mark: (path) =>
      new Promise((resolve) => {
        statWithCallback(at(path), { bigint: true }, (error, found) =>
          resolve(markOf(error === null ? { found } : { missing: missingBy(error) })),
        );
      }),
  };
  return witness === undefined ? files : witnessed(files, witness);
}

/** The value that was found; undefined for whatever was not, for reasons that the caller does not tell apart. */
export function ifFound<Value>(found: Found<Value>): Value | undefined {
  return 'found' in found ? found.found : undefined;
}

/** The first line of a small file of the kernel, without spaces around it. */
export async function lineOf(files: Pick<Files, 'text'>, path: string): Promise<string | undefined> {
  return ifFound(await files.text(path))
    ?.split('\n')[0]
    ?.trim();
}

function headSync(path: string, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

async function headOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function streamParts(path: string, take: (part: string) => void): Promise<true> {
  for await (const part of createReadStream(path, { encoding: 'utf8' })) take(String(part));
  return true;
}

/** DANGER: whoever opens a pipe waits for its other end, for ever: it is never opened. */
function isFile(found: Stats): true {
  if (!found.isFile()) throw new Error('no file');
  return true;
}

function isSmall(found: Stats): true {
  if (isFile(found) && found.size > maxBytes) throw new Error('larger than any file of its kind');
  return true;
}

function quickStat(path: string): Found<BigIntStats> {
  const asked = attempt(() => statSync(path, exactly));
  if ('missing' in asked) return asked;
  return asked.found === undefined ? { missing: 'absent' } : { found: asked.found };
}

function attempt<Value>(ask: () => Value): Found<Value> {
  try {
    return { found: ask() };
  } catch (error) {
    return { missing: missingBy(error) };
  }
}

async function settle<Value>(asked: Promise<Value>): Promise<Found<Value>> {
  return asked.then(
    (found) => ({ found }),
    (error: unknown) => ({ missing: missingBy(error) }),
  );
}

/** A device that was pulled out while it was looked at (ENODEV, ENXIO) is as absent as one that was never there. */
const absentCodes: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO'];

function missingBy(error: unknown): 'absent' | 'blocked' {
  return error instanceof Error && 'code' in error && absentCodes.includes(error.code) ? 'absent' : 'blocked';
}

function markOf(found: Found<{ mtimeNs: bigint; ctimeNs: bigint; size: bigint; ino: bigint; dev: bigint }>): string {
  if ('missing' in found) return found.missing;
  const { mtimeNs, ctimeNs, size, ino, dev } = found.found;
  return `${mtimeNs} ${ctimeNs} ${size} ${ino} ${dev}`;
}

function witnessed(files: Files, witness: Witness): Files {
  return {
    ...files,
    async text(path) {
      const gave = await files.text(path);
      witness({ asked: 'file', path, gave: ifFound(gave) });
      return gave;
    },
    async names(path) {
      const gave = await files.names(path);
      witness({ asked: 'folder', path, gave: ifFound(gave) });
      return gave;
    },
    async link(path) {
      const gave = await files.link(path);
      witness({ asked: 'file', path, gave: ifFound(gave) });
      return gave;
    },
  };
}

function witnessedNow(now: FilesNow, witness: Witness): FilesNow {
  const heard = <Value extends string | string[]>(asked: 'file' | 'folder', ask: (path: string) => Found<Value>) => {
    return (path: string): Found<Value> => {
      const gave = ask(path);
      const value = ifFound(gave);
      if (asked === 'folder') witness({ asked, path, gave: Array.isArray(value) ? value : undefined });
      else witness({ asked, path, gave: typeof value === 'string' ? value : undefined });
      return gave;
    };
  };
  return { ...now, text: heard('file', now.text), names: heard('folder', now.names), link: heard('file', now.link) };
}
