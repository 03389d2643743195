import { join } from 'node:path';
import { holderOf, type PhotoRoot, rootsIn } from '../photos/roots.ts';
import type { KnownFolders } from './known-folders.ts';

/** What OneDrive calls its folder in a home: alone for a private account, with a name behind it for a firm's. */
export function isOneDrive(name: string): boolean {
  return /^OneDrive(?: - .+)?$/i.test(name);
}

/**
 * Every folder of a person on Windows to count in (platforms.md 7), inner ones first:
 * where the registry says, otherwise by their usual names, in the home and in OneDrive.
 */
export function photoRoots(home: string, known: KnownFolders, oneDrives: readonly string[]): PhotoRoot[] {
  const places = [home, ...oneDrives.map((name) => join(home, name))].map(standardFolders);
  const all = (key: keyof KnownFolders): string[] => [
    ...(known[key] === undefined ? [] : [known[key]]),
    ...places.map((folders) => folders[key]),
  ];
  return [
    ...all('camera').flatMap((path) => rootsIn('camera', path, ['.'])),
    ...all('pictures').flatMap((path) => rootsIn('camera', path, ['Camera Roll', 'Camera imports'])),
    ...all('downloads').flatMap((path) => rootsIn('chat-apps', path, ['Telegram Desktop'])),
    ...all('documents').flatMap((path) => rootsIn('chat-apps', path, ['ViberDownloads'])),
    // WhatsApp's own folder, as the Microsoft Store names it on every device.
    ...rootsIn('chat-apps', home, [
      'AppData/Local/Packages/5319275A.WhatsAppDesktop_cv1g1gvanyjgm/LocalState/shared/transfers',
    ]),
    ...all('screenshots').flatMap((path) => rootsIn('pictures', path, ['.'])),
    ...all('pictures').flatMap((path) => holderOf('pictures', path)),
    ...all('videos').flatMap((path) => rootsIn('videos', path, ['.'])),
    ...all('downloads').flatMap((path) => rootsIn('downloads', path, ['.'])),
    ...all('desktop').flatMap((path) => holderOf('desktop', path)),
    ...all('documents').flatMap((path) => holderOf('documents', path)),
    ...oneDrives.flatMap((name) => holderOf('documents', join(home, name))),
    { place: 'documents', path: home, isHome: true, holdsResources: true, passesOver: isProgramFolder },
  ];
}

function standardFolders(folder: string): Required<KnownFolders> {
  return {
    pictures: join(folder, 'Pictures'),
    camera: join(folder, 'Pictures', 'Camera Roll'),
    screenshots: join(folder, 'Pictures', 'Screenshots'),
    videos: join(folder, 'Videos'),
    downloads: join(folder, 'Downloads'),
    desktop: join(folder, 'Desktop'),
    documents: join(folder, 'Documents'),
  };
}

/** Folders of a home that belong to programs, not to the person. */
function isProgramFolder(name: string): boolean {
  return name.startsWith('.') || name.toLowerCase() === 'appdata';
}
