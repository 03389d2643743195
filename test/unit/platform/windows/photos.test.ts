import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { createFolders } from '../../../../agent/platform/photos/folders.ts';
import { nearGround } from '../../../../agent/platform/photos/ground.ts';
import { knownFoldersScript, parseKnownFolders } from '../../../../agent/platform/windows/known-folders.ts';
import { createPhotosProbe, windowsGrounds } from '../../../../agent/platform/windows/photos.ts';
import { ask, at, createPhotoDisk, later, type PhotoDisk, watched } from '../photos/photo-disk.ts';
import { speaking } from './windows-device.ts';

describe('photos kept on a Windows device, on folders made like its own (DEV3, DEV9)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  function probeOf(resourceFolder: string | null = null, folders = createFolders({ linksMayBeFiles: true })) {
    return createPhotosProbe({
      ...{ clock: later, keeper: forgetful, settings: () => ({ resourceFolder }), folders },
      powershell: speaking({ kind: 'missing' }),
      usersFolder: join(disk.path, 'Users'),
      drives: async () => [join(disk.path, 'C'), join(disk.path, 'D')],
      grounds: { of: () => nearGround, within: () => nearGround },
    });
  }

  it('counts by place in every person’s home, in OneDrive, in what all share and in the bins of all drives', async () => {
    const files = [
      'Pictures/a.jpg',
      'Pictures/Camera Roll/b.jpg',
      'Pictures/Screenshots/c.png',
      'Videos/d.mp4',
      'Downloads/e.jpg',
    ];
    files.push(
      'Desktop/f.jpg',
      'Documents/g.jpg',
      'OneDrive/Pictures/h.jpg',
      'OneDrive - Nursery/Desktop/i.jpg',
      'OneDrive/Bilder/j.jpg',
    );
    files.push(
      'Downloads/Telegram Desktop/k.jpg',
      'Documents/ViberDownloads/l.jpg',
      'AppData/Roaming/m.jpg',
      'OneDrive/Pictures/Camera Roll/n.jpg',
    );
    files.push(
      'AppData/Local/Packages/5319275A.WhatsAppDesktop_cv1g1gvanyjgm/LocalState/shared/transfers/2024-05/o.jpg',
    );
    for (const file of files) disk.put(`Users/sam/${file}`);
    disk.put('Users/Public/Pictures/p.jpg');
    disk.put('Users/Default/Pictures/q.jpg');
    disk.put('C/$Recycle.Bin/S-1-5-21-1-2-3-1001/$RABC123.jpg');
    disk.put('C/$Recycle.Bin/S-1-5-21-1-2-3-1001/$IABC123.jpg');
    disk.put('D/$Recycle.Bin/S-1-5-21-1-2-3-1002/$RXYZ789/holiday.mp4');
    const photos = await ask(probeOf());
    const found = photos.places.map(({ place }) => [place, at(photos, place)]);
    expect(Object.fromEntries(found)).to.deep.equal({
      ...{ camera: [2, 0], pictures: [4, 0], videos: [0, 1], downloads: [1, 0], desktop: [2, 0], documents: [2, 0] },
      ...{ 'chat-apps': [3, 0], bin: [1, 1] },
    });
    expect(photos.complete).to.equal(true);
    expect(JSON.stringify(photos)).to.not.match(/sam|nursery|holiday|S-1-5/i);
  });

  it('finds the folder of teaching resources in OneDrive too, whatever the case', async () => {
    disk.put('Users/sam/OneDrive/teaching resources/a.jpg');
    disk.put('Users/Public/Documents/TEACHING RESOURCES/b.jpg');
    expect(at(await ask(probeOf('Teaching Resources')), 'resources')).to.deep.equal([2, 0]);
  });

  it('never takes a home or a bin it may not read for an empty one', async () => {
    disk.put('Users/sam/Pictures/a.jpg');
    disk.put('C/$Recycle.Bin/S-1-5-18/b.jpg');
    const bin = watched((path) => (path.endsWith('S-1-5-18') ? 'EPERM' : undefined));
    const photos = await ask(probeOf(null, bin.folders));
    expect(at(photos, 'bin')).to.equal('blocked-by-permission');
    expect(at(photos, 'pictures')).to.deep.equal([1, 0]);
    const home = await ask(probeOf(null, watched((path) => (path.endsWith('/sam') ? 'EPERM' : undefined)).folders));
    for (const { place } of home.places) expect(at(home, place), place).to.equal('blocked-by-permission');
  });

  it('reads from the registry’s values where folders were moved to', () => {
    const rows = [
      {
        home: 'C:\\Users\\Sam',
        pictures: '%USERPROFILE%\\OneDrive\\Bilder',
        desktop: '%userprofile%\\',
        documents: 'D:\\Docs\\',
        videos: '\\\\server\\home\\Videos',
      },
      { home: 'not a path', pictures: 'C:\\x' },
      { home: 'C:\\Users\\Alex', pictures: '%UNKNOWN%\\x', downloads: '..\\x', camera: 7 },
    ];
    expect(Object.fromEntries(parseKnownFolders(JSON.stringify(rows)) ?? [])).to.deep.equal({
      'c:\\users\\sam': {
        pictures: 'C:\\Users\\Sam\\OneDrive\\Bilder',
        documents: 'D:\\Docs',
        videos: '\\\\server\\home\\Videos',
      },
      'c:\\users\\alex': {},
    });
    expect(parseKnownFolders('cut [')).to.equal(undefined);
    fc.assert(fc.property(fc.string(), (text) => void parseKnownFolders(text)));
    expect(knownFoldersScript).to.match(/^[\x20-\x7e]+$/);
  });

  it('holds only the system’s own drive for near, and cloud folders on it for far', () => {
    const grounds = windowsGrounds('C');
    const paths = [
      'C:\\Users\\sam\\Pictures',
      'c:\\Users',
      'C:\\Users\\sam\\OneDrive\\x',
      'C:\\Users\\sam\\OneDrive - Nursery',
      'D:\\x',
      '\\\\server\\share\\x',
    ];
    expect(paths.map((path) => grounds.of(path).kind)).to.deep.equal(['near', 'near', 'far', 'far', 'far', 'far']);
  });
});
