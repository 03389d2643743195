import { join } from 'node:path';
import { createFolders, type Folders } from '../photos/folders.ts';
import { type Grounds, groundsByPath } from '../photos/ground.ts';
import { createPhotosProbe as createProbe, type PhotosParts } from '../photos/probe.ts';
import type { Probes } from '../platform.ts';
import { isCard, photoRoots } from './photo-folders.ts';

interface AndroidPhotosParts extends Pick<PhotosParts, 'clock' | 'settings' | 'keeper' | 'limits'> {
  /** For tests: other folders, and another ground than Android's. */
  folders?: Folders;
  storage?: string;
  volumes?: string;
  grounds?: Grounds;
}

/** A program of Android's serves its shared storage, and looks into every answer: nothing there is asked at once. */
const servedGrounds = groundsByPath(() => ({ kind: 'far', mount: 'storage' }));

/**
 * Photos and videos in Android's shared storage, as Termux sees it once it was
 * allowed to (`termux-setup-storage`). Storage that cannot be entered makes every
 * place unknown.
 */
export function createPhotosProbe({
  folders = createFolders({ quick: false }),
  storage = '/sdcard',
  volumes = '/storage',
  grounds = servedGrounds,
  ...parts
}: AndroidPhotosParts): Probes['photos'] {
  return createProbe({
    ...parts,
    folders,
    foldsCase: true,
    grounds: async () => grounds,
    // Most apps may not list the volumes; a card is then not seen.
    async homes() {
      const cards = await folders.list(volumes).then(
        (listing) => listing.folders.filter(isCard),
        () => [],
      );
      return [storage, ...cards.map((name) => join(volumes, name))];
    },
    rootsOf: async (home) => photoRoots(home),
  });
}
