import { join } from 'node:path';
import { createFolders, type Folders } from '../photos/folders.ts';
import { type Grounds, groundsByPath } from '../photos/ground.ts';
import { createPhotosProbe as createProbe, type PhotosParts } from '../photos/probe.ts';
import type { Probes } from '../platform.ts';
import { type KnownFolders, knownFoldersScript, parseKnownFolders } from './known-folders.ts';
import { createPeopleFolders } from './people-folders.ts';
import { isOneDrive, photoRoots } from './photo-folders.ts';
import type { PowerShell } from './powershell.ts';

interface WindowsPhotosParts extends Pick<PhotosParts, 'clock' | 'settings' | 'keeper' | 'limits'> {
  powershell: PowerShell;
  /** Where Windows makes people's folders: "C:\Users". */
  usersFolder: string;
  /** The tops of the drives that can be opened now: "C:\". */
  drives: () => Promise<string[]>;
  grounds: Grounds;
  /** For tests. */
  folders?: Folders;
}

/** Folders move seldom; a person who signs in makes theirs known. */
const askEveryMs = 3_600_000;

/**
 * Photos and videos in every person's folders and bins on Windows. What only lies in
 * the cloud is told by its blocks, and never opened. Without an answer of PowerShell
 * the usual names must do: what lies elsewhere in a home counts as documents then.
 */
export function createPhotosProbe(told: WindowsPhotosParts): Probes['photos'] {
  const {
    powershell,
    usersFolder,
    drives,
    grounds,
    folders = createFolders({ linksMayBeFiles: true }),
    ...parts
  } = told;
  const people = createPeopleFolders({ powershell, clock: parts.clock, usersFolder });
  const known = createKnownFolders(powershell, parts.clock);
  return createProbe({
    ...parts,
    folders,
    foldsCase: true,
    grounds: async () => grounds,
    async homes(signal) {
      const homes = await people(signal);
      await known.ask(signal);
      const shared = join(usersFolder, 'Public');
      const isShared = await folders.look(shared, true).then(
        (found) => found.isDirectory(),
        () => false,
      );
      return homes && [...homes.map(({ path }) => path), ...(isShared ? [shared] : [])];
    },
    async rootsOf(home) {
      const { folders: names } = await folders.list(home);
      return photoRoots(home, known.of(home), names.filter(isOneDrive));
    },
    beside: async () => (await drives()).map((drive) => ({ place: 'bin', path: join(drive, '$Recycle.Bin') })),
  });
}

function createKnownFolders(powershell: PowerShell, clock: PhotosParts['clock']) {
  let found = new Map<string, KnownFolders>();
  let askedAtMs = Number.NEGATIVE_INFINITY;
  return {
    of: (home: string): KnownFolders => found.get(home.toLowerCase()) ?? {},
    async ask(signal: AbortSignal): Promise<void> {
      const age = clock.now() - askedAtMs;
      if (age >= 0 && age < askEveryMs) return;
      const answer = await powershell.ask(knownFoldersScript, signal);
      const rows = answer.kind === 'answer' ? parseKnownFolders(answer.text) : undefined;
      if (rows === undefined) return;
      // Whoever signed out is remembered: their folders are where they were.
      found = new Map([...found, ...rows]);
      askedAtMs = clock.now();
    },
  };
}

/** Folders in a home that a program fills from a cloud: even a list of names may have to come from there. */
const cloudFolders =
  /\\(?:OneDrive(?: - [^\\]+)?|iCloudDrive|iCloudPhotos|iCloud Photos|Dropbox|Google Drive)(?:\\|$)/i;

/** What folders on Windows lie on, by their paths: only the system's own drive is surely in the device. */
export function windowsGrounds(systemLetter: string): Grounds {
  const system = `${systemLetter}:\\`.toLowerCase();
  return groundsByPath((path) => {
    const mount = path.slice(0, 3).toLowerCase();
    const isNear = mount === system && !cloudFolders.test(path);
    return { kind: isNear ? 'near' : 'far', mount: isNear || mount !== system ? mount : 'cloud' };
  });
}
