import { join } from 'node:path';
import type { Entry } from '../held-folder.ts';

/** What cloud services call the folder that they keep alike on all devices, with a name behind it for a second account. */
const cloudNames = new RegExp(
  `^(?:${[
    ...['OneDrive', 'Dropbox', 'Google ?Drive', 'iCloud ?Drive', 'iCloud ?Photos', 'Nextcloud', 'ownCloud', 'Insync'],
    ...[
      'MEGA(?:sync)?',
      'pCloud ?Drive',
      'SynologyDrive',
      'Proton ?Drive',
      'Mobile Documents',
      'CloudStorage',
      'kDrive',
    ],
    ...[
      'Box ?Sync',
      'Yandex\\.Disk',
      'Seafile',
      'Tresorit',
      'HiDrive',
      'MagentaCLOUD',
      'Jottacloud',
      'Koofr',
      'Icedrive',
    ],
    ...['Amazon ?(?:Cloud ?)?Drive', 'Creative Cloud Files', 'Resilio ?Sync', 'Syncthing'],
  ].join('|')})\\d?(?: ?(?:-|\\(|@).*)?$`,
  'i',
);

/** Names that programs of cloud services leave in the folder they keep alike. */
const cloudMarks = [
  /^\.dropbox(?:\.cache)?$/,
  /^\.?_?sync_[0-9a-f]+\.db(?:-\w+)?$/i,
  /^\.(?:owncloud|nextcloud)sync\.log$/i,
  /^\.stfolder$/,
  /^\.tmp\.drive(?:download|upload)$/,
  /^\.SynologyWorkingDirectory$/i,
  /^\.insync-trash$/,
  /^\.seafile-data$/i,
  /^\.pcloud$/i,
  // Resilio and Yandex; MEGA's folders of any name.
  /^\.sync$/,
  /^\.megaignore$/,
  /^\.debris$/,
];

/** Whether a cloud service keeps a folder of this name alike on other devices. */
export function isCloudName(name: string): boolean {
  return cloudNames.test(name);
}

/** Whether what lies in a folder shows that a cloud service keeps it alike. */
export function bearsCloudMark(entries: readonly Entry[]): boolean {
  return entries.some(({ name }) => name.startsWith('.') && cloudMarks.some((mark) => mark.test(name)));
}

/** Notes of cloud programs in a home, in which they write down the folder that they keep alike. */
export const cloudNotes = [
  '.dropbox/info.json',
  '.config/Nextcloud/nextcloud.cfg',
  '.config/ownCloud/owncloud.cfg',
  '.config/onedrive/config',
] as const;

/**
 * The folders that such a note names: `"path": "/home/a/Dropbox"` (Dropbox),
 * `0\Folders\1\localPath=/home/a/Nextcloud/` (Nextcloud, ownCloud) and
 * `sync_dir = "~/OneDrive"` (the OneDrive client of Linux).
 */
export function cloudFoldersIn(note: string, home: string): string[] {
  const found = [
    ...note.matchAll(/"path"\s*:\s*"((?:[^"\\]|\\.)+)"/g),
    ...note.matchAll(/^.*localPath\s*=\s*(.+?)\s*$/gm),
    ...note.matchAll(/^\s*sync_dir\s*=\s*"([^"]+)"/gm),
  ];
  return found
    .map(([, path = '']) => path.replace(/\\(.)/g, '$1').replace(/^(?:~|\$HOME)(?=\/|$)/, () => home))
    .map((path) => join(path).replace(/(.)\/+$/, '$1'))
    .filter((path) => path.startsWith('/') && path !== '/');
}
