import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'sqlite3';
import { z } from 'zod';
import { realDisk } from '../disk.ts';
import { createScratch } from '../scratch.ts';
import { closeDatabase, isWhole, openDatabase, type Rows, rowsOf } from '../sqlite-copy.ts';
import { stopIfOver, Unreadable } from '../unreadable.ts';
import type { SafeFolder } from './safe-folder.ts';

/** Asks and changes a copy of a database. */
export interface Statements extends Rows {
  change(sql: string, ...values: string[]): Promise<void>;
}

const maxBytes = 256 * 1024 * 1024;
/** Files that belong to the main one: a log, a journal, and the memory of a log. */
const besides = ['-wal', '-journal', '-shm'] as const;
const modeSchema = z.object({ journal_mode: z.string() });

/**
 * Changes a SQLite database in a person's folder: a private copy is changed and
 * written anew without what was deleted, then takes the place of the old one.
 * SQLite itself never opens the original. Throws `Unreadable` for a damaged one.
 *
 * INVARIANT: whenever this is cut short, the database is the old or the new one,
 * whole. A log beside it is brought in first, by a main file that the log fits; only
 * when that is there does the log go, and only then comes the new one.
 */
export async function editDatabase(
  folder: SafeFolder,
  name: string,
  edit: (statements: Statements) => Promise<void>,
  { signal, scratchBelow }: { signal: AbortSignal; scratchBelow?: string | undefined },
): Promise<void> {
  if ((await folder.kindOf(name)) === undefined) return;
  const logs: string[] = [];
  for (const ending of ['-wal', '-journal'])
    if ((await folder.kindOf(`${name}${ending}`)) !== undefined) logs.push(ending);
  const scratch = createScratch(
    { ...realDisk, copy: (from, to, most) => folder.copyOut(from, to, most) },
    scratchBelow,
  );
  const originals = ['', ...logs].map((ending) => ({ from: `${name}${ending}`, as: `copy${ending}` }));
  await scratch.withCopies(originals, maxBytes, signal, async (inner) => {
    const [copy, whole] = [join(inner, 'copy'), join(inner, 'whole')];
    const mode = await bringIn(copy);
    if (logs.length > 0) await copyFile(copy, whole);
    await change(copy, mode, edit);
    stopIfOver(signal);
    if (logs.length > 0) await folder.put(name, { file: whole }, name);
    for (const ending of besides) await folder.remove(`${name}${ending}`);
    await folder.put(name, { file: copy }, name);
  });
}

/** Brings the log into the main file; answers how the database keeps its journal. */
async function bringIn(copy: string): Promise<string> {
  return using(copy, async (rows, database) => {
    if (!(await isWhole(copy, rows))) throw new Unreadable('not-understood');
    const [mode] = await rows.all(modeSchema, 'pragma journal_mode');
    await run(database, 'pragma journal_mode = delete');
    return mode?.journal_mode ?? 'delete';
  });
}

async function change(copy: string, mode: string, edit: (statements: Statements) => Promise<void>): Promise<void> {
  await using(copy, async (rows, database) => {
    await run(database, 'pragma secure_delete = on');
    await run(database, 'begin');
    await edit({ ...rows, change: (sql, ...values) => run(database, sql, values) });
    await run(database, 'commit');
    // Pages that were given up long ago hold old texts too.
    await run(database, 'vacuum');
    if (mode === 'wal') await run(database, 'pragma journal_mode = wal');
  });
}

async function using<Result>(copy: string, use: (rows: Rows, database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase(copy);
  try {
    return await use(rowsOf(database), database);
  } finally {
    await closeDatabase(database);
  }
}

function run(database: Database, sql: string, values: readonly string[] = []): Promise<void> {
  return new Promise((resolve, reject) =>
    database.run(sql, values, (error) =>
      error === null ? resolve() : reject(new Unreadable('not-understood', { cause: error })),
    ),
  );
}
