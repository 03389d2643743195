import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { listAccounts, parseAccounts } from '../../../../agent/platform/linux/accounts.ts';
import { type Folders, realFolders } from '../../../../agent/platform/linux/folder-index.ts';
import { countNames } from '../../../../agent/platform/linux/photo-count.ts';
import { parseUserDirs, photoRoots } from '../../../../agent/platform/linux/photo-folders.ts';
import { createPhotosProbe } from '../../../../agent/platform/linux/photos.ts';
import { readText } from '../../../../agent/platform/linux/proc.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type PhotoPlace, type Photos, photosSchema } from '../../../../shared/report/photos.ts';

/** A moment long after every file was made: folders have come to rest by then. */
const later = { now: () => Date.now() + 60_000 };
const live = () => new AbortController().signal;

function watched(folders: Folders, refuse: (path: string) => string | undefined = () => undefined) {
  const listed: string[] = [];
  const guard = (path: string) => {
    const code = refuse(path);
    if (code !== undefined) throw Object.assign(new Error(code), { code });
  };
  return {
    listed,
    folders: {
      look: async (path: string, follow: boolean) => folders.look(path, follow),
      list: async (path: string) => {
        listed.push(path);
        guard(path);
        return folders.list(path);
      },
    },
  };
}

function countAt(reading: Reading<Photos>, place: PhotoPlace) {
  const found =
    reading.state === 'known' ? reading.value.places.find((each) => each.place === place)?.count : undefined;
  return found?.state === 'known' ? found.value : found?.reason;
}

describe('photos kept on a Linux device (DEV3, DEV9)', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'home-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function put(path: string): void {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), '');
  }
  function probeOf(folders: Folders, homes: string[] = [home]) {
    return createPhotosProbe({
      clock: later,
      read: readText,
      folders,
      accounts: async () => homes.map((each) => ({ home: each })),
    });
  }

  it('counts each picture once, in the place it lies in', async () => {
    put('Pictures/a.JPG');
    put('Pictures/Camera/b.heic');
    put('Pictures/trip/deep/c.cr2');
    put('Videos/d.mp4');
    put('Downloads/e.png');
    put('Downloads/Telegram Desktop/f.jpg');
    put('Desktop/g.webp');
    put('Documents/h.tiff');
    put('Holiday/i.jpg');
    put('.local/share/Trash/files/j.jpg');
    for (const skipped of [
      '.cache/k.jpg',
      'Pictures/.thumbnails/l.png',
      'snap/x/m.jpg',
      'Documents/node_modules/n.png',
    ])
      put(skipped);
    put('Pictures/notes.txt');
    const reading = await probeOf(realFolders)(live());
    const expected = {
      camera: 1,
      pictures: 2,
      videos: 0,
      downloads: 1,
      desktop: 1,
      documents: 2,
      'chat-apps': 1,
      bin: 1,
    };
    for (const [place, photos] of Object.entries(expected)) {
      expect(countAt(reading, place as PhotoPlace), place).to.deep.equal({
        photos,
        videos: place === 'videos' ? 1 : 0,
      });
    }
    expect(reading).to.have.nested.property('value.complete', true);
    expect(reading).to.have.deep.nested.property('value.atLeast', { photos: 9, videos: 1 });
    if (reading.state === 'known') photosSchema.parse(reading.value);
    expect(JSON.stringify(reading)).to.not.match(/trip|Holiday|home-|\.jpg/i);
  });

  it('counts 5,000 pictures, and lists nothing again while nothing changed', async function () {
    this.timeout(30_000);
    for (let at = 0; at < 5_000; at += 1) put(`Pictures/${at % 100}/${at % 7}/img-${at}.jpg`);
    const { folders, listed } = watched(realFolders);
    const probe = probeOf(folders);
    expect(countAt(await probe(live()), 'pictures')).to.deep.equal({ photos: 5_000, videos: 0 });
    const first = listed.length;
    expect(first).to.be.above(700);
    expect(countAt(await probe(live()), 'pictures')).to.deep.equal({ photos: 5_000, videos: 0 });
    expect(listed.length).to.equal(first);

    put('Pictures/7/new.jpg');
    expect(countAt(await probe(live()), 'pictures')).to.deep.equal({ photos: 5_001, videos: 0 });
    expect(listed.slice(first)).to.deep.equal([join(home, 'Pictures/7')]);
    rmSync(join(home, 'Pictures/8'), { recursive: true });
    const after = await probe(live());
    expect(countAt(after, 'pictures')).to.deep.equal({ photos: 4_951, videos: 0 });
  });

  it('sees a picture that was moved away, also when the folder’s time was set back', async () => {
    put('Pictures/a.jpg');
    put('Pictures/b.jpg');
    const probe = probeOf(realFolders);
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(join(home, 'Pictures'), old, old);
    expect(countAt(await probe(live()), 'pictures')).to.deep.equal({ photos: 2, videos: 0 });
    renameSync(join(home, 'Pictures/a.jpg'), join(home, 'a.txt'));
    utimesSync(join(home, 'Pictures'), old, old);
    expect(countAt(await probe(live()), 'pictures')).to.deep.equal({ photos: 1, videos: 0 });
  });

  it('makes a place unknown, and keeps what it saw, when a folder may not be read', async () => {
    put('Pictures/open/a.jpg');
    put('Pictures/closed/b.jpg');
    put('Videos/c.mp4');
    const { folders } = watched(realFolders, (path) => (path.endsWith('closed') ? 'EACCES' : undefined));
    const reading = await probeOf(folders)(live());
    expect(countAt(reading, 'pictures')).to.equal('blocked-by-permission');
    expect(countAt(reading, 'videos')).to.deep.equal({ photos: 0, videos: 1 });
    expect(reading).to.have.nested.property('value.complete', false);
    expect(reading).to.have.deep.nested.property('value.atLeast', { photos: 1, videos: 1 });
  });

  it('is told by the real system that a folder may not be read', async function () {
    if (process.getuid?.() === 0) {
      // The administrator may read everything: a user of the test's own cannot be made without leaving a trace.
      const seteuid = process.seteuid;
      if (seteuid === undefined) this.skip();
      put('Pictures/closed/b.jpg');
      chmodSync(join(home, 'Pictures/closed'), 0o000);
      chmodSync(home, 0o755);
      seteuid(65_534);
      try {
        expect(countAt(await probeOf(realFolders)(live()), 'pictures')).to.equal('blocked-by-permission');
      } finally {
        seteuid(0);
      }
      return;
    }
    put('Pictures/closed/b.jpg');
    chmodSync(join(home, 'Pictures/closed'), 0o000);
    expect(countAt(await probeOf(realFolders)(live()), 'pictures')).to.equal('blocked-by-permission');
    chmodSync(join(home, 'Pictures/closed'), 0o755);
  });

  it('takes a folder that is not there for empty, but never a home that is not there or closed', async () => {
    expect(countAt(await probeOf(realFolders)(live()), 'pictures')).to.deep.equal({ photos: 0, videos: 0 });
    const missing = await probeOf(realFolders, [home, join(home, 'nobody')])(live());
    const { folders } = watched(realFolders, (path) => (path === home ? 'EACCES' : undefined));
    for (const reading of [missing, await probeOf(folders)(live())]) {
      expect(countAt(reading, 'pictures')).to.equal('blocked-by-permission');
      expect(countAt(reading, 'bin')).to.equal('blocked-by-permission');
      expect(reading).to.have.nested.property('value.complete', false);
    }
  });

  it('follows no link inside a folder, and is not caught in a loop', async () => {
    put('Pictures/a.jpg');
    symlinkSync(join(home, 'Pictures'), join(home, 'Pictures/again'));
    symlinkSync('/', join(home, 'Pictures/everything'));
    mkdirSync(join(home, 'elsewhere'));
    writeFileSync(join(home, 'elsewhere/v.mov'), '');
    // A place that is itself a link is the person's own choice of where it lies.
    symlinkSync(join(home, 'elsewhere'), join(home, 'Videos'));
    const reading = await probeOf(realFolders)(live());
    expect(countAt(reading, 'pictures')).to.deep.equal({ photos: 1, videos: 0 });
    expect(countAt(reading, 'videos')).to.deep.equal({ photos: 0, videos: 1 });
    expect(countAt(reading, 'documents')).to.deep.equal({ photos: 0, videos: 0 });
  });

  it('hands over what it has when its time is up, and says that it is not the whole', async () => {
    put('Pictures/a.jpg');
    const signal = AbortSignal.abort();
    const reading = await probeOf(realFolders)(signal);
    expect(reading).to.have.nested.property('value.complete', false);
    expect(countAt(reading, 'pictures')).to.equal('timed-out');
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
    });
    fc.assert(fc.property(fc.string(), (text) => void photoRoots('/home/sam', text)));
  });

  it('knows people’s accounts from the system’s', async () => {
    const passwd =
      'root:x:0:0::/root:/bin/sh\nsam:x:1000:1000::/home/sam:/bin/sh\nnobody:x:65534:65534::/nonexistent:/x\nbad\nsvc:x:1001:1001::/:/x\n';
    expect(parseAccounts(passwd)).to.deep.equal([{ home: '/home/sam' }]);
    expect(await listAccounts(async () => undefined, realFolders)).to.equal(undefined);
    const folders: Folders = {
      ...realFolders,
      list: async () => [
        { name: 'becca', kind: 'folder' },
        { name: 'sam', kind: 'folder' },
      ],
    };
    const homes = (await listAccounts(async () => passwd, folders))?.map((each) => each.home);
    expect(homes).to.include('/home/becca').and.to.include('/home/sam');
    expect(existsSync('/home/becca')).to.equal(false);
  });

  it('counts a Live Photo once, and nothing for names that are no pictures', () => {
    expect(
      countNames(['IMG_1.HEIC', 'IMG_1.MOV', 'IMG_2.mov', '._IMG_1.HEIC', '.jpg', 'thumbs.db', 'x']),
    ).to.deep.equal({ photos: 1, videos: 1 });
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        const { photos, videos } = countNames(names);
        expect(photos + videos).to.be.at.most(names.length);
      }),
    );
  });
});
