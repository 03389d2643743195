import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { stopIfOver, Unreadable } from './unreadable.ts';

/** One file to copy: where it lies and what the copy is called. */
export interface Original {
  from: string;
  as: string;
}

/** Gives work a private copy of some files, and takes it away again, whatever happens. */
export interface Scratch {
  /** @param maxBytes of all files together; beyond it the store is `timed-out`. */
  withCopies<Result>(
    files: readonly Original[],
    maxBytes: number,
    signal: AbortSignal,
    use: (folder: string) => Promise<Result>,
  ): Promise<Result>;
}

const prefix = 'hometime-stores-';

/**
 * Copies of browsers' stores, in a folder of the agent's own (0700, files 0600)
 * below the system's folder for temporary things. What they hold signs a person
 * in: they are there for the moment of reading and no longer.
 *
 * INVARIANT: no copy outlives the call, except when the process is killed in it;
 * the next first use then removes what was left.
 */
export function createScratch(disk: Disk, below = tmpdir()): Scratch {
  let swept: Promise<void> | undefined;
  return {
    async withCopies(files, maxBytes, signal, use) {
      stopIfOver(signal);
      swept ??= sweep(below);
      await swept;
      const folder = await mkdtemp(join(below, `${prefix}${process.pid}-`));
      try {
        let bytes = 0;
        for (const { from, as } of files) {
          bytes += await disk.copy(from, join(folder, as), maxBytes - bytes, signal);
        }
        stopIfOver(signal);
        return await use(folder);
      } finally {
        await remove(folder);
      }
    },
  };
}

async function remove(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  } catch (error) {
    // Whatever was read: a copy that stays behind is a failure, and must be seen as one.
    throw new Unreadable('tool-failed', { cause: error });
  }
}

/** Removes copies of agents that were killed while they read. Another agent's that still runs are its own affair. */
async function sweep(below: string): Promise<void> {
  const names = await readdir(below).catch(() => []);
  for (const name of names) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    const folder = join(below, name);
    const found = await lstat(folder).catch(() => undefined);
    const isOurs = found?.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
    if (isOurs) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
