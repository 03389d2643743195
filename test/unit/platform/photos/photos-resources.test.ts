import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { createPhotosProbe } from '../../../../agent/platform/linux/photos.ts';
import { realFolders } from '../../../../agent/platform/photos/folders.ts';
import { claimResources, resourceName } from '../../../../agent/platform/photos/roots.ts';
import {
  ask,
  at,
  countAt,
  createPhotoDisk,
  later,
  measuresAll,
  oneDisk,
  type PhotoDisk,
  watched,
} from './photo-disk.ts';

describe('the folder of teaching resources (DEV4)', () => {
  let disk: PhotoDisk;
  let resourceFolder: string | null;
  beforeEach(() => {
    disk = createPhotoDisk();
    resourceFolder = 'Teaching Resources';
  });
  afterEach(() => disk.remove());

  function probeOf(folders = realFolders) {
    return createPhotosProbe({
      ...{ clock: later, folders, keeper: forgetful, settings: () => ({ resourceFolder }) },
      read: async (path) => (path === '/proc/self/mountinfo' ? oneDisk : undefined),
      accounts: async () => [{ home: disk.path }],
      limits: measuresAll,
    });
  }

  it('is counted in its own place and nowhere else, wherever it may lie', async () => {
    for (const holder of ['', 'Pictures/', 'Documents/', 'Desktop/', 'Public/'])
      disk.put(`${holder}Teaching Resources/deep/a.jpg`);
    disk.put('Pictures/b.jpg');
    disk.put('Downloads/Teaching Resources/c.jpg');
    disk.put('Pictures/2024/Teaching Resources/d.jpg');
    const photos = await ask(probeOf());
    expect(at(photos, 'resources')).to.deep.equal([5, 0]);
    expect(countAt(photos, 'resources')).to.include({ bytes: 0 });
    expect(at(photos, 'pictures')).to.deep.equal([2, 0]);
    expect(at(photos, 'downloads')).to.deep.equal([1, 0]);
    for (const place of ['documents', 'desktop', 'camera'] as const)
      expect(at(photos, place), place).to.deep.equal([0, 0]);
    expect(photos.atLeast.photos).to.equal(8);
  });

  it('is a place only while the setting names it, and the same folder counts where it lies otherwise', async () => {
    disk.put('Pictures/Teaching Resources/a.jpg');
    const probe = probeOf();
    expect(at(await ask(probe), 'resources')).to.deep.equal([1, 0]);
    resourceFolder = null;
    const without = await ask(probe);
    expect(at(without, 'resources')).to.equal('not listed');
    expect(at(without, 'pictures')).to.deep.equal([1, 0]);
    resourceFolder = 'Another';
    const other = await ask(probe);
    expect(at(other, 'resources')).to.deep.equal([0, 0]);
    expect(at(other, 'pictures')).to.deep.equal([1, 0]);
  });

  it('takes all that lies in it, also when it is a folder the system made', async () => {
    disk.put('Pictures/a.jpg');
    disk.put('Pictures/Camera/b.jpg');
    resourceFolder = 'Pictures';
    const photos = await ask(probeOf());
    expect(at(photos, 'resources')).to.deep.equal([2, 0]);
    expect([at(photos, 'pictures'), at(photos, 'camera')]).to.deep.equal([
      [0, 0],
      [0, 0],
    ]);
  });

  it('is found however its letters are written in Unicode, and by its exact case where case counts', async () => {
    resourceFolder = 'Übungsblätter'.normalize('NFC');
    disk.put(`${'Übungsblätter'.normalize('NFD')}/a.jpg`);
    disk.put(`Documents/${'übungsblätter'}/b.jpg`);
    const photos = await ask(probeOf());
    expect(at(photos, 'resources')).to.deep.equal([1, 0]);
    expect(at(photos, 'documents')).to.deep.equal([1, 0]);
    expect(resourceName('Übung', true)('übung'.normalize('NFD'))).to.equal(true);
    expect(resourceName('Übung', false)('übung')).to.equal(false);
    expect(resourceName('', false)('')).to.equal(false);
  });

  it('is unknown when a folder in it, or a folder it may lie in, may not be read', async () => {
    disk.put('Documents/Teaching Resources/closed/a.jpg');
    const inside = await ask(probeOf(watched((path) => (path.endsWith('closed') ? 'EACCES' : undefined)).folders));
    expect(at(inside, 'resources')).to.equal('blocked-by-permission');
    expect(at(inside, 'documents')).to.deep.equal([0, 0]);
    const around = await ask(probeOf(watched((path) => (path.endsWith('Documents') ? 'EACCES' : undefined)).folders));
    expect(at(around, 'resources')).to.equal('blocked-by-permission');
    expect(at(around, 'documents')).to.equal('blocked-by-permission');
    expect(at(around, 'desktop')).to.deep.equal([0, 0]);
  });

  it('is looked for in shared folders, of which nothing else is counted', async () => {
    mkdirSync(join(disk.path, 'home'));
    disk.put('srv/Teaching Resources/a.jpg');
    disk.put('srv/b.jpg');
    const look = (path: string) => join(disk.path, path);
    const folders = {
      look: (path: string, follow: boolean) => realFolders.look(look(path), follow),
      list: (path: string) => realFolders.list(look(path)),
      names: (path: string) => realFolders.names(look(path)),
      resolve: async (path: string) => path,
      measure: (path: string) => realFolders.measure(look(path)),
      head: (path: string) => realFolders.head(look(path)),
    };
    const probe = createPhotosProbe({
      ...{ clock: later, folders, keeper: forgetful, settings: () => ({ resourceFolder }) },
      read: async (path) => (path === '/proc/self/mountinfo' ? oneDisk : undefined),
      accounts: async () => [{ home: '/home' }],
    });
    const photos = await ask(probe);
    expect(at(photos, 'resources')).to.deep.equal([1, 0]);
    expect(photos.atLeast.photos).to.equal(1);
  });

  it('claims no folder that merely lies beside the one it may lie in', () => {
    const is = resourceName('Art', false);
    const holder = { place: 'documents', path: '/home/sam', holdsResources: true } as const;
    const claimed = claimResources(
      [{ place: 'camera', path: '/home/sam/Art/Camera' }, { place: 'camera', path: '/home/Art' }, holder],
      is,
    );
    expect(claimed.map(({ place }) => place)).to.deep.equal(['resources', 'camera', 'documents']);
  });
});
