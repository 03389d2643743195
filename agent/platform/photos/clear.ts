import { sep } from 'node:path';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { PhotoClearing } from '../actions.ts';
import type { Picked } from './clear-files.ts';
import {
  type At,
  beginPass,
  type ClearingParts,
  createRows,
  type Pass,
  placeOf,
  type Visit,
  wantedPlaces,
} from './clear-pass.ts';
import { type FoundRoots, findRoots } from './clear-roots.ts';
import { clearThumbnails, removeTrashInfo, thumbnailFolders, thumbnailName } from './clear-thumbnails.ts';
import { walkRoot } from './clear-walk.ts';

/**
 * Counting and deleting photos and videos in people's places. Both go the same way
 * through the folders, so that what is counted afterwards is what was to be deleted.
 *
 * INVARIANTS
 * - nothing is deleted but through a folder that is held (held-folder.ts), name by name;
 * - nothing is deleted in a folder of teaching resources unless that place is named, in
 *   a library of the system's never, in a folder kept alike elsewhere only when told to;
 * - whatever cannot be looked at makes its place not looked at: never empty.
 */
export function createPhotoClearing(parts: ClearingParts & { clock: Clock }): PhotoClearing {
  return {
    async count(selection, signal) {
      const rows = createRows(wantedPlaces(selection));
      const visit: Visit = async (at, picked, isLeft) => {
        if (picked.counts) rows.add(placeOf(at, picked), picked.as, isLeft);
      };
      const at = instant(parts.clock.now());
      try {
        const pass = await beginPass(parts, selection, signal, visit);
        const found = await goThrough(pass);
        if (found === undefined) return unknown('blocked-by-permission', at, 'home-folders');
        return known(rows.total(pass.doubted), at);
      } catch {
        return unknown(signal.aborted ? 'timed-out' : 'tool-failed', at, 'picture-folders');
      }
    },
    async clear(selection, signal) {
      const deleted = { photos: 0, videos: 0 };
      const names = new Set<string>();
      const pass = await beginPass(parts, selection, signal, async (at, picked, isLeft) => {
        if (isLeft || at.isLibrary || !(await remove(at, picked))) return;
        if (picked.counts) deleted[picked.as] += 1;
        names.add(thumbnailName(`${at.path}${sep}${picked.entry.name}`));
      });
      const found = await goThrough(pass);
      const thumbnailsDeleted = found === undefined ? 0 : await clearAllThumbnails(found, names, pass);
      return { deleted, thumbnailsDeleted };
    },
  };
}

/** undefined: the homes of people cannot be listed. */
async function goThrough(pass: Pass): Promise<FoundRoots | undefined> {
  const found = await findRoots(pass);
  for (const root of found?.roots ?? []) await walkRoot(root, pass);
  return found;
}

/** False: it was gone already. */
async function remove(at: At, { entry }: Picked): Promise<boolean> {
  try {
    await at.held.remove(entry.bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  if (at.place === 'bin') await removeTrashInfo(at.held, at.name, entry.name);
  return true;
}

async function clearAllThumbnails(
  { homes, roots }: FoundRoots,
  names: ReadonlySet<string>,
  pass: Pass,
): Promise<number> {
  const { parts, selection, grounds, untilMs, signal } = pass;
  const meant = roots.filter(({ place }) => pass.wanted.has(place)).map(({ root }) => `${root.path}${sep}`);
  let deleted = 0;
  for (const { path } of homes) {
    for (const folder of thumbnailFolders(path, parts.thumbnails ?? [])) {
      if (grounds.of(folder).kind !== 'near') continue;
      deleted += await clearThumbnails(parts.hold, folder, {
        ...{ names, untilMs, signal, only: selection.only },
        mayAsk: (original) => grounds.of(original).kind === 'near' && meant.some((root) => original.startsWith(root)),
      });
    }
  }
  return deleted;
}
