import { mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { realFolders } from '../../../../agent/platform/photos/folders.ts';
import { type Ground, nearGround } from '../../../../agent/platform/photos/ground.ts';
import { readKept } from '../../../../agent/platform/photos/kept-sums.ts';
import { createPhotosProbe, type PhotosParts } from '../../../../agent/platform/photos/probe.ts';
import { holderOf, type PhotoRoot, rootsIn } from '../../../../agent/platform/photos/roots.ts';
import {
  ask,
  at,
  countAt,
  createPhotoDisk,
  later,
  measuresAll,
  memoryKeeper,
  type PhotoDisk,
  watched,
} from './photo-disk.ts';

const near = { of: () => nearGround, within: () => nearGround };
const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...new Array(20).fill(7)]);
const hour = 3_600_000;

describe('sizes, dates and files without an ending (DEV3, DEV4)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  function probeOf(parts: Partial<PhotosParts> = {}) {
    const roots = (home: string): PhotoRoot[] => [
      ...rootsIn('camera', home, ['DCIM']),
      ...holderOf('pictures', join(home, 'Pictures')),
      { place: 'documents', path: home, isHome: true },
    ];
    return createPhotosProbe({
      ...{ clock: later, folders: watched().folders, grounds: async () => near, keeper: memoryKeeper() },
      ...{ homes: async () => [disk.path], rootsOf: async (home: string) => roots(home) },
      settings: () => ({ resourceFolder: null }),
      limits: measuresAll,
      ...parts,
    });
  }

  it('tells bytes, the oldest to the day, and what has a size and no content here', async () => {
    disk.put('DCIM/a.jpg', 'x'.repeat(700), new Date('2024-05-06T23:59:59Z'));
    disk.put('DCIM/b.mp4', 'x'.repeat(1_300), new Date('2023-02-03T00:00:01Z'));
    disk.put('DCIM/notes.txt', 'x'.repeat(9_000), new Date('2001-02-03T00:00:01Z'));
    disk.put('DCIM/cloud.jpg', '', new Date('2024-05-06T12:00:00Z'));
    truncateSync(join(disk.path, 'DCIM/cloud.jpg'), 50_000);
    disk.put('DCIM/.IMG_7.HEIC.icloud', 'stub');
    const photos = await ask(probeOf());
    expect(countAt(photos, 'camera')).to.deep.equal({
      ...{ photos: 3, videos: 1, bytes: 52_004, cloudOnly: 2 },
      oldest: '2023-02-03T00:00:00.000Z',
    });
    expect(countAt(photos, 'documents')).to.deep.equal({ photos: 0, videos: 0, bytes: 0, cloudOnly: 0, oldest: null });
    expect(photos.atLeast).to.include({ photos: 3, bytes: 52_004 });
  });

  it('tells numbers first where there is much, and sizes by and by', async function () {
    this.timeout(20_000);
    for (let each = 0; each < 260; each += 1) disk.put(`DCIM/${each}/a.jpg`, '12345');
    const probe = probeOf({ limits: { sizesMs: 1, restMs: 1 } });
    const first = await ask(probe);
    expect(countAt(first, 'camera')).to.deep.equal({ photos: 260, videos: 0 });
    expect(first.complete).to.equal(true);
    let rounds = 0;
    for (let photos = first; countAt(photos, 'camera')?.bytes !== 1_300; rounds += 1) {
      expect(rounds).to.be.below(260);
      photos = await ask(probe);
    }
    expect(rounds).to.be.above(1);
  });

  it('looks into files without an ending in places for photos, once, and never into one that may lie in the cloud', async () => {
    disk.put('DCIM/IMG_0001', jpeg);
    disk.put('DCIM/README', 'nothing to see here at all');
    disk.put('DCIM/PLACEHOLDER');
    truncateSync(join(disk.path, 'DCIM/PLACEHOLDER'), 50_000);
    disk.put('other/IMG_0002', jpeg);
    const { folders, opened } = watched();
    const probe = probeOf({ folders });
    const photos = await ask(probe);
    expect(at(photos, 'camera')).to.deep.equal([1, 0]);
    expect(countAt(photos, 'camera')).to.include({ bytes: 24, cloudOnly: 0 });
    expect(at(photos, 'documents')).to.deep.equal([0, 0]);
    expect(opened.sort()).to.deep.equal(['IMG_0001', 'README'].map((name) => join(disk.path, 'DCIM', name)));
    await ask(probe);
    expect(opened).to.have.length(2);
  });

  it('does not know the count of a place while a file without an ending may not be opened', async () => {
    disk.put('DCIM/IMG_0001', jpeg);
    disk.put('DCIM/a.jpg', jpeg);
    const { folders, opened } = watched((path) => (path.endsWith('IMG_0001') ? 'EACCES' : undefined));
    folders.measure = async (path) => ({ isFile: true, size: path.length, blocks: 8, mtimeMs: 0 });
    delete folders.now;
    const photos = await ask(probeOf({ folders }));
    expect(at(photos, 'camera')).to.equal('blocked-by-permission');
    expect(photos.atLeast.photos).to.equal(1);
    expect(photos.complete).to.equal(false);
    expect(opened).to.have.length(1);
  });

  it('measures a folder again when it changed, and after a day when it did not', async () => {
    disk.put('DCIM/a.jpg', '12345');
    let now = Date.now() + 60_000;
    const { folders, measured } = watched();
    const probe = probeOf({ folders, clock: { now: () => now } });
    expect(countAt(await ask(probe), 'camera')).to.include({ bytes: 5 });
    writeFileSync(join(disk.path, 'DCIM/a.jpg'), '1234567');
    now += 4 * hour;
    expect(countAt(await ask(probe), 'camera')).to.include({ bytes: 5 });
    now += 21 * hour;
    expect(countAt(await ask(probe), 'camera')).to.include({ bytes: 7 });
    expect(measured).to.have.length(2);
    disk.put('DCIM/b.jpg', '1');
    expect(countAt(await ask(probe), 'camera')).to.include({ photos: 2, bytes: 8 });
  });

  it('reads the names of every folder again within seven hours, whatever its times say', async () => {
    disk.put('DCIM/a.jpg');
    let now = Date.now() + 60_000;
    const { folders, listed } = watched();
    const probe = probeOf({ folders, clock: { now: () => now } });
    await ask(probe);
    const first = listed.length;
    now += 4 * hour;
    await ask(probe);
    now += 3 * hour;
    const again = listed.length;
    await ask(probe);
    expect(listed.slice(again)).to.include(join(disk.path, 'DCIM'));
    expect(again).to.equal(first);
  });

  it('goes on after a restart where it was, without measuring anything again', async () => {
    for (const each of [1, 2, 3]) disk.put(`DCIM/${each}/a.jpg`, '12345');
    disk.put('DCIM/1/IMG_1', jpeg);
    const keeper = memoryKeeper();
    const before = await ask(probeOf({ keeper }));
    const { folders, measured, opened } = watched();
    const after = await ask(probeOf({ keeper, folders }));
    expect(countAt(after, 'camera')).to.deep.equal(countAt(before, 'camera'));
    expect(countAt(after, 'camera')).to.include({ photos: 4, bytes: 39 });
    expect([measured, opened]).to.deep.equal([[], []]);

    disk.put('DCIM/2/b.jpg', '123');
    const changed = watched();
    expect(countAt(await ask(probeOf({ keeper, folders: changed.folders })), 'camera')).to.include({
      photos: 5,
      bytes: 42,
    });
    expect(changed.measured).to.have.length(2);
  });

  it('measures again, and is never wrong, when the kept text was damaged in any way', async function () {
    this.timeout(60_000);
    for (const each of [1, 2]) disk.put(`DCIM/${each}/a.jpg`, '12345');
    const keeper = memoryKeeper();
    const right = countAt(await ask(probeOf({ keeper })), 'camera');
    const whole = keeper.text ?? '';
    const digits = [...whole.matchAll(/[0-9]/g)].map(({ index }) => index);
    for (const place of digits) {
      const other = whole[place] === '9' ? '1' : '9';
      const text = whole.slice(0, place) + other + whole.slice(place + 1);
      const photos = await ask(probeOf({ keeper: { read: async () => text, write: async () => {} } }));
      expect(countAt(photos, 'camera'), text).to.deep.equal(right);
    }
    const damaged = fc.oneof(
      fc.nat(whole.length - 1).map((cut) => whole.slice(0, cut)),
      fc
        .tuple(fc.nat(whole.length - 1), fc.constantFrom('0', '9', ' ', '\n', '-', 'x'))
        .map(([place, letter]) => whole.slice(0, place) + letter + whole.slice(place + 1)),
      fc.constantFrom(
        '',
        '\ufeff',
        `\ufeff${whole}`,
        whole.replace(/\n/g, '\r\n'),
        `${whole}\n${whole}`,
        'x'.repeat(100_000),
      ),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        const photos = await ask(probeOf({ keeper: { read: async () => text, write: async () => {} } }));
        expect(countAt(photos, 'camera')).to.deep.equal(right);
      }),
      { numRuns: 60 },
    );
    fc.assert(fc.property(fc.string(), (text) => void readKept(text)));
  });

  it('keeps and reports no name and no path: a canary planted in both is nowhere', async () => {
    disk.put('DCIM/Canary-Folder/Canary-Child.jpg', jpeg);
    disk.put('DCIM/Canary-Folder/Canary-Untold', jpeg);
    disk.put('Pictures/.trashed-1700000000-Canary.jpg', jpeg);
    disk.put('Canary Resources/x.jpg', jpeg);
    const keeper = memoryKeeper();
    const photos = await ask(probeOf({ keeper, settings: () => ({ resourceFolder: 'Canary Resources' }) }));
    expect(photos.atLeast).to.include({ photos: 4 });
    expect(keeper.writes).to.equal(1);
    for (const text of [keeper.text ?? '', JSON.stringify(photos)]) {
      expect(text).to.not.match(/canary|photo-disk|dcim|pictures\/|jpg|\.trashed/i);
    }
    expect(keeper.text).to.match(/^hometime photo folders 1\n[0-9a-f]{64}\n[-0-9:. \n]+$/);
  });

  it('writes nothing while nothing changed', async () => {
    disk.put('DCIM/a.jpg');
    const keeper = memoryKeeper();
    const probe = probeOf({ keeper });
    for (let round = 0; round < 3; round += 1) await ask(probe);
    expect(keeper.writes).to.equal(1);
  });

  it('tells nothing of sizes in a folder whose files may not be looked at, and counts their names', async () => {
    disk.put('DCIM/a.jpg', jpeg);
    mkdirSync(join(disk.path, 'Pictures'));
    const { folders } = watched((path) => (path.endsWith('a.jpg') ? 'EACCES' : undefined));
    const photos = await ask(probeOf({ folders }));
    expect(countAt(photos, 'camera')).to.deep.equal({ photos: 1, videos: 0 });
    expect(countAt(photos, 'pictures')).to.include({ bytes: 0 });
    expect(photos.atLeast).to.deep.equal({ photos: 1, videos: 0 });
  });

  it('finds out links that pass for photos where names alone were read, and does not count them', async () => {
    disk.put('elsewhere/real.jpg', '12345');
    disk.put('DCIM/a.jpg', '12345');
    symlinkSync('../elsewhere/real.jpg', join(disk.path, 'DCIM/link.jpg'));
    const leaf: Ground = { ...nearGround, countsFolders: true };
    const grounds = async () => ({ of: () => leaf, within: () => leaf });
    const probe = probeOf({ grounds, limits: { sizesMs: 0 } });
    expect(at(await ask(probe), 'camera')).to.deep.equal([2, 0]);
    const whole = await ask(probeOf({ grounds }));
    expect(countAt(whole, 'camera')).to.include({ photos: 1, bytes: 5, cloudOnly: 0 });
  });

  it('knows a folder again whichever way it was looked at', async () => {
    mkdirSync(join(disk.path, 'DCIM'));
    const path = join(disk.path, 'DCIM');
    const [one, other] = [realFolders.now?.look(path), await realFolders.look(path, false)];
    for (const key of ['dev', 'ino', 'mtimeMs', 'ctimeMs', 'nlink', 'size'] as const)
      expect(one?.[key], key).to.equal(other[key]);
    expect([one?.isDirectory(), other.isDirectory()]).to.deep.equal([true, true]);
  });

  it('throws nothing away of a folder that only moved', async () => {
    disk.put('DCIM/1/a.jpg', '12345');
    const probe = probeOf();
    await ask(probe);
    renameSync(join(disk.path, 'DCIM/1'), join(disk.path, 'DCIM/2'));
    expect(countAt(await ask(probe), 'camera')).to.include({ photos: 1, bytes: 5 });
  });
});
