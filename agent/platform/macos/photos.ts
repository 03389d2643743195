import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Asking } from '../photos/asking.ts';
import { type Folders, realFolders } from '../photos/folders.ts';
import { type Grounds, groundsByPath } from '../photos/ground.ts';
import { createPhotosProbe as createProbe, type PhotosParts } from '../photos/probe.ts';
import { type PhotoRoot, rootsIn } from '../photos/roots.ts';
import type { Probes } from '../platform.ts';
import { photoRoots } from './photo-folders.ts';

interface MacosPhotosParts extends Pick<PhotosParts, 'clock' | 'settings' | 'keeper' | 'limits'> {
  /** For tests. */
  folders?: Folders;
  users?: string;
  ownHome?: string;
  volumes?: string;
  grounds?: Grounds;
}

/** Other disks, network homes, and cloud stores that a program serves. */
const farFolders = /^\/(?:Volumes|Network|net|home)\/|\/Library\/(?:Mobile Documents|CloudStorage)(?:\/|$)/;

/** What folders of a Mac lie on, by their paths. A disk or a store is a mount of its own. */
export const macosGrounds: Grounds = groundsByPath((path) => {
  const [, , volume = ''] = path.split('/');
  return farFolders.test(path) ? { kind: 'far', mount: volume } : { kind: 'near', mount: '/' };
});

/**
 * Photos and videos in every person's folders on a Mac. Without Full Disk Access the
 * system refuses the agent most of them, the administrator's rights or not: such a
 * place is unknown, `blocked-by-permission`.
 */
export function createPhotosProbe({
  folders = realFolders,
  users = '/Users',
  ownHome = homedir(),
  volumes = '/Volumes',
  grounds = macosGrounds,
  ...parts
}: MacosPhotosParts): Probes['photos'] {
  return createProbe({
    ...parts,
    folders,
    foldsCase: true,
    grounds: async () => grounds,
    homes: () => homesOf(folders, users, ownHome),
    rootsOf: async (home) => photoRoots(home),
    beside: (asking) => volumeBins(volumes, asking, grounds),
  });
}

/** Everybody's home, and what all share in one of them. undefined: they cannot be listed. */
async function homesOf(folders: Folders, users: string, ownHome: string): Promise<string[] | undefined> {
  const listing = await folders.list(users).catch(() => undefined);
  if (listing === undefined) return undefined;
  const names = listing.folders.filter((name) => !name.startsWith('.') && name !== 'Guest');
  return [...new Set([...names.map((name) => join(users, name)), ownHome])];
}

/** Each other disk has a bin at its top. The system's own disk is there as a link. */
async function volumeBins(volumes: string, asking: Asking, grounds: Grounds): Promise<PhotoRoot[]> {
  try {
    const { folders } = await asking.listKinds(volumes, grounds.of(volumes));
    return rootsIn(
      'bin',
      volumes,
      folders.map((name) => join(name, '.Trashes')),
    );
  } catch {
    return [{ place: 'bin', path: volumes, only: true }];
  }
}
