import { join, normalize } from 'node:path';
import type { PhotoPlace } from '../../../shared/report/photos.ts';

/** A folder to count in, and what kind of place it is. The path stays on the device. */
export interface PhotoRoot {
  place: PhotoPlace;
  path: string;
  /** The home itself: hidden folders of programs in it are passed over. */
  isHome: boolean;
}

/** Names that Linux desktops give a person's folders when nothing else is set. */
const standardNames = {
  XDG_PICTURES_DIR: 'Pictures',
  XDG_VIDEOS_DIR: 'Videos',
  XDG_DOWNLOAD_DIR: 'Downloads',
  XDG_DESKTOP_DIR: 'Desktop',
  XDG_DOCUMENTS_DIR: 'Documents',
} as const;
type FolderKey = keyof typeof standardNames;

/**
 * A person's `~/.config/user-dirs.dirs`: where the desktop keeps pictures and the
 * rest, in the person's own language. A key set to the home itself is switched off.
 */
export function parseUserDirs(text: string, home: string): Record<FolderKey, string | undefined> {
  const folders: Record<FolderKey, string | undefined> = {
    XDG_PICTURES_DIR: join(home, standardNames.XDG_PICTURES_DIR),
    XDG_VIDEOS_DIR: join(home, standardNames.XDG_VIDEOS_DIR),
    XDG_DOWNLOAD_DIR: join(home, standardNames.XDG_DOWNLOAD_DIR),
    XDG_DESKTOP_DIR: join(home, standardNames.XDG_DESKTOP_DIR),
    XDG_DOCUMENTS_DIR: join(home, standardNames.XDG_DOCUMENTS_DIR),
  };
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(XDG_[A-Z]+_DIR)="(.*)"\s*$/.exec(line.replace(/^\uFEFF/, ''));
    const key = match?.[1];
    if (key === undefined || !isFolderKey(key)) continue;
    folders[key] = resolveFolder(match?.[2] ?? '', home);
  }
  return folders;
}

function isFolderKey(key: string): key is FolderKey {
  return Object.hasOwn(standardNames, key);
}

/** Only `$HOME/…` and absolute paths are allowed there. */
function resolveFolder(value: string, home: string): string | undefined {
  const plain = value.replace(/\\(.)/g, '$1');
  const path = normalize(plain.replace(/^\$HOME(?=\/|$)/, () => home)).replace(/(.)\/+$/, '$1');
  return path.startsWith('/') && path !== '/' && path !== normalize(home) ? path : undefined;
}

/**
 * Every folder of a home to count in. Inner folders come before the ones around
 * them, so that each is counted once, under its own kind. The home itself comes
 * last, as "documents": whoever keeps photos in a folder of their own making is
 * not overlooked.
 */
export function photoRoots(home: string, userDirs: string): PhotoRoot[] {
  const folders = parseUserDirs(userDirs, home);
  const roots: [PhotoPlace, string | undefined][] = [
    ...['Camera', 'Camera Roll', 'Webcam', 'DCIM'].map((name) => within('camera', folders.XDG_PICTURES_DIR, name)),
    within('camera', folders.XDG_VIDEOS_DIR, 'Webcam'),
    within('camera', home, 'DCIM'),
    within('chat-apps', folders.XDG_DOWNLOAD_DIR, 'Telegram Desktop'),
    ['bin', join(home, '.local/share/Trash/files')],
    ['pictures', folders.XDG_PICTURES_DIR],
    ['videos', folders.XDG_VIDEOS_DIR],
    ['downloads', folders.XDG_DOWNLOAD_DIR],
    ['desktop', folders.XDG_DESKTOP_DIR],
    ['documents', folders.XDG_DOCUMENTS_DIR],
  ];
  const known = roots.flatMap(([place, path]) => (path === undefined ? [] : [{ place, path, isHome: false }]));
  return [...known, { place: 'documents', path: home, isHome: true }];
}

function within(place: PhotoPlace, folder: string | undefined, name: string): [PhotoPlace, string | undefined] {
  return [place, folder === undefined ? undefined : join(folder, name)];
}

/** Folders of a home that belong to programs, not to the person. */
export function isProgramFolder(name: string): boolean {
  return name.startsWith('.') || name === 'snap';
}
