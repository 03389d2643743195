import { join } from 'node:path';
import { expect } from 'chai';
import { createPhotosProbe } from '../../../../agent/platform/android/photos.ts';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { createFolders } from '../../../../agent/platform/photos/folders.ts';
import { ask, at, createPhotoDisk, later, type PhotoDisk, watched } from '../photos/photo-disk.ts';

describe('photos kept on an Android device, on folders made like its own (DEV3, DEV9)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  function probeOf(folders = createFolders({ quick: false }), resourceFolder: string | null = null) {
    return createPhotosProbe({
      ...{ clock: later, keeper: forgetful, settings: () => ({ resourceFolder }), folders },
      storage: join(disk.path, 'sdcard'),
      volumes: join(disk.path, 'storage'),
    });
  }

  it('counts by place, chat apps apart, and what was thrown away in the bin', async () => {
    const files = [
      'DCIM/Camera/a.jpg',
      'DCIM/Camera/.trashed-1700000000-b.jpg',
      'DCIM/Camera/.pending-1700000000-c.mp4',
      'DCIM/Screenshots/d.png',
    ];
    files.push(
      'Pictures/e.jpg',
      'Movies/f.mp4',
      'Download/g.jpg',
      'Documents/h.jpg',
      'Own Folder/i.jpg',
      'WhatsApp/Media/WhatsApp Images/j.jpg',
    );
    files.push(
      'Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Images/Sent/k.jpg',
      'Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Stickers/l.webp',
    );
    files.push(
      'Pictures/Telegram/m.jpg',
      'DCIM/.thumbnails/n.jpg',
      'Android/data/com.game/o.jpg',
      'Android/.Trash/com.sec.android.gallery3d/p.jpg',
    );
    for (const file of files) disk.put(`sdcard/${file}`);
    disk.put('storage/1A2B-3C4D/DCIM/100CANON/q.jpg');
    disk.put('storage/self/DCIM/r.jpg');
    const photos = await ask(probeOf());
    const found = photos.places.map(({ place }) => [place, at(photos, place)]);
    expect(Object.fromEntries(found)).to.deep.equal({
      ...{ camera: [2, 0], pictures: [2, 0], videos: [0, 1], downloads: [1, 0], desktop: [0, 0], documents: [2, 0] },
      ...{ 'chat-apps': [3, 0], bin: [2, 1] },
    });
    expect(photos.complete).to.equal(true);
  });

  it('says blocked before Termux was allowed to see the storage', async () => {
    for (const photos of [
      await ask(probeOf()),
      await ask(
        probeOf(
          watched((path) => (path.endsWith('sdcard') ? 'EACCES' : undefined), createFolders({ quick: false })).folders,
        ),
      ),
    ]) {
      for (const { place } of photos.places) expect(at(photos, place), place).to.equal('blocked-by-permission');
    }
    disk.put('sdcard/DCIM/a.jpg');
    expect(at(await ask(probeOf()), 'camera')).to.deep.equal([1, 0]);
  });

  it('opens no file there, and finds the folder of teaching resources whatever its case', async () => {
    disk.put('sdcard/DCIM/IMG_1', 'x'.repeat(100));
    disk.put('sdcard/Pictures/ART/a.jpg');
    const { folders, opened } = watched(undefined, createFolders({ quick: false }));
    const photos = await ask(probeOf(folders, 'Art'));
    expect(at(photos, 'resources')).to.deep.equal([1, 0]);
    expect(at(photos, 'camera')).to.deep.equal([0, 0]);
    expect(opened).to.deep.equal([]);
  });
});
