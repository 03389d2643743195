import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { PhotoClearing } from '../actions.ts';
import { holdByPath } from '../held-by-path.ts';
import { createPhotoClearing as createClearing } from '../photos/clear.ts';
import type { Grounds } from '../photos/ground.ts';
import { rootsIn } from '../photos/roots.ts';
import { photoRoots } from './photo-folders.ts';
import { macosGrounds } from './photos.ts';

interface MacosClearingParts {
  clock: Clock;
  /** For tests. */
  users?: string;
  volumes?: string;
  grounds?: Grounds;
}

/**
 * Photos and videos in everybody's folders and bins on a Mac, in the places of the probe
 * (photos.ts). A library of Photos' is never touched by hand: what is in it counts as
 * left. What the system refuses without Full Disk Access counts as not looked at.
 */
export function createPhotoClearing(parts: MacosClearingParts): PhotoClearing {
  const { clock, users = '/Users', volumes = '/Volumes', grounds = macosGrounds } = parts;
  return createClearing({
    clock,
    hold: holdByPath,
    resolve: (path) => realpath(path),
    grounds: async () => grounds,
    async homes() {
      const names = await readdir(users).catch(() => undefined);
      return names?.filter((name) => !name.startsWith('.') && name !== 'Guest').map((name) => join(users, name));
    },
    rootsOf: async (home) => photoRoots(home),
    async beside() {
      const names = await readdir(volumes).catch(() => undefined);
      if (names === undefined) return [{ place: 'bin', path: volumes, only: true }];
      return rootsIn(
        'bin',
        volumes,
        names.map((name) => join(name, '.Trashes')),
      );
    },
    isShared: (path) => /^\/(?:Network|net)\/|\/Library\/(?:Mobile Documents|CloudStorage)(?:\/|$)/.test(path),
  });
}
