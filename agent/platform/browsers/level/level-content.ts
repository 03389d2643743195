import { setImmediate as pause } from 'node:timers/promises';
import { keyText } from './entry.ts';
import { counts, isLog, isPart, isTable } from './level-folder.ts';
import { readLevelLog } from './level-log.ts';
import { type Manifest, readManifest } from './level-manifest.ts';
import { eachRow } from './level-table.ts';
import { eachWrite, type Write } from './write-batch.ts';

/** The files of a database, wherever they lie. */
export interface LevelFiles {
  names(): Promise<readonly string[]>;
  read(name: string): Promise<Buffer>;
}

/** All that a database holds, to be written anew. */
export interface LevelContent {
  comparator: string;
  /** Every key that is there, each byte as one letter, with its value. */
  entries: Map<string, Uint8Array>;
  /** The highest number of a write: the next one must be higher. */
  lastSequence: number;
  /** A number that no file has, nor ever had. */
  nextFile: number;
  /** The files it consists of. */
  parts: readonly string[];
}

/**
 * Reads a whole database with its values. undefined: there is none, or one that is
 * damaged beyond what LevelDB itself goes on from. What comes behind damage in a log is left out.
 *
 * DANGER: values sign people in. They stay bytes, are written back into the same
 * folder, and never become texts.
 */
export async function readContent(files: LevelFiles): Promise<LevelContent | undefined> {
  const parts = (await files.names()).filter(isPart);
  if (!parts.includes('CURRENT')) return undefined;
  const current = (await files.read('CURRENT')).toString('latin1').trim();
  const manifest = parts.includes(current) ? readManifest(await files.read(current)) : undefined;
  if (manifest === undefined) return undefined;
  const newest = new Map<string, { sequence: number; value: Uint8Array | undefined }>();
  let lastSequence = 0;
  const take = ({ key, sequence, value }: Write) => {
    lastSequence = Math.max(lastSequence, sequence);
    const name = keyText(key);
    if (sequence < (newest.get(name)?.sequence ?? 0)) return;
    // The bytes are only lent.
    newest.set(name, { sequence, value: value && Uint8Array.from(value) });
  };
  if (!(await takeTables(files, parts, manifest, take))) return undefined;
  for (const name of parts.filter((each) => isLog(each) && counts(numberOf(each), manifest))) {
    takeLog(await files.read(name), take);
  }
  const entries = new Map<string, Uint8Array>();
  for (const [key, { value }] of newest) if (value !== undefined) entries.set(key, value);
  const nextFile = Math.max(manifest.nextFile, ...parts.map((name) => numberOf(name) + 1));
  return { comparator: manifest.comparator, entries, lastSequence, nextFile, parts };
}

async function takeTables(
  files: LevelFiles,
  parts: readonly string[],
  { tables }: Manifest,
  take: (write: Write) => void,
): Promise<boolean> {
  for (const number of tables) {
    const name = parts.find((each) => isTable(each) && numberOf(each) === number);
    if (name === undefined || !(await eachRow(await files.read(name), take, () => pause()))) return false;
  }
  return true;
}

function takeLog(bytes: Uint8Array, take: (write: Write) => void): void {
  for (const record of readLevelLog(bytes).records) if (!eachWrite(record, take)) return;
}

/** "000005.ldb" and "MANIFEST-000004" have one; CURRENT has none, which counts as 0. */
function numberOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}
