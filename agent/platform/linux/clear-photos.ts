import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { PhotoClearing } from '../actions.ts';
import { holdByDescriptor } from '../held-folder.ts';
import { createPhotoClearing as createClearing } from '../photos/clear.ts';
import { freedesktopThumbnails } from '../photos/clear-thumbnails.ts';
import type { Ground, Grounds } from '../photos/ground.ts';
import { type PhotoRoot, rootsIn } from '../photos/roots.ts';
import type { Account } from './accounts.ts';
import { photoRoots, sharedRoots } from './photo-folders.ts';
import { disksWithBins, linuxGrounds, type MountPoint, parseMountInfo } from './photo-mounts.ts';
import type { ReadText } from './proc.ts';

interface LinuxClearingParts {
  clock: Clock;
  /** Reads the kernel's own lists. */
  read: ReadText;
  /** Reads in a home. */
  readHome: ReadText;
  /** undefined: the list of accounts cannot be read. */
  accounts: () => Promise<Account[] | undefined>;
  /** For tests: folders that people share. */
  shared?: readonly PhotoRoot[];
}

const firstPerson = 1000;
/**
 * DANGER: accounts of websites and programs name these as their homes. The pictures there are the program's own, and
 * where the folder is the system's nothing is deleted: its places count as not looked at.
 */
const systemFolders = /^\/(?:var(?!\/home\/)|srv|opt|etc|lib\w*|boot|run|snap)(?:\/|$)/;

/** Photos and videos in every person's folders and bins on Linux, counted and deleted in the places of the probe (photos.ts). */
export function createPhotoClearing(parts: LinuxClearingParts): PhotoClearing {
  const { clock, read, readHome, accounts, shared = sharedRoots } = parts;
  const mounts = async (): Promise<MountPoint[]> => parseMountInfo((await read('/proc/self/mountinfo')) ?? '');
  return createClearing({
    clock,
    hold: holdByDescriptor,
    resolve: (path) => realpath(path),
    grounds: async (): Promise<Grounds> => linuxGrounds(await mounts()),
    homes: async () => (await accounts())?.map(({ home }) => home),
    isPersons: ({ path, owner }) => owner >= firstPerson || !systemFolders.test(path),
    rootsOf: async (home) => photoRoots(home, (await readHome(join(home, '.config/user-dirs.dirs'))) ?? ''),
    beside: async () => [...shared, ...(await diskBins(disksWithBins(await mounts())))],
    isShared,
    thumbnails: freedesktopThumbnails,
  });
}

/** A network or a program keeps it: what is deleted there is gone for others too. Sticks are far, and a person's own. */
function isShared(path: string, { kind }: Ground): boolean {
  return kind === 'far' && !/^\/(?:media|run\/media)\//.test(path);
}

/** `.Trash-1000` and `.Trash` at the top of a disk are bins. A disk that cannot be listed takes their place: walking it says why. */
async function diskBins(disks: readonly string[]): Promise<PhotoRoot[]> {
  const bins: PhotoRoot[] = [];
  for (const disk of disks) {
    const names = await readdir(disk).catch(() => undefined);
    if (names === undefined) bins.push({ place: 'bin', path: disk, only: true });
    else
      bins.push(
        ...rootsIn(
          'bin',
          disk,
          names.filter((name) => /^\.Trash(?:-\d+)?$/.test(name)),
        ),
      );
  }
  return bins;
}
