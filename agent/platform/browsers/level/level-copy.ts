import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import type { ClassicLevel } from 'classic-level';
import type { Disk } from '../disk.ts';
import type { FolderNames } from '../folder-names.ts';
import type { Scratch } from '../scratch.ts';
import { type Stamp, stampOf } from '../store.ts';
import { stopIfOver, Unreadable } from '../unreadable.ts';
import { readLevelLog } from './level-log.ts';
import { logNumberOf } from './level-manifest.ts';
import { isSoundTable } from './level-table.ts';
import type { SoundTables } from './sound-tables.ts';

export type Level = ClassicLevel<Buffer, Buffer>;

interface LevelParts {
  disk: Disk;
  names: FolderNames;
  scratch: Scratch;
  tables: SoundTables;
}

/** All that a site may keep there is 10 MB; a folder far beyond what people have is not copied. */
const maxBytes = 128 * 1024 * 1024;

/** What a database consists of; never LOCK, and nothing a person may have laid beside it. */
function isPart(name: string): boolean {
  return name === 'CURRENT' || /^MANIFEST-\d+$/.test(name) || isLog(name) || isTable(name);
}
const isLog = (name: string) => /^\d+\.log$/.test(name);
const isTable = (name: string) => /^\d+\.(ldb|sst)$/.test(name);

/** How the database looks from outside; tables by their names, for they never change. undefined: there is none. */
export async function stampOfLevel(folder: string, { disk, names }: LevelParts): Promise<Stamp | undefined> {
  const there = await names.namesIn(folder);
  if (there === undefined) return undefined;
  const parts = there.filter(isPart).sort();
  const changing = parts.filter((name) => !isTable(name)).map((name) => join(folder, name));
  const stamp = await stampOf(changing, disk);
  // A folder that holds nothing of a database is one that cannot be read, and not one that is not there.
  return { text: `${parts.join(' ')} ${stamp?.text ?? ''}`, changedMs: stamp?.changedMs ?? 0 };
}

/**
 * Opens a private copy and replays it: the newest record of each key counts, and
 * deletions do. The copy is checked first, because LevelDB passes over what is
 * damaged without a word. `sound` false: what is found is there, but what is not
 * found may be in the damaged part.
 */
export async function withLevelCopy<Result>(
  folder: string,
  parts: LevelParts,
  signal: AbortSignal,
  use: (level: Level, sound: boolean) => Promise<Result>,
): Promise<Result> {
  // Asked anew: the kept names may be older than the files.
  const files = (await parts.disk.list(folder)).filter(isPart);
  if (files.length === 0) throw new Unreadable('blocked-by-permission');
  const originals = files.map((name) => ({ from: join(folder, name), as: name }));
  const known = await knownTables(folder, files, parts);
  return parts.scratch.withCopies(originals, maxBytes, signal, async (copy) => {
    const sound = await isSound(copy, files, known, signal);
    const level = await open(copy);
    try {
      stopIfOver(signal);
      return await use(level, sound);
    } finally {
      await level.close();
    }
  });
}

/** Stamps of the tables, by name, taken before they are copied. */
async function knownTables(folder: string, files: readonly string[], { disk, tables }: LevelParts) {
  const stamps = new Map<string, string>();
  for (const name of files.filter(isTable)) stamps.set(name, (await disk.look(join(folder, name)))?.stamp ?? '');
  const stampOfTable = (name: string) => stamps.get(name) ?? '';
  return {
    isSound: (name: string) => tables.isKnown(stampOfTable(name)),
    found: (name: string) => tables.add(stampOfTable(name)),
  };
}

async function isSound(
  copy: string,
  files: readonly string[],
  known: { isSound(name: string): boolean; found(name: string): void },
  signal: AbortSignal,
): Promise<boolean> {
  if (!(await hasItsLog(copy, files))) return false;
  for (const name of files) {
    stopIfOver(signal);
    if (isLog(name) && !readLevelLog(await readFile(join(copy, name))).sound) return false;
    if (!isTable(name) || known.isSound(name)) continue;
    if (!(await isSoundTable(await readFile(join(copy, name)), () => pause()))) return false;
    known.found(name);
  }
  return true;
}

/** LevelDB opens a database whose log is gone as if nothing had been in it; one in use always has a log. */
async function hasItsLog(copy: string, files: readonly string[]): Promise<boolean> {
  if (!files.includes('CURRENT')) return false;
  const manifest = (await readFile(join(copy, 'CURRENT'), 'latin1')).trim();
  if (!files.includes(manifest)) return false;
  const number = logNumberOf(await readFile(join(copy, manifest)));
  if (number === undefined) return false;
  const logs = files.filter(isLog).map((name) => Number.parseInt(name, 10));
  return number === 0 ? logs.length > 0 : logs.includes(number);
}

/** The library is native and needed only when a store changed: it is loaded then. */
async function open(folder: string): Promise<Level> {
  const { ClassicLevel } = await import('classic-level');
  const level: Level = new ClassicLevel(folder, {
    createIfMissing: false,
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: 1024 * 1024,
  });
  await level.open();
  return level;
}
