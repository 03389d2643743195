import { join, normalize } from 'node:path';
import { holderOf, type PhotoRoot, rootsIn } from '../photos/roots.ts';

/** Names that Linux desktops give a person's folders when nothing else is set. */
const standardNames = {
  XDG_PICTURES_DIR: 'Pictures',
  XDG_VIDEOS_DIR: 'Videos',
  XDG_DOWNLOAD_DIR: 'Downloads',
  XDG_DESKTOP_DIR: 'Desktop',
  XDG_DOCUMENTS_DIR: 'Documents',
  XDG_PUBLICSHARE_DIR: 'Public',
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
    XDG_PUBLICSHARE_DIR: join(home, standardNames.XDG_PUBLICSHARE_DIR),
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
  const { XDG_PICTURES_DIR: pictures, XDG_DESKTOP_DIR: desktop, XDG_DOCUMENTS_DIR: documents } = folders;
  return [
    ...rootsIn('camera', pictures, ['Camera', 'Camera Roll', 'Webcam', 'DCIM']),
    ...rootsIn('camera', folders.XDG_VIDEOS_DIR, ['Webcam']),
    ...rootsIn('camera', home, ['DCIM']),
    ...rootsIn('chat-apps', folders.XDG_DOWNLOAD_DIR, ['Telegram Desktop']),
    ...rootsIn('bin', home, ['.local/share/Trash/files']),
    ...holderOf('pictures', pictures),
    ...rootsIn('videos', folders.XDG_VIDEOS_DIR, ['.']),
    ...rootsIn('downloads', folders.XDG_DOWNLOAD_DIR, ['.']),
    ...holderOf('desktop', desktop),
    ...holderOf('documents', documents),
    ...holderOf('documents', folders.XDG_PUBLICSHARE_DIR),
    { place: 'documents', path: home, isHome: true, holdsResources: true, passesOver: isProgramFolder },
  ];
}

/** Folders that people on one device share: only the folder of teaching resources is counted there. */
export const sharedRoots: readonly PhotoRoot[] = ['/srv', '/home/shared', '/home/Public'].map((path) => ({
  place: 'resources',
  path,
  only: true,
  holdsResources: true,
}));

/** Folders of a home that belong to programs, not to the person. */
export function isProgramFolder(name: string): boolean {
  return name.startsWith('.') || name === 'snap';
}
