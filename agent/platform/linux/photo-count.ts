import type { PhotoCount } from '../../../shared/report/photos.ts';

/** Pictures as cameras, phones and scanners write them, raw formats included. */
const photoEndings = new Set([
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'heic', 'heif', 'hif', 'avif', 'jxl', 'png', 'gif', 'webp', 'bmp', 'tif', 'tiff'],
  ...['dng', 'cr2', 'cr3', 'crw', 'nef', 'nrw', 'arw', 'sr2', 'srf', 'raf', 'orf', 'rw2', 'pef', 'srw', 'x3f'],
  ...['3fr', 'iiq', 'kdc', 'dcr', 'mrw', 'rwl', 'erf', 'mef', 'mos', 'raw'],
]);

const videoEndings = new Set([
  ...['mp4', 'm4v', 'mov', 'qt', '3gp', '3g2', '3gpp', 'avi', 'mkv', 'webm', 'mts', 'm2ts', 'mpg', 'mpeg', 'wmv'],
  ...['asf', 'flv', 'ogv', 'mod', 'tod', 'vob', 'insv'],
]);

/** The still half of a Live Photo; its other half is a film of the same name. */
const livePhotoStills = new Set(['heic', 'heif', 'jpg', 'jpeg']);

/** Folders whose pictures are copies, parts of programs, or leftovers of tools. */
const skippedFolders = new Set([
  '.thumbnails',
  '.thumbs',
  '.cache',
  '.git',
  'node_modules',
  '@eadir',
  '.dtrash',
  '__macosx',
]);

/** Whether a folder of this name is walked into. `parent` is the name of the folder it lies in. */
export function isWalked(name: string, parent: string): boolean {
  if (skippedFolders.has(name.toLowerCase())) return false;
  return !(parent.toLowerCase().endsWith('.photoslibrary') && name === 'resources');
}

/**
 * Counts photos and videos by their names alone: nothing is opened, for opening
 * a cloud placeholder downloads it. Nothing is left out for its size either: a
 * small photo is a photo, and a count that is too low is the worse mistake.
 * A Live Photo, still and film of one name in one folder, is one photo.
 */
export function countNames(names: readonly string[]): PhotoCount {
  const files = names.flatMap((name) => classify(name) ?? []);
  const stills = new Set(files.filter((file) => livePhotoStills.has(file.ending)).map((file) => file.stem));
  let photos = 0;
  let videos = 0;
  for (const file of files) {
    if (file.kind === 'photo') photos += 1;
    else if (!(file.ending === 'mov' && stills.has(file.stem))) videos += 1;
  }
  return { photos, videos };
}

function classify(name: string): { kind: 'photo' | 'video'; stem: string; ending: string } | undefined {
  // AppleDouble files carry the name of the picture they describe.
  if (name.startsWith('._')) return undefined;
  const dot = name.lastIndexOf('.');
  if (dot < 1) return undefined;
  const ending = name.slice(dot + 1).toLowerCase();
  const stem = name.slice(0, dot).toLowerCase();
  if (photoEndings.has(ending)) return { kind: 'photo', stem, ending };
  return videoEndings.has(ending) ? { kind: 'video', stem, ending } : undefined;
}

export function addCounts(one: PhotoCount, other: PhotoCount): PhotoCount {
  return { photos: one.photos + other.photos, videos: one.videos + other.videos };
}

export const noPhotos: PhotoCount = { photos: 0, videos: 0 };
