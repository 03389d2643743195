import { chmod, open } from 'node:fs/promises';

/** A new file that only this user may read, on disk, not merely handed over, when it returns. Rejects where there is one. */
export async function writeThrough(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  // A strict umask may have taken the owner's own rights.
  await chmod(path, 0o600);
}

/** The names of files are on disk only when their folder is. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  // Where folders cannot be opened or flushed (Windows), the rename alone has to do.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
