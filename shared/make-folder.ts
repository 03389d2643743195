import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder that only its owner may enter, with the folders above it that
 * are missing; one that is there stays as it is. Throws the system's error.
 *
 * Step by step, because Node's own `recursive` never returns where the system
 * says "no such folder" for one whose parent exists, as /proc does.
 */
export function makePrivateFolder(path: string): void {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makePrivateFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
