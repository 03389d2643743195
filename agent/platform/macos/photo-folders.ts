import { join } from 'node:path';
import { holderOf, type PhotoRoot, rootsIn } from '../photos/roots.ts';

/**
 * Every folder of a Mac's home to count in (platforms.md 7), inner ones first. Their
 * names on the disk are English in every language. Photos' library lies in Pictures;
 * iCloud Drive and other cloud stores lie in the Library.
 */
export function photoRoots(home: string): PhotoRoot[] {
  const holder = (name: string, place: PhotoRoot['place']) => holderOf(place, join(home, name));
  return [
    ...rootsIn('camera', home, ['Pictures/Photo Booth Library']),
    ...rootsIn('chat-apps', home, [
      'Library/Messages/Attachments',
      'Library/Group Containers/group.net.whatsapp.WhatsApp.shared/Message/Media',
      'Downloads/Telegram Desktop',
    ]),
    ...rootsIn('bin', home, [
      '.Trash',
      'Library/Mobile Documents/.Trash',
      'Library/Mobile Documents/com~apple~CloudDocs/.Trash',
    ]),
    ...holder('Pictures', 'pictures'),
    ...rootsIn('videos', home, ['Movies']),
    ...rootsIn('downloads', home, ['Downloads']),
    ...holder('Desktop', 'desktop'),
    ...holder('Documents', 'documents'),
    ...holder('Public', 'documents'),
    ...holder('Library/Mobile Documents/com~apple~CloudDocs', 'documents'),
    ...rootsIn('documents', home, ['Library/Mobile Documents', 'Library/CloudStorage']),
    { place: 'documents', path: home, isHome: true, holdsResources: true, passesOver: isProgramFolder },
  ];
}

/** Folders of a home that belong to programs, not to the person. */
function isProgramFolder(name: string): boolean {
  return name.startsWith('.') || name === 'Library' || name === 'Applications';
}
