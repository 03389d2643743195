import { join, sep } from 'node:path';
import type { PhotoPlace } from '../../../shared/report/photos.ts';

/** A folder to count in, and what kind of place it is. The path stays on the device. */
export interface PhotoRoot {
  place: PhotoPlace;
  path: string;
  /** The home itself: whoever may not enter it knows of none of its places. */
  isHome?: true;
  /** The folder of teaching resources may lie directly in it (DEV4). */
  holdsResources?: true;
  /** Nothing but that folder is counted in it. */
  only?: true;
  /** Folders directly in it that belong to programs, not to people. */
  passesOver?: (name: string) => boolean;
}

/** Places on every device, always all of them: a place that is missing from a report would look like one never asked. */
export const everyPlace: readonly PhotoPlace[] = [
  ...(['camera', 'pictures', 'videos', 'downloads', 'desktop', 'documents', 'chat-apps', 'bin'] as const),
];

/** Roots of one place, one for each path below a folder. */
export function rootsIn(place: PhotoPlace, folder: string | undefined, paths: readonly string[]): PhotoRoot[] {
  return folder === undefined ? [] : paths.map((path) => ({ place, path: join(folder, path) }));
}

/** One root in which the folder of teaching resources may lie. */
export function holderOf(place: PhotoPlace, path: string | undefined): PhotoRoot[] {
  return path === undefined ? [] : [{ place, path, holdsResources: true }];
}

/**
 * Whether a name is the one that the setting gave to its folder of teaching
 * resources. Letters that can be written in two ways in Unicode are the same
 * letter; case counts where the file system tells it apart.
 */
export function resourceName(wanted: string | null, foldsCase: boolean): (name: string) => boolean {
  const plain = (name: string) => (foldsCase ? name.normalize('NFC').toLowerCase() : name.normalize('NFC'));
  if (wanted === null || wanted === '') return () => false;
  const sought = plain(wanted);
  return (name) => plain(name) === sought;
}

/**
 * Roots with the places they count as. What lies in the folder of teaching resources
 * counts there and nowhere else, also when that is one of the system's own folders.
 */
export function claimResources(roots: readonly PhotoRoot[], isResource: (name: string) => boolean): PhotoRoot[] {
  const holders = roots
    .filter((root) => root.holdsResources)
    .map(({ path }) => (path.endsWith(sep) ? path : path + sep));
  return roots.map((root) => {
    const isWithin = holders.some((holder) => {
      if (!root.path.startsWith(holder)) return false;
      const [first = ''] = root.path.slice(holder.length).split(sep, 1);
      return first !== '' && isResource(first);
    });
    return isWithin ? { ...root, place: 'resources' } : root;
  });
}

/** The order to walk in: homes last, for what has a place of its own has been counted there by then. */
export function homesLast(roots: readonly PhotoRoot[]): PhotoRoot[] {
  return [...roots].sort((one, other) => Number(one.isHome ?? false) - Number(other.isHome ?? false));
}
