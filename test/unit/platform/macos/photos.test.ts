import { join } from 'node:path';
import { expect } from 'chai';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { createPhotosProbe, macosGrounds } from '../../../../agent/platform/macos/photos.ts';
import { realFolders } from '../../../../agent/platform/photos/folders.ts';
import { nearGround } from '../../../../agent/platform/photos/ground.ts';
import {
  ask,
  at,
  countAt,
  createPhotoDisk,
  later,
  measuresAll,
  type PhotoDisk,
  watched,
} from '../photos/photo-disk.ts';

describe('photos kept on a Mac, on folders made like its own (DEV3, DEV9)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  function probeOf(folders = realFolders, resourceFolder: string | null = null) {
    return createPhotosProbe({
      ...{ clock: later, keeper: forgetful, settings: () => ({ resourceFolder }), folders },
      limits: measuresAll,
      users: join(disk.path, 'Users'),
      ownHome: join(disk.path, 'Users/sam'),
      volumes: join(disk.path, 'Volumes'),
      grounds: { of: () => nearGround, within: () => nearGround },
    });
  }

  it('counts by place, of a library of Photos only the originals, and names that stand for iCloud’s', async () => {
    const library = 'Pictures/Photos Library.photoslibrary';
    const files = [
      `${library}/originals/0/A.heic`,
      `${library}/originals/0/A.mov`,
      `${library}/resources/derivatives/A_1.jpeg`,
    ];
    files.push(
      `${library}/database/x.jpg`,
      'Pictures/Old.photoslibrary/Masters/2012/b.jpg',
      'Pictures/Photo Booth Library/Pictures/c.jpg',
    );
    files.push(
      'Movies/d.mov',
      'Downloads/e.jpg',
      'Desktop/f.jpg',
      'Documents/g.jpg',
      '.Trash/h.jpg',
      'Library/Messages/Attachments/0a/i.heic',
    );
    files.push(
      'Library/Mobile Documents/com~apple~CloudDocs/.IMG_9.jpg.icloud',
      'Library/Caches/j.jpg',
      'Library/CloudStorage/OneDrive-Nursery/k.jpg',
    );
    for (const file of files) disk.put(`Users/sam/${file}`);
    disk.put('Users/Shared/l.jpg');
    disk.put('Volumes/STICK/.Trashes/501/m.jpg');
    const photos = await ask(probeOf());
    const found = photos.places.map(({ place }) => [place, at(photos, place)]);
    expect(Object.fromEntries(found)).to.deep.equal({
      ...{ camera: [1, 0], pictures: [2, 0], videos: [0, 1], downloads: [1, 0], desktop: [1, 0], documents: [4, 0] },
      ...{ 'chat-apps': [1, 0], bin: [2, 0] },
    });
    expect(countAt(photos, 'documents')).to.include({ cloudOnly: 1 });
    expect(JSON.stringify(photos)).to.not.match(/sam|stick|nursery/i);
  });

  it('says blocked, and never none, where the Mac has not granted access', async () => {
    disk.put('Users/sam/Pictures/Photos Library.photoslibrary/originals/0/a.heic');
    disk.put('Users/sam/Desktop/b.jpg');
    disk.put('Users/sam/.Trash/c.jpg');
    const refused = watched((path) => (/\.photoslibrary$|\.Trash$/.test(path) ? 'EPERM' : undefined));
    const photos = await ask(probeOf(refused.folders));
    expect(at(photos, 'pictures')).to.equal('blocked-by-permission');
    expect(at(photos, 'bin')).to.equal('blocked-by-permission');
    expect(at(photos, 'desktop')).to.deep.equal([1, 0]);
    const users = watched((path) => (path.endsWith('/Users') ? 'EPERM' : undefined));
    expect(await probeOf(users.folders)(new AbortController().signal)).to.include({
      state: 'unknown',
      reason: 'blocked-by-permission',
    });
  });

  it('finds the folder of teaching resources in iCloud Drive and in what all share', async () => {
    disk.put('Users/sam/Library/Mobile Documents/com~apple~CloudDocs/Art/a.jpg');
    disk.put('Users/Shared/ART/b.jpg');
    const photos = await ask(probeOf(realFolders, 'Art'));
    expect(at(photos, 'resources')).to.deep.equal([2, 0]);
    expect(at(photos, 'documents')).to.deep.equal([0, 0]);
  });

  it('holds other disks and cloud stores for far', () => {
    const paths = [
      '/Users/sam/Pictures',
      '/Users/sam/Library/Mobile Documents',
      '/Volumes/NAS/x',
      '/Network/Servers/x',
      '/Users/sam/Library/CloudStorage/x',
    ];
    expect(paths.map((path) => macosGrounds.of(path).kind)).to.deep.equal(['near', 'far', 'far', 'far', 'far']);
  });
});
