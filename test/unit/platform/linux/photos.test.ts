import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { createParseAccounts, listAccounts, parseAccounts } from '../../../../agent/platform/linux/accounts.ts';
import { parseUserDirs, photoRoots } from '../../../../agent/platform/linux/photo-folders.ts';
import { createPhotosProbe } from '../../../../agent/platform/linux/photos.ts';
import { readText } from '../../../../agent/platform/linux/proc.ts';
import { type Folders, realFolders } from '../../../../agent/platform/photos/folders.ts';
import type { PhotoPlace } from '../../../../shared/report/photos.ts';
import {
  ask,
  at,
  createPhotoDisk,
  later,
  measuresAll,
  oneDisk,
  type PhotoDisk,
  watched,
} from '../photos/photo-disk.ts';

const read = async (path: string) => (path === '/proc/self/mountinfo' ? oneDisk : readText(path));

describe('photos kept on a Linux device (DEV3, DEV9)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  function probeOf(
    folders: Folders = realFolders,
    homes: string[] = [disk.path],
    resourceFolder: string | null = null,
  ) {
    return createPhotosProbe({
      clock: later,
      read,
      folders,
      accounts: async () => homes.map((home) => ({ home })),
      settings: () => ({ resourceFolder }),
      keeper: forgetful,
      limits: measuresAll,
    });
  }

  it('counts each picture once, in the place it lies in', async () => {
    const counted = [
      'Pictures/a.JPG',
      'Pictures/Camera/b.heic',
      'Pictures/trip/deep/c.cr2',
      'Videos/d.mp4',
      'Public/k.jpg',
    ];
    counted.push(
      'Downloads/e.png',
      'Downloads/Telegram Desktop/f.jpg',
      'Desktop/g.webp',
      'Documents/h.tiff',
      'Holiday/i.jpg',
    );
    counted.push('.local/share/Trash/files/j.jpg');
    const skipped = [
      '.cache/k.jpg',
      'Pictures/.thumbnails/l.png',
      'snap/x/m.jpg',
      'Documents/node_modules/n.png',
      'Pictures/o.txt',
    ];
    for (const path of [...counted, ...skipped]) disk.put(path);
    const photos = await ask(probeOf());
    const expected = {
      camera: 1,
      pictures: 2,
      videos: 0,
      downloads: 1,
      desktop: 1,
      documents: 3,
      'chat-apps': 1,
      bin: 1,
    };
    for (const [place, count] of Object.entries(expected)) {
      expect(at(photos, place as PhotoPlace), place).to.deep.equal([count, place === 'videos' ? 1 : 0]);
    }
    expect(photos.places).to.have.length(8);
    expect(photos).to.have.property('complete', true);
    expect(photos.atLeast).to.include({ photos: 10, videos: 1, cloudOnly: 0, bytes: 0 });
    expect(JSON.stringify(photos)).to.not.match(/trip|Holiday|photo-disk|\.jpg/i);
  });

  it('counts 5,000 pictures, and lists nothing again while nothing changed', async function () {
    this.timeout(30_000);
    for (let each = 0; each < 5_000; each += 1) disk.put(`Pictures/${each % 100}/${each % 7}/img-${each}.jpg`);
    const { folders, listed, measured } = watched();
    const probe = probeOf(folders);
    expect(at(await ask(probe), 'pictures')).to.deep.equal([5_000, 0]);
    const first = listed.length;
    expect(first).to.be.above(700);
    let photos = await ask(probe);
    for (let round = 0; photos.atLeast.bytes === undefined && round < 20; round += 1) photos = await ask(probe);
    expect(photos.atLeast).to.include({ photos: 5_000, bytes: 0 });
    const [known, looked] = [listed.length, measured.length];
    expect(at(await ask(probe), 'pictures')).to.deep.equal([5_000, 0]);
    expect([listed.length, measured.length]).to.deep.equal([known, looked]);

    disk.put('Pictures/7/new.jpg');
    expect(at(await ask(probe), 'pictures')).to.deep.equal([5_001, 0]);
    expect(new Set(listed.slice(known))).to.deep.equal(new Set([join(disk.path, 'Pictures/7')]));
    rmSync(join(disk.path, 'Pictures/8'), { recursive: true });
    expect(at(await ask(probe), 'pictures')).to.deep.equal([4_951, 0]);
  });

  it('sees pictures that came and went, also when the times of files and folder were set back', async () => {
    disk.put('Pictures/a.jpg');
    disk.put('Pictures/b.jpg');
    const probe = probeOf();
    const old = new Date(Date.now() - 3_600_000);
    const pictures = join(disk.path, 'Pictures');
    utimesSync(pictures, old, old);
    expect(at(await ask(probe), 'pictures')).to.deep.equal([2, 0]);
    renameSync(join(pictures, 'a.jpg'), join(disk.path, 'a.txt'));
    utimesSync(pictures, old, old);
    expect(at(await ask(probe), 'pictures')).to.deep.equal([1, 0]);
    disk.put('Pictures/c.jpg', 'x', new Date('2001-02-03T04:05:06Z'));
    utimesSync(pictures, old, old);
    expect(at(await ask(probe), 'pictures')).to.deep.equal([2, 0]);
  });

  it('makes a place unknown, and keeps what it saw, when a folder may not be read', async () => {
    disk.put('Pictures/open/a.jpg');
    disk.put('Pictures/closed/b.jpg');
    disk.put('Videos/c.mp4');
    const photos = await ask(probeOf(watched((path) => (path.endsWith('closed') ? 'EACCES' : undefined)).folders));
    expect(at(photos, 'pictures')).to.equal('blocked-by-permission');
    expect(at(photos, 'videos')).to.deep.equal([0, 1]);
    expect(photos.complete).to.equal(false);
    expect(photos.atLeast).to.include({ photos: 1, videos: 1 });
  });

  it('is told by the real system that a folder may not be read, and believes no count from before', async function () {
    disk.put('Pictures/closed/b.jpg');
    chmodSync(disk.path, 0o755);
    const closed = join(disk.path, 'Pictures/closed');
    // The administrator may read everything: a user of the test's own cannot be made without leaving a trace.
    const seteuid = process.getuid?.() === 0 ? process.seteuid : () => {};
    if (seteuid === undefined) return this.skip();
    seteuid(65_534);
    try {
      const probe = probeOf();
      expect(at(await ask(probe), 'pictures')).to.deep.equal([1, 0]);
      seteuid(0);
      chmodSync(closed, 0o000);
      seteuid(65_534);
      expect(at(await ask(probe), 'pictures')).to.equal('blocked-by-permission');
      expect(at(await ask(probeOf()), 'pictures')).to.equal('blocked-by-permission');
    } finally {
      seteuid(0);
      chmodSync(closed, 0o755);
    }
  });

  it('takes a folder that is not there for empty, but never a home that is not there or closed', async () => {
    expect(at(await ask(probeOf()), 'pictures')).to.deep.equal([0, 0]);
    const missing = await ask(probeOf(realFolders, [disk.path, join(disk.path, 'nobody')], 'Art'));
    const { folders } = watched((path) => (path === disk.path ? 'EACCES' : undefined));
    for (const photos of [missing, await ask(probeOf(folders, [disk.path], 'Art'))]) {
      for (const { place } of photos.places) expect(at(photos, place), place).to.equal('blocked-by-permission');
      expect(photos.places).to.have.length(9);
      expect(photos.complete).to.equal(false);
    }
  });

  it('follows no link inside a folder, and is not caught in a loop', async () => {
    disk.put('Pictures/a.jpg');
    symlinkSync(join(disk.path, 'Pictures'), join(disk.path, 'Pictures/again'));
    symlinkSync('/', join(disk.path, 'Pictures/everything'));
    disk.put('elsewhere/v.mov');
    // A place that is itself a link is the person's own choice of where it lies.
    symlinkSync('elsewhere', join(disk.path, 'Videos'));
    symlinkSync('Desktop', join(disk.path, 'Desktop'));
    const photos = await ask(probeOf());
    expect(at(photos, 'pictures')).to.deep.equal([1, 0]);
    expect(at(photos, 'videos')).to.deep.equal([0, 1]);
    expect(at(photos, 'documents')).to.deep.equal([0, 0]);
    expect(at(photos, 'desktop')).to.deep.equal([0, 0]);
  });

  it('hands over what it has when its time is up, and says that it is not the whole', async () => {
    disk.put('Pictures/a.jpg');
    const photos = await ask(probeOf(), AbortSignal.abort());
    expect(photos.complete).to.equal(false);
    expect(at(photos, 'pictures')).to.equal('timed-out');
  });

  it('counts what hides in the bins of other disks, and never takes a disk it cannot list for one without', async () => {
    disk.put('stick/.Trash-1000/files/a.jpg');
    disk.put('stick/.Trash/1000/files/b.mp4');
    const mounts = `${oneDisk}30 22 8:1 / ${disk.path}/stick rw - vfat /dev/sdb1 rw\n`;
    const bins = (folders: Folders) =>
      createPhotosProbe({
        ...{ clock: later, folders, keeper: forgetful, settings: () => ({ resourceFolder: null }) },
        read: async (path) => (path === '/proc/self/mountinfo' ? mounts : undefined),
        accounts: async () => [],
      });
    expect(at(await ask(bins(realFolders)), 'bin')).to.deep.equal([1, 1]);
    const closed = watched((path) => (path.endsWith('/stick') ? 'EACCES' : undefined));
    expect(at(await ask(bins(closed.folders)), 'bin')).to.equal('blocked-by-permission');
  });

  it('finds the person’s folders in their own language', () => {
    const german =
      'XDG_PICTURES_DIR="$HOME/Bilder"\nXDG_DOWNLOAD_DIR="$HOME/Downl\\"oads"\nXDG_DESKTOP_DIR="$HOME/"\nXDG_VIDEOS_DIR="/data/film/"\nXDG_DOCUMENTS_DIR="relative"\n';
    expect(parseUserDirs(german, '/home/sam')).to.deep.equal({
      XDG_PICTURES_DIR: '/home/sam/Bilder',
      XDG_VIDEOS_DIR: '/data/film',
      XDG_DOWNLOAD_DIR: '/home/sam/Downl"oads',
      XDG_DESKTOP_DIR: undefined,
      XDG_DOCUMENTS_DIR: undefined,
      XDG_PUBLICSHARE_DIR: '/home/sam/Public',
    });
    fc.assert(fc.property(fc.string(), (text) => void photoRoots('/home/sam', text)));
  });

  it('knows people’s accounts from the system’s', async () => {
    const passwd =
      'root:x:0:0::/root:/bin/sh\nsam:x:1000:1000::/home/sam:/bin/sh\nnobody:x:65534:65534::/nonexistent:/x\nbad\nsvc:x:1001:1001::/:/x\n';
    expect(parseAccounts(passwd).map(({ home }) => home)).to.deep.equal(['/home/sam']);
    expect(await listAccounts(async () => undefined, realFolders)).to.equal(undefined);
    const list = async () => ({ files: [], folders: ['becca', 'sam'] });
    const homes = (await listAccounts(async () => passwd, { ...realFolders, list }))?.map((each) => each.home);
    expect(homes).to.include('/home/becca').and.to.include('/home/sam');
    expect(existsSync('/home/becca')).to.equal(false);
  });

  it('makes out a list of accounts once, and anew when it is another one; homes that a round adds are not kept in it', () => {
    const parse = createParseAccounts();
    const passwd = 'sam:x:1000:1000::/home/sam:/bin/sh\n';
    parse(passwd).push({ home: '/root' });
    expect(parse(passwd)).to.deep.equal([{ home: '/home/sam' }]);
    expect(parse(`${passwd}kim:x:1001:1001::/home/kim:/bin/sh\n`).map(({ home }) => home)).to.include('/home/kim');
    expect(parse('')).to.deep.equal([]);
  });

  it('sees what was put into a folder while it was being counted', async () => {
    mkdirSync(join(disk.path, 'Pictures'));
    const slow: Folders = { ...realFolders };
    delete slow.now;
    slow.names = async (path) => {
      const found = await realFolders.names(path);
      if (path.endsWith('Pictures') && found.length === 0) disk.put('Pictures/late.jpg');
      return found;
    };
    const probe = createPhotosProbe({
      ...{ clock: { now: () => Date.now() }, read, folders: slow, keeper: forgetful },
      accounts: async () => [{ home: disk.path }],
      settings: () => ({ resourceFolder: null }),
    });
    expect(at(await ask(probe), 'pictures')).to.deep.equal([0, 0]);
    expect(at(await ask(probe), 'pictures')).to.deep.equal([1, 0]);
  });
});
