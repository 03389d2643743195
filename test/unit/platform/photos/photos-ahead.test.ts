import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createPhotosProbe } from '../../../../agent/platform/linux/photos.ts';
import { type Folders, realFolders } from '../../../../agent/platform/photos/folders.ts';
import { ask, at, createPhotoDisk, later, memoryKeeper, oneDisk, type PhotoDisk } from './photo-disk.ts';

const albums = 120;
/** What the kernel says of a disk whose folders tell how many folders are in them, and of one that does not. */
const otherDisk = oneDisk.replace('ext4', 'btrfs');

/** The real file system; what the pool of threads is asked is written down, and may be met with something. */
function pooled(meet: (path: string) => void = () => {}) {
  const asked: string[] = [];
  let open = 0;
  const state = { asked, mostOpen: 0 };
  const noted =
    <Answer>(question: (path: string) => Promise<Answer>) =>
    async (path: string): Promise<Answer> => {
      asked.push(path);
      open += 1;
      state.mostOpen = Math.max(state.mostOpen, open);
      try {
        return await question(path);
      } finally {
        open -= 1;
        meet(path);
      }
    };
  const folders: Folders = { ...realFolders, names: noted(realFolders.names), list: noted(realFolders.list) };
  return { state, folders };
}

describe('names that are read ahead in a first scan of photos (DEV3)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
    for (let album = 0; album < albums; album += 1) {
      const folder = `Pictures/${2000 + (album % 6)}/album ${album}`;
      disk.put(`${folder}/a.jpg`);
      disk.put(`${folder}/b.mp4`);
    }
  });
  afterEach(() => disk.remove());

  const album = (number: number) => join(disk.path, `Pictures/${2000 + (number % 6)}/album ${number}`);

  function probeOf(folders: Folders, mounts = oneDisk) {
    return createPhotosProbe({
      ...{ clock: later, folders, keeper: memoryKeeper(), settings: () => ({ resourceFolder: null }) },
      read: async (path) => (path === '/proc/self/mountinfo' ? mounts : undefined),
      accounts: async () => [{ home: disk.path }],
      // To measure sizes, names are read too.
      limits: { sizesMs: 0 },
    });
  }

  for (const mounts of [oneDisk, otherDisk]) {
    it(`come to what names read one after the other come to, on ${mounts.split(' ')[7]}`, async () => {
      const { folders, state } = pooled();
      const photos = await ask(probeOf(folders, mounts));
      const { now: _never, ...alone } = realFolders;
      expect(photos.places).to.deep.equal((await ask(probeOf(alone, mounts))).places.map(sameTime(photos)));
      expect(at(photos, 'pictures')).to.deep.equal([albums, albums]);
      expect(state.asked.length).to.be.within(albums / 2, albums + 10);
      expect(new Set(state.asked).size, 'each once').to.equal(state.asked.length);
      expect(state.mostOpen).to.be.within(2, 48);
    });
  }

  it('are not read ahead in rounds after it, whether nothing changed or a folder did', async () => {
    const { folders, state } = pooled();
    const probe = probeOf(folders);
    // Names in the first round, sizes in those after it.
    for (let round = 0; round < 3; round += 1) await ask(probe);
    state.asked.length = 0;
    await ask(probe);
    writeFileSync(join(album(7), 'c.jpg'), '');
    expect(at(await ask(probe), 'pictures')).to.deep.equal([albums + 1, albums]);
    expect(state.asked.filter((path) => path !== album(7))).to.deep.equal([]);
  });

  it('are never read ahead where somebody else may have to be waited for', async () => {
    const { folders, state } = pooled();
    const far = `${oneDisk}30 22 0:50 / ${disk.path}/Pictures rw - nfs4 server:/pictures rw\n`;
    expect(at(await ask(probeOf(folders, far)), 'pictures')).to.deep.equal([albums, albums]);
    expect(state.mostOpen).to.equal(1);
  });

  it('that change between their reading and their turn are counted by the next round', async () => {
    let changed: string | undefined;
    const { folders } = pooled((path) => {
      if (changed !== undefined || !path.includes('album')) return;
      changed = path;
      writeFileSync(join(path, 'late.jpg'), '');
    });
    const probe = probeOf(folders);
    const first = at(await ask(probe), 'pictures');
    expect(changed).to.be.a('string');
    expect(first).to.deep.equal([albums, albums]);
    expect(at(await ask(probe), 'pictures')).to.deep.equal([albums + 1, albums]);
  });

  it('of folders that went away or became a link meanwhile are none', async () => {
    const { folders } = pooled();
    const met: string[] = [];
    const names: Folders['names'] = async (path) => {
      if (met.push(path) === 5) rmSync(path, { recursive: true });
      if (met.length === 6) {
        renameSync(path, join(disk.path, 'moved'));
        symlinkSync('/etc', path);
      }
      return folders.names(path);
    };
    const photos = await ask(probeOf({ ...folders, names }));
    expect(met.length).to.be.above(6);
    // What the link leads to is no photo. What was moved is met where it is now, or in the next round.
    expect(photos.atLeast.photos).to.be.within(albums - 2, albums - 1);
  });

  it('of a folder that may not be read leave its place unknown, and cost no other folder', async () => {
    const { folders } = pooled();
    let asked = 0;
    const names: Folders['names'] = async (path) => {
      asked += 1;
      if (asked === 5) throw Object.assign(new Error('no'), { code: 'EACCES' });
      return folders.names(path);
    };
    const photos = await ask(probeOf({ ...folders, names }));
    expect(at(photos, 'pictures')).to.equal('blocked-by-permission');
    expect(photos.atLeast).to.include({ photos: albums - 1, videos: albums - 1 });
  });

  it('of folders that nobody takes any more, for the time is over, do no harm', async () => {
    const { folders } = pooled();
    const names: Folders['names'] = () => Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' }));
    const over = new AbortController();
    const probe = createPhotosProbe({
      ...{ clock: later, keeper: memoryKeeper(), settings: () => ({ resourceFolder: null }) },
      folders: { ...folders, names },
      read: async (path) => (path === '/proc/self/mountinfo' ? oneDisk : undefined),
      accounts: async () => [{ home: disk.path }],
    });
    const asked = ask(probe, over.signal);
    over.abort();
    mkdirSync(join(disk.path, 'another'));
    expect((await asked).complete).to.equal(false);
  });
});

/** The same reading as of the time of another look. */
function sameTime(photos: { places: readonly { count: { at: string } }[] }) {
  return <Place extends { count: { at: string } }>(place: Place, index: number): Place => ({
    ...place,
    count: { ...place.count, at: photos.places[index]?.count.at ?? '' },
  });
}
