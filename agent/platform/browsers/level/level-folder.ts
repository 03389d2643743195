import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import type { Disk } from '../disk.ts';
import type { FolderNames } from '../folder-names.ts';
import { type Stamp, stampOf } from '../stamp.ts';
import { stopIfOver, Unreadable } from '../unreadable.ts';
import type { Entry, IsWanted } from './entry.ts';
import type { KeptTables } from './kept-tables.ts';
import { readLevelLog } from './level-log.ts';
import { readManifest } from './level-manifest.ts';
import { readTable } from './level-table.ts';
import { readBatch } from './write-batch.ts';

interface LevelParts {
  disk: Disk;
  names: FolderNames;
  tables: KeptTables;
}

/** What is looked for in a database. */
export interface LevelWanted {
  isWanted: IsWanted;
  /** Equal for equal questions: what a table said to the one it says to the other. */
  text: string;
}

/** All that a site may keep there is 10 MB, and few keep anything; a database far beyond that is not read. */
const maxBytes = 128 * 1024 * 1024;

/** What the files of a database are, by their names. */
export const isLog = (name: string) => /^\d+\.log$/.test(name);
export const isTable = (name: string) => /^\d+\.(ldb|sst)$/.test(name);
export const isPart = (name: string) =>
  name === 'CURRENT' || /^MANIFEST-\d+$/.test(name) || isLog(name) || isTable(name);

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
 * Replays a LevelDB as its program would at its next start: every write of every
 * file that counts, the newest of each key, deletions as such. Nothing is opened
 * for writing, and no copy is made: files are only added to or replaced, and the
 * caller looks whether they were meanwhile.
 *
 * `sound` false: a log is damaged. Its program would go on with what comes before
 * the damage, and so does this; but what is not found may have been in the rest.
 * Any other damage is thrown as `not-understood`.
 *
 * (The library that LevelDB has for Node is built with its assertions: a database
 * that a person damaged or made up would end the whole agent.)
 */
export async function readLevel(
  folder: string,
  wanted: LevelWanted,
  parts: LevelParts,
  signal: AbortSignal,
): Promise<{ keys: string[]; sound: boolean }> {
  // Asked anew: the kept names may be older than the files.
  const files = (await parts.disk.list(folder)).filter(isPart);
  if (files.length === 0) throw new Unreadable('blocked-by-permission');
  if (!files.includes('CURRENT')) throw new Unreadable('not-understood');
  const read = createReader(folder, parts.disk, signal);
  const current = (await read('CURRENT')).toString('latin1').trim();
  const manifest = files.includes(current) ? readManifest(await read(current)) : undefined;
  if (manifest === undefined) throw new Unreadable('not-understood');
  const newest = new Map<string, Entry>();
  for (const number of manifest.tables) {
    const name = files.find((each) => isTable(each) && Number.parseInt(each, 10) === number);
    if (name === undefined) throw new Unreadable('not-understood');
    keepNewest(newest, await tableEntries(folder, name, wanted, parts, read));
  }
  const logs = files.filter(isLog).filter((name) => counts(Number.parseInt(name, 10), manifest));
  // A database in use always has a log; LevelDB opens one whose log is gone as if nothing had been in it.
  const hasItsLog =
    manifest.logNumber === 0 ? logs.length > 0 : logs.some((name) => Number.parseInt(name, 10) === manifest.logNumber);
  if (!hasItsLog) throw new Unreadable('not-understood');
  let sound = true;
  for (const name of logs) {
    const log = logEntries(await read(name), wanted.isWanted);
    keepNewest(newest, log.entries);
    sound &&= log.sound;
  }
  const live = [...newest.values()].filter(({ present }) => present);
  return { keys: live.map(({ key }) => key), sound };
}

/** Whether a log of this number counts. */
export function counts(log: number, { logNumber, previousLog }: { logNumber: number; previousLog: number }): boolean {
  return log >= logNumber || (previousLog !== 0 && log === previousLog);
}

/** Reads whole files, as many bytes together as may be, and none after the signal. */
function createReader(folder: string, disk: Disk, signal: AbortSignal): (name: string) => Promise<Buffer> {
  let left = maxBytes;
  return async (name) => {
    stopIfOver(signal);
    const bytes = await disk.read(join(folder, name), left);
    left -= bytes.length;
    return bytes;
  };
}

async function tableEntries(
  folder: string,
  name: string,
  { isWanted, text }: LevelWanted,
  { disk, tables }: LevelParts,
  read: (name: string) => Promise<Buffer>,
): Promise<readonly Entry[]> {
  const stamp = `${(await disk.look(join(folder, name)))?.stamp} ${text}`;
  const known = tables.get(stamp);
  if (known !== undefined) return known;
  const entries = await readTable(await read(name), isWanted, () => pause());
  if (entries === undefined) throw new Unreadable('not-understood');
  tables.keep(stamp, entries);
  return entries;
}

function logEntries(bytes: Uint8Array, isWanted: IsWanted): { entries: Entry[]; sound: boolean } {
  const { records, sound } = readLevelLog(bytes);
  const entries: Entry[] = [];
  for (const record of records) {
    const batch = readBatch(record, isWanted);
    if (batch === undefined) return { entries, sound: false };
    entries.push(...batch);
  }
  return { entries, sound };
}

function keepNewest(newest: Map<string, Entry>, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const before = newest.get(entry.key);
    if (before === undefined || entry.sequence >= before.sequence) newest.set(entry.key, entry);
  }
}
