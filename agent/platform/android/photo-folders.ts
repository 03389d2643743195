import { join } from 'node:path';
import { holderOf, type PhotoRoot, rootsIn } from '../photos/roots.ts';

/** Where apps that people chat with keep what was sent to them, in shared storage and, since Android 11, in its media folder. */
const chatFolders = [
  ...['Android/media/com.whatsapp', 'Android/media/com.whatsapp.w4b', 'Android/media/org.telegram.messenger'],
  ...['Android/media/com.viber.voip', 'Android/media/com.facebook.orca', 'Android/media/org.thoughtcrime.securesms'],
  ...['WhatsApp', 'WhatsApp Business', 'Telegram', 'viber', 'Signal', 'Messenger'],
  ...['Pictures/Telegram', 'Pictures/Messenger', 'Pictures/WhatsApp', 'Pictures/Signal', 'Pictures/Viber'],
  ...['Movies/Telegram', 'Movies/Messenger', 'Movies/WhatsApp', 'Download/Telegram'],
];

/** Where makers' galleries keep what was thrown away; Android itself marks names instead. */
const binFolders = ['Android/.Trash', 'MIUI/Gallery/cloud/.trashBin', '.Trash', '.trash', '.trashBin', 'DCIM/.trash'];

/**
 * Every folder of Android's shared storage to count in (platforms.md 7), inner ones
 * first. What other apps keep for themselves in `Android/data` is closed to all.
 */
export function photoRoots(storage: string): PhotoRoot[] {
  return [
    ...rootsIn('chat-apps', storage, chatFolders),
    ...rootsIn('bin', storage, binFolders),
    ...rootsIn('pictures', storage, ['DCIM/Screenshots', 'Pictures/Screenshots']),
    ...rootsIn('camera', storage, ['DCIM', 'Pictures/Camera']),
    ...holderOf('pictures', join(storage, 'Pictures')),
    ...rootsIn('videos', storage, ['Movies', 'Video']),
    ...rootsIn('downloads', storage, ['Download', 'Downloads']),
    ...holderOf('documents', join(storage, 'Documents')),
    { place: 'documents', path: storage, isHome: true, holdsResources: true, passesOver: (name) => name === 'Android' },
  ];
}

/** Cards in `/storage`, by the number of their file system: each may hold a camera's folder of its own. */
export function isCard(name: string): boolean {
  return /^[0-9A-F]{4}-[0-9A-F]{4}$/i.test(name);
}
