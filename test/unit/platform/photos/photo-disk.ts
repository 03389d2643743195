import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Keeper } from '../../../../agent/platform/keeper.ts';
import { type Folders, realFolders } from '../../../../agent/platform/photos/folders.ts';
import type { Probes } from '../../../../agent/platform/platform.ts';
import { type PhotoPlace, type Photos, photosSchema } from '../../../../shared/report/photos.ts';

/** A moment long after every file was made: folders have come to rest by then. */
export const later = { now: () => Date.now() + 60_000 };

/** Time enough to measure everything in the first round, also on a busy machine. */
export const measuresAll = { sizesMs: 60_000 };

/** The kernel's list of mounts of a machine with one disk. */
export const oneDisk = '22 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw\n';

/** A folder that a test made, with files in it. */
export interface PhotoDisk {
  readonly path: string;
  put(path: string, content?: string | Uint8Array, modified?: Date): void;
  remove(): void;
}

export function createPhotoDisk(): PhotoDisk {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'photo-disk-')));
  return {
    path,
    put(name, content = '', modified) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
      if (modified !== undefined) utimesSync(join(path, name), modified, modified);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** The real file system, whose questions are written down and may be refused: `refuse` names the error. */
export function watched(
  refuse: (path: string) => string | undefined = () => undefined,
  folders: Folders = realFolders,
) {
  const listed: string[] = [];
  const measured: string[] = [];
  const opened: string[] = [];
  const note = (list: string[], path: string) => {
    list.push(path);
    const code = refuse(path);
    if (code !== undefined) throw Object.assign(new Error(code), { code });
  };
  const noted: Folders = {
    ...folders,
    async list(path) {
      note(listed, path);
      return folders.list(path);
    },
    async names(path) {
      note(listed, path);
      return folders.names(path);
    },
    async measure(path) {
      note(measured, path);
      return folders.measure(path);
    },
    async head(path) {
      note(opened, path);
      return folders.head(path);
    },
  };
  const { now } = folders;
  if (now !== undefined) {
    noted.now = {
      ...now,
      list(path) {
        note(listed, path);
        return now.list(path);
      },
      names(path) {
        note(listed, path);
        return now.names(path);
      },
      measure(path) {
        note(measured, path);
        return now.measure(path);
      },
    };
  }
  return { listed, measured, opened, folders: noted };
}

/** Keeps in memory what a probe wants kept; `text` may be damaged by a test. */
export function memoryKeeper() {
  const kept: Keeper & { text: string | undefined; writes: number } = {
    text: undefined,
    writes: 0,
    read: async () => kept.text,
    async write(_name, text) {
      kept.text = text;
      kept.writes += 1;
    },
  };
  return kept;
}

/** One reading, checked against the contract. */
export async function ask(probe: Probes['photos'], signal = new AbortController().signal): Promise<Photos> {
  const reading = await probe(signal);
  if (reading.state !== 'known') throw new Error(`unknown: ${reading.reason}`);
  return photosSchema.parse(reading.value);
}

/** Photos and videos at a place, or why they are not known. */
export function at(photos: Photos, place: PhotoPlace): [photos: number, videos: number] | string {
  const found = photos.places.find((each) => each.place === place)?.count;
  if (found === undefined) return 'not listed';
  return found.state === 'known' ? [found.value.photos, found.value.videos] : found.reason;
}

/** All that is known of a place. */
export function countAt(photos: Photos, place: PhotoPlace) {
  const found = photos.places.find((each) => each.place === place)?.count;
  return found?.state === 'known' ? found.value : undefined;
}
