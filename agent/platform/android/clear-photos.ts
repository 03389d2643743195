import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { PhotoClearing } from '../actions.ts';
import { type Hold, holdByDescriptor } from '../held-folder.ts';
import { createPhotoClearing as createClearing } from '../photos/clear.ts';
import { groundsByPath } from '../photos/ground.ts';
import { isCard, photoRoots } from './photo-folders.ts';

interface AndroidClearingParts {
  clock: Clock;
  /** For tests. */
  storage?: string;
  volumes?: string;
  hold?: Hold;
}

/**
 * Photos and videos in Android's shared storage, in the places of the probe (photos.ts),
 * where Termux may write. What Android keeps from it is left, and the count afterwards
 * says so. Never run on Android by us.
 */
export function createPhotoClearing(parts: AndroidClearingParts): PhotoClearing {
  const { clock, storage = '/sdcard', volumes = '/storage', hold = holdByDescriptor } = parts;
  return createClearing({
    clock,
    hold,
    resolve: (path) => realpath(path),
    grounds: async () => groundsByPath(() => ({ kind: 'far', mount: 'storage' })),
    async homes() {
      const names = await readdir(volumes).catch(() => []);
      return [storage, ...names.filter(isCard).map((name) => join(volumes, name))];
    },
    rootsOf: async (home) => photoRoots(home),
  });
}
