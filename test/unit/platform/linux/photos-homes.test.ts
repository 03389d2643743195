import { join } from 'node:path';
import { expect } from 'chai';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { listAccounts } from '../../../../agent/platform/linux/accounts.ts';
import { createPhotosProbe } from '../../../../agent/platform/linux/photos.ts';
import { type Folders, realFolders } from '../../../../agent/platform/photos/folders.ts';
import { createPhotoDisk, later, oneDisk, type PhotoDisk } from '../photos/photo-disk.ts';

const teacher = 'root:x:0:0::/root:/bin/sh\nteacher:x:1000:1000::/home/staff/teacher:/bin/sh\n';

describe('whose folders are counted on Linux (DEV3, DEV9)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  /** What is counted on a disk that the test made; listing some folders may be refused. */
  async function count(passwd: string, ownHome: string, refused: Record<string, string> = {}) {
    const folders: Folders = {
      look: (path, follow) => realFolders.look(join(disk.path, path), follow),
      list: async (path) => {
        const code = refused[path];
        if (code !== undefined) throw Object.assign(new Error(code), { code });
        return realFolders.list(join(disk.path, path));
      },
      names: async (path) => (await folders.list(path)).files,
      resolve: async (path) => path,
      measure: (path) => realFolders.measure(join(disk.path, path)),
      head: (path) => realFolders.head(join(disk.path, path)),
    };
    const texts: Record<string, string> = { '/etc/passwd': passwd, '/proc/self/mountinfo': oneDisk };
    const read = async (path: string) => texts[path];
    const reading = await createPhotosProbe({
      ...{ clock: later, read, folders, keeper: forgetful, settings: () => ({ resourceFolder: null }) },
      accounts: () => listAccounts(read, folders, { ownHome }),
    })(new AbortController().signal);
    if (reading.state !== 'known') throw new Error(reading.reason);
    const reasons = reading.value.places.map(({ count }) => (count.state === 'unknown' ? count.reason : 'known'));
    const { photos, videos } = reading.value.atLeast;
    return { photos, videos, complete: reading.value.complete, reasons: [...new Set(reasons)] };
  }

  it('looks into a folder of homes beside the one that somebody’s account names', async () => {
    disk.put('home/staff/teacher/Pictures/a.jpg');
    disk.put('home/staff/mallory/b.jpg');
    disk.put('home/staff/mallory/.cache/thumbnail.jpg');
    disk.put('home/staff/c.jpg');
    disk.put('home/becca/d.jpg');
    const found = await count(teacher, '/home/staff/teacher');
    expect(found).to.deep.equal({ photos: 4, videos: 0, complete: true, reasons: ['known'] });
    const closed = await count(teacher, '/home/staff/teacher', { '/home/staff': 'EACCES' });
    expect(closed).to.deep.equal({ photos: 2, videos: 0, complete: false, reasons: ['blocked-by-permission'] });
  });

  it('takes homes that cannot be listed for unknown, and only homes that are not there for none', async () => {
    disk.put('var/lib/hometime/a.jpg');
    const own = '/var/lib/hometime';
    const nobody = 'root:x:0:0::/root:/bin/sh\n';
    expect(await count(nobody, own)).to.include({ photos: 1, complete: true });
    disk.put('home/mallory/b.jpg');
    for (const code of ['EACCES', 'EIO']) {
      const closed = await count(nobody, own, { '/home': code });
      expect(closed).to.include({ photos: 1, videos: 0, complete: false });
      expect(closed.reasons).to.not.include('known');
    }
  });
});
