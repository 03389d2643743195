import { join } from 'node:path';
import type { Asking } from '../photos/asking.ts';
import type { Grounds } from '../photos/ground.ts';
import { createPhotosProbe as createProbe, type PhotosParts } from '../photos/probe.ts';
import { type PhotoRoot, rootsIn } from '../photos/roots.ts';
import type { Probes } from '../platform.ts';
import type { Account } from './accounts.ts';
import { photoRoots, sharedRoots } from './photo-folders.ts';
import { disksWithBins, linuxGrounds, type MountPoint, parseMountInfo } from './photo-mounts.ts';
import type { ReadText } from './proc.ts';

interface LinuxPhotosParts extends Pick<PhotosParts, 'clock' | 'folders' | 'settings' | 'keeper' | 'limits'> {
  /** Reads the kernel's own lists. */
  read: ReadText;
  /** Reads in a home, which may lie on a server that does not answer. Absent: as the kernel's lists are read. */
  readHome?: ReadText;
  /** undefined: the list of accounts cannot be read. */
  accounts: () => Promise<Account[] | undefined>;
}

/** Photos and videos in every person's folders and bins on Linux. */
export function createPhotosProbe({ read, readHome = read, accounts, ...parts }: LinuxPhotosParts): Probes['photos'] {
  let told: string | undefined;
  let mounts: MountPoint[] = [];
  let grounds = linuxGrounds(mounts);
  return createProbe({
    ...parts,
    async grounds() {
      const text = (await read('/proc/self/mountinfo')) ?? '';
      if (text === told) return grounds;
      told = text;
      mounts = parseMountInfo(text);
      grounds = linuxGrounds(mounts);
      return grounds;
    },
    homes: async () => (await accounts())?.map(({ home }) => home),
    rootsOf: async (home) => photoRoots(home, (await readHome(join(home, '.config/user-dirs.dirs'))) ?? ''),
    beside: async (asking, grounds) => [...sharedRoots, ...(await diskBins(disksWithBins(mounts), asking, grounds))],
  });
}

/** `.Trash-1000` and `.Trash` at the top of a disk are bins. A disk that cannot be listed takes their place: walking it says why. */
async function diskBins(disks: readonly string[], asking: Asking, grounds: Grounds): Promise<PhotoRoot[]> {
  const bins: PhotoRoot[] = [];
  for (const disk of disks) {
    try {
      const { folders } = await asking.listKinds(disk, grounds.of(disk));
      const names = folders.filter((name) => /^\.Trash(?:-\d+)?$/.test(name));
      bins.push(...rootsIn('bin', disk, names));
    } catch {
      bins.push({ place: 'bin', path: disk, only: true });
    }
  }
  return bins;
}
