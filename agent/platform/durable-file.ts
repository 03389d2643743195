import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Replaces a file in one step, and comes back when it lies on the disk: after a power
 * cut there is the old text or the new one. A file that is there keeps its owner and
 * rights. Rejects with the system's error; then the old text stands.
 */
export async function writeDurably(path: string, text: string, mode = 0o644): Promise<void> {
  const draft = join(dirname(path), `.hometime-${randomUUID()}`);
  const before = await stat(path).catch(() => undefined);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (before !== undefined) await chown(draft, before.uid, before.gid);
    // Apart from the making: the agent's umask would take rights away again.
    await chmod(draft, before === undefined ? mode : before.mode & 0o7777);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Takes a file away, for good. One that is not there is no fault. */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path)).catch(() => {});
}

/** Makes a folder that everybody may look into, and only its owner change; says whether it was made. */
export async function makeOpenFolder(path: string): Promise<boolean> {
  const made = await mkdir(path, { recursive: true });
  if (made === undefined) return false;
  await chmod(path, 0o755);
  await syncFolder(dirname(path));
  return true;
}

/** A name is on the disk when its folder is. Some file systems cannot be asked for it; there the file's own sync has to do. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
