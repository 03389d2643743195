import { type BigIntStats, statSync } from 'node:fs';
import { constants, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnknownReason } from '../../../shared/reading.ts';

/** What is known of a file: its meaning, that it is not there, or why it cannot be told. */
export type Found<Value> =
  | { kind: 'there'; value: Value }
  | { kind: 'absent' }
  | { kind: 'unreadable'; reason: UnknownReason };

/** What a file means; never throws. */
export type LookAt<Value> = (path: string) => Promise<Found<Value>>;

/** What the bytes of a file mean; undefined: not understood. A tool of the system may be asked by the path. */
type Parse<Value> = (bytes: Buffer, path: string) => Value | undefined | Promise<Value | undefined>;

/** Settings of programs are small; whatever is larger is none of them. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Looks at files and remembers what they meant while they stay as they are: a
 * file that did not change costs one `stat`. Never opens anything but plain files.
 */
export function createKeptFile<Value>(parse: Parse<Value>): LookAt<Value> {
  const kept = new Map<string, { print: string; found: Found<Value> }>();
  return async (path) => {
    const seen = await printOf(path);
    if (seen.kind !== 'there') {
      kept.delete(path);
      return seen;
    }
    const before = kept.get(path);
    if (before?.print === seen.value) return before.found;
    const found = await read(path, parse);
    kept.set(path, { print: seen.value, found });
    return found;
  };
}

/** The names in a folder, remembered while the folder stays as it is. */
export function createKeptList(): LookAt<readonly string[]> {
  const kept = new Map<string, { print: string; names: readonly string[] }>();
  return async (path) => {
    const seen = await printOf(path);
    if (seen.kind !== 'there') {
      kept.delete(path);
      return seen;
    }
    const before = kept.get(path);
    if (before?.print === seen.value) return { kind: 'there', value: before.names };
    try {
      const names = await readdir(path);
      kept.set(path, { print: seen.value, names });
      return { kind: 'there', value: names };
    } catch (error) {
      return withoutIt(error);
    }
  };
}

/** The plain files of a folder with an ending, in the order a program reads them. */
export async function filesIn(
  list: LookAt<readonly string[]>,
  folder: string,
  ending: string,
): Promise<Found<string[]>> {
  const found = await list(folder);
  if (found.kind !== 'there') return found;
  const names = found.value.filter((name) => name.endsWith(ending)).sort();
  return { kind: 'there', value: names.map((name) => join(folder, name)) };
}

/** Folders on the device's own disk, which are asked without the pool of threads: a tenth of the cost. A home may lie elsewhere. */
const ofTheSystem = /^\/(?:etc|usr|run)\//;

async function printOf(path: string): Promise<Found<string>> {
  try {
    if (ofTheSystem.test(path)) {
      const about = statSync(path, { bigint: true, throwIfNoEntry: false });
      return about === undefined ? { kind: 'absent' } : { kind: 'there', value: print(about) };
    }
    const about = await stat(path, { bigint: true });
    return { kind: 'there', value: print(about) };
  } catch (error) {
    return withoutIt(error);
  }
}

function print({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

async function read<Value>(path: string, parse: Parse<Value>): Promise<Found<Value>> {
  try {
    // A pipe put in the file's place would otherwise hold a thread for ever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const about = await file.stat();
      if (!about.isFile() || about.size > maxBytes) return { kind: 'unreadable', reason: 'not-understood' };
      const value = await parse(await file.readFile(), path);
      return value === undefined ? { kind: 'unreadable', reason: 'not-understood' } : { kind: 'there', value };
    } finally {
      await file.close();
    }
  } catch (error) {
    return withoutIt(error);
  }
}

/** Not there is an answer; everything else that keeps a file from being read is not. */
function withoutIt(error: unknown): { kind: 'absent' } | { kind: 'unreadable'; reason: UnknownReason } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'unreadable', reason: 'blocked-by-permission' };
  return { kind: 'unreadable', reason: code === 'EBUSY' ? 'in-use' : 'tool-failed' };
}
