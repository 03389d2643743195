import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './processes.ts';

/** Outside the project: an image is hundreds of MB, holds devices' files and outlives a clone. */
export const labFolder = process.env.HOMETIME_LAB ?? '/var/tmp/hometime-lab';

/** An empty or short path once overlaid a root folder: every path that is mounted or removed passes here. */
export function guard(path: string): void {
  if (!/^\/[\w.-]+\/[\w.-]+\/[\w./-]+$/.test(path) || path.includes('..'))
    throw new Error(`not a path for a laptop: ${path}`);
}

/**
 * A folder that is built once and kept, named by what is in it: `recipe` is
 * everything its content follows from. `build` gets the path of a folder that
 * does not exist yet and must make it; one that was broken off is never seen.
 */
export async function builtOnce(
  kind: string,
  recipe: unknown,
  build: (unfinished: string) => Promise<void>,
): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  const folder = join(labFolder, `${kind}-${key}`);
  guard(folder);
  if (existsSync(folder)) return folder;
  mkdirSync(labFolder, { recursive: true, mode: 0o755 });
  const lock = `${folder}.lock`;
  const isMine = async () => (takeLock(lock) ? true : undefined);
  await until(`another build of ${folder}`, isMine, { withinMs: 600_000 });
  try {
    if (existsSync(folder)) return folder;
    const unfinished = `${folder}.part`;
    rmSync(unfinished, { recursive: true, force: true });
    await build(unfinished);
    renameSync(unfinished, folder);
    return folder;
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A lock of a process that is gone is nobody's: a test run may be killed at any moment. */
function takeLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isHeld(path)) rmSync(path, { recursive: true, force: true });
    return false;
  }
}

function isHeld(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Another has made it and not yet written who it is.
    return pid === 0 || existsSync(`/proc/${pid}`);
  } catch {
    return existsSync(path);
  }
}
