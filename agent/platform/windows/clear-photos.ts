import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { PhotoClearing } from '../actions.ts';
import { holdByPath } from '../held-by-path.ts';
import { createPhotoClearing as createClearing } from '../photos/clear.ts';
import type { Grounds } from '../photos/ground.ts';
import { type KnownFolders, knownFoldersScript, parseKnownFolders } from './known-folders.ts';
import { createPeopleFolders } from './people-folders.ts';
import { isOneDrive, photoRoots } from './photo-folders.ts';
import type { PowerShell } from './powershell.ts';

interface WindowsClearingParts {
  clock: Clock;
  powershell: PowerShell;
  /** Where Windows makes people's folders: "C:\Users". */
  usersFolder: string;
  /** The tops of the drives that can be opened now: "C:\". */
  drives: () => Promise<string[]>;
  grounds: Grounds;
}

/**
 * Photos and videos in everybody's folders and bins on Windows, in the places of the
 * probe (photos.ts). Windows keeps its thumbnails in one database of each person, which
 * it holds open: they are left. Never run on Windows by us.
 */
export function createPhotoClearing(parts: WindowsClearingParts): PhotoClearing {
  const { clock, powershell, usersFolder, drives, grounds } = parts;
  const people = createPeopleFolders({ powershell, clock, usersFolder });
  let known = new Map<string, KnownFolders>();
  return createClearing({
    clock,
    hold: holdByPath,
    resolve: (path) => realpath(path),
    grounds: async () => grounds,
    async homes(signal) {
      const homes = await people(signal);
      const answer = await powershell.ask(knownFoldersScript, signal);
      known = (answer.kind === 'answer' ? parseKnownFolders(answer.text) : undefined) ?? new Map();
      const shared = join(usersFolder, 'Public');
      const isThere = await stat(shared).then(
        (found) => found.isDirectory(),
        () => false,
      );
      return homes && [...homes.map(({ path }) => path), ...(isThere ? [shared] : [])];
    },
    async rootsOf(home) {
      const names = await readdir(home);
      return photoRoots(home, known.get(home.toLowerCase()) ?? {}, names.filter(isOneDrive));
    },
    beside: async () => (await drives()).map((drive) => ({ place: 'bin', path: join(drive, '$Recycle.Bin') })),
    isShared: (path) => /^[\\/]{2}/.test(path),
  });
}
