import { join } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { Asking } from '../photos/asking.ts';
import type { Ground, Grounds } from '../photos/ground.ts';
import { createPhotosProbe as createProbe, type PhotosParts } from '../photos/probe.ts';
import { type PhotoRoot, rootsIn } from '../photos/roots.ts';
import type { FolderState } from '../photos/sums.ts';
import { againMs, isUnchanged } from '../photos/walk.ts';
import type { Probes } from '../platform.ts';
import type { Account } from './accounts.ts';
import type { Files } from './files.ts';
import { photoRoots, sharedRoots } from './photo-folders.ts';
import { disksWithBins, linuxGrounds, parseMountInfo } from './photo-mounts.ts';
import { createSameFolders } from './photo-sight.ts';
import type { ReadText } from './proc.ts';

interface LinuxPhotosParts extends Pick<PhotosParts, 'clock' | 'folders' | 'settings' | 'keeper' | 'limits'> {
  /** Reads the kernel's own lists. */
  read: ReadText;
  /** The same for the list of mounts, where what another section read in this very round will do. */
  readMounts?: ReadText;
  /** Reads in a home, which may lie on a server that does not answer. Absent: as the kernel's lists are read. */
  readHome?: ReadText;
  /** For looks at what tells which folders to count in; absent: they are found anew in each round. */
  files?: Files;
  /** undefined: the list of accounts cannot be read. */
  accounts: () => Promise<Account[] | undefined>;
}

/** Photos and videos in every person's folders and bins on Linux. */
export function createPhotosProbe({
  read,
  readMounts = read,
  readHome = read,
  accounts,
  files,
  ...parts
}: LinuxPhotosParts): Probes['photos'] {
  let told: string | undefined;
  let disks: string[] = [];
  let grounds = linuxGrounds([]);
  const diskBins = createDiskBins(parts.clock);
  /** By home, and by what the desktop wrote there of its folders. */
  const rootsBefore = new Map<string, { text: string; roots: PhotoRoot[] }>();
  const rootsOf = (home: string) => rootsBefore.get(home)?.roots ?? [];
  return createProbe({
    ...parts,
    ...(files !== undefined && {
      sameFolders: createSameFolders({ clock: parts.clock, files, rootsOf, disks: () => disks }),
    }),
    async grounds() {
      const text = (await readMounts('/proc/self/mountinfo')) ?? '';
      if (text === told) return grounds;
      told = text;
      const mounts = parseMountInfo(text);
      disks = disksWithBins(mounts);
      grounds = linuxGrounds(mounts);
      return grounds;
    },
    homes: async () => (await accounts())?.map(({ home }) => home),
    async rootsOf(home) {
      const text = (await readHome(join(home, '.config/user-dirs.dirs'))) ?? '';
      const known = rootsBefore.get(home);
      if (known?.text === text) return known.roots;
      const roots = photoRoots(home, text);
      rootsBefore.set(home, { text, roots });
      return roots;
    },
    beside: async (asking, grounds) => [...sharedRoots, ...(await diskBins(disks, asking, grounds))],
  });
}

/**
 * `.Trash-1000` and `.Trash` at the top of a disk are bins. What is at the top is read
 * again when it changed. A disk that cannot be listed takes their place: walking it
 * says why.
 */
function createDiskBins(clock: Clock) {
  let before = new Map<string, { state: FolderState; bins: PhotoRoot[] }>();

  async function binsOf(disk: string, asking: Asking, ground: Ground): Promise<PhotoRoot[]> {
    const found = await asking.look(disk, ground);
    // Single files can be mounts, too.
    if (!found.isDirectory()) return [];
    const nowMs = clock.now();
    const known = before.get(disk);
    if (known !== undefined && isUnchanged(known.state, found, nowMs)) return known.bins;
    const { folders } = await asking.listKinds(disk, ground);
    const names = folders.filter((name) => /^\.Trash(?:-\d+)?$/.test(name));
    const bins = rootsIn('bin', disk, names);
    const { dev, ino, mtimeMs, ctimeMs } = found;
    before.set(disk, { state: { dev, ino, mtimeMs, ctimeMs, listedAtMs: nowMs, againAtMs: nowMs + againMs }, bins });
    return bins;
  }

  return async (disks: readonly string[], asking: Asking, grounds: Grounds): Promise<PhotoRoot[]> => {
    const bins: PhotoRoot[] = [];
    before = new Map([...before].filter(([disk]) => disks.includes(disk)));
    for (const disk of disks) {
      try {
        bins.push(...(await binsOf(disk, asking, grounds.of(disk))));
      } catch {
        before.delete(disk);
        bins.push({ place: 'bin', path: disk, only: true });
      }
    }
    return bins;
  };
}
