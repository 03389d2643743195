import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();
process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder of the test's own; gone when the tests end, or by `removeTempFolder`. */
export function makeTempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hometime-'));
  made.add(folder);
  return folder;
}

export function removeTempFolder(folder: string): void {
  if (!made.delete(folder)) throw new Error(`${folder} was not made by makeTempFolder`);
  rmSync(folder, { recursive: true, force: true });
}
