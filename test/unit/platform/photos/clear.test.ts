import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { PhotoSelection, PhotosThere } from '../../../../agent/platform/actions.ts';
import { createPhotoClearing } from '../../../../agent/platform/linux/clear-photos.ts';
import { readText } from '../../../../agent/platform/linux/proc.ts';
import { fileUri, readThumbnailNote, thumbnailName } from '../../../../agent/platform/photos/clear-thumbnails.ts';
import type { PhotoRoot } from '../../../../agent/platform/photos/roots.ts';
import { makeTempFolder, removeTempFolder } from '../../../support/temp-folder.ts';

const signal = new AbortController().signal;
const oneDisk = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n';
const now = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;

describe('clearing photos and videos (DEV3, DEV4, DEV9)', () => {
  let base: string;
  let alice: string;
  let bob: string;

  beforeEach(() => {
    base = makeTempFolder();
    alice = join(base, 'home/alice');
    bob = join(base, 'home/bob');
    for (const home of [alice, bob]) mkdirSync(home, { recursive: true });
  });
  afterEach(() => removeTempFolder(base));

  const clearing = (homes = [alice, bob], mounts = oneDisk, shared: PhotoRoot[] = []) =>
    createPhotoClearing({
      clock: { now: () => now },
      read: async () => mounts,
      readHome: readText,
      accounts: async () => homes.map((home) => ({ home })),
      shared,
    });

  function put(path: string, ageDays = 100, content = 'x'): string {
    const full = join(base, 'home', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    utimesSync(full, new Date(now - ageDays * dayMs), new Date(now - ageDays * dayMs));
    return full;
  }

  const all: PhotoSelection = { resourceFolder: 'Resources' };

  async function count(selection: PhotoSelection, homes?: string[]): Promise<Record<string, string>> {
    const reading = await clearing(homes).count(selection, signal);
    if (reading.state === 'unknown') throw new Error(reading.reason);
    const words = ({ files, leftInCloudFolders: left }: PhotosThere) =>
      `${files === null ? 'closed' : `${files.photos}/${files.videos}`}${left === 0 ? '' : ` left ${left}`}`;
    return Object.fromEntries(reading.value.map((row) => [row.place, words(row)]));
  }

  const filesIn = (folder: string): string[] =>
    readdirSync(join(base, 'home', folder), { withFileTypes: true, recursive: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .sort();

  it('deletes in every place of everybody, and leaves every other file', async () => {
    const photos = ['alice/Pictures/a.jpg', 'alice/DCIM/b.heic', 'alice/Holiday/c.png', 'bob/Downloads/d.webp'];
    for (const path of [...photos, 'bob/Videos/e.mp4', 'alice/Documents/letter.odt', 'bob/.config/icon.png']) put(path);
    expect((await count(all)).pictures).to.equal('1/0');
    const done = await clearing().clear(all, signal);
    expect(done).to.deep.equal({ deleted: { photos: 4, videos: 1 }, thumbnailsDeleted: 0 });
    expect([...filesIn('alice'), ...filesIn('bob')]).to.deep.equal(['letter.odt', 'icon.png']);
    expect(Object.values(await count(all))).to.deep.equal(Array.from({ length: 8 }, () => '0/0'));
  });

  it('deletes by place: what is a place of its own inside another stays', async () => {
    for (const path of ['Pictures/a.jpg', 'Pictures/Camera/b.jpg', 'Downloads/c.jpg', 'other/d.jpg'])
      put(`alice/${path}`);
    await clearing().clear({ ...all, places: ['pictures', 'documents'] }, signal);
    expect(filesIn('alice')).to.deep.equal(['b.jpg', 'c.jpg']);
  });

  it('deletes by age and class, and a Live Photo only as a whole', async () => {
    put('alice/Pictures/old.jpg', 31);
    put('alice/Pictures/new.jpg', 29);
    put('alice/Pictures/old.mp4', 31);
    put('alice/Pictures/live.heic', 31);
    put('alice/Pictures/live.mov', 31);
    put('alice/Pictures/fresh.heic', 31);
    put('alice/Pictures/fresh.mov', 2);
    expect((await count({ ...all, olderThanDays: 30 })).pictures).to.equal('2/1');
    const videos = await clearing().clear({ ...all, only: 'videos', olderThanDays: 30 }, signal);
    expect(videos.deleted).to.deep.equal({ photos: 0, videos: 1 });
    expect(filesIn('alice')).to.include('live.mov');
    const photos = await clearing().clear({ ...all, only: 'photos', olderThanDays: 30 }, signal);
    expect(photos.deleted).to.deep.equal({ photos: 2, videos: 0 });
    expect(filesIn('alice')).to.deep.equal(['fresh.heic', 'fresh.mov', 'new.jpg']);
  });

  it('looks into files without an ending, and deletes names that are no UTF-8', async () => {
    put('alice/Pictures/IMG', 100, '\xff\xd8\xff');
    writeFileSync(join(alice, 'Pictures/IMG1'), Buffer.from('ffd8ffe000104a46494600010101', 'hex'));
    put('alice/Pictures/notes', 100, 'a text that is long enough');
    writeFileSync(
      Buffer.concat([Buffer.from(`${alice}/Pictures/`), Buffer.from([0xff, 0xfe]), Buffer.from('.jpg')]),
      'x',
    );
    expect((await count(all)).pictures).to.equal('2/0');
    await clearing().clear(all, signal);
    expect(filesIn('alice')).to.deep.equal(['IMG', 'notes']);
  });

  describe('the resource folder', () => {
    it('stays with all in it unless it is named, nested, in any case and in both forms of Unicode', async () => {
      const kept = ['Resources/a.jpg', 'Pictures/RESOURCES/b.jpg', 'Documents/2024/deep/resources/c/d.jpg'];
      for (const path of [...kept, 'Pictures/e.jpg']) put(`alice/${path}`);
      await clearing().clear(all, signal);
      expect(filesIn('alice')).to.deep.equal(['a.jpg', 'b.jpg', 'd.jpg']);
      put('alice/Te\u0301cnica/f.jpg');
      await clearing().clear({ resourceFolder: 'T\u00e9cnica', places: ['documents'] }, signal);
      expect(filesIn('alice')).to.include('f.jpg');
    });

    it('alone is deleted when it is named', async () => {
      for (const path of ['Resources/a.jpg', 'Pictures/Resources/b.jpg', 'Pictures/c.jpg']) put(`alice/${path}`);
      const named: PhotoSelection = { ...all, places: ['resources'] };
      expect(await count(named)).to.deep.equal({ resources: '2/0' });
      await clearing().clear(named, signal);
      expect(filesIn('alice')).to.deep.equal(['c.jpg']);
    });

    it('is the only folder that is cleared where people share one', async () => {
      for (const path of ['srv/Resources/a.jpg', 'srv/site/b.jpg', 'srv/c.jpg']) put(path);
      const srv: PhotoRoot = { place: 'resources', path: join(base, 'home/srv'), only: true, holdsResources: true };
      await clearing([alice], oneDisk, [srv]).clear(all, signal);
      expect(filesIn('srv')).to.deep.equal(['a.jpg', 'b.jpg', 'c.jpg']);
      await clearing([alice], oneDisk, [srv]).clear({ ...all, places: ['resources'] }, signal);
      expect(filesIn('srv')).to.deep.equal(['b.jpg', 'c.jpg']);
    });

    it('is also the folder that a link of its name leads to, wherever that lies', async () => {
      for (const path of ['alice/Pictures/Kit/a.jpg', 'alice/Pictures/b.jpg', 'bob/Stock/c.jpg']) put(path);
      symlinkSync('Pictures/Kit', join(alice, 'resources'));
      symlinkSync(join(bob, 'Stock'), join(alice, 'Pictures/Resources'));
      await clearing().clear(all, signal);
      expect(filesIn('alice')).to.deep.equal(['Resources', 'a.jpg', 'resources']);
      expect(filesIn('bob')).to.deep.equal(['c.jpg']);
    });

    it('cannot be a whole place: a link that says so gets nothing deleted there, and nothing called clear', async () => {
      put('alice/Pictures/a.jpg');
      put('bob/Pictures/b.jpg');
      symlinkSync('.', join(alice, 'Resources'));
      expect((await count(all)).pictures).to.equal('closed');
      await clearing().clear(all, signal);
      expect(filesIn('alice')).to.deep.equal(['Resources', 'a.jpg']);
      expect(filesIn('bob')).to.deep.equal([]);
    });
  });

  describe('folders that a cloud keeps alike', () => {
    const cloud = ['OneDrive/a.jpg', 'Dropbox (Work)/b.jpg', 'Sync/c.jpg', 'Box/d.jpg'];
    beforeEach(() => {
      for (const path of [...cloud, 'Documents/Nextcloud/Photos/e.jpg', 'Documents/f.jpg']) put(`alice/${path}`);
      put('alice/Sync/.sync_0a1b2c.db');
      put('alice/.config/onedrive/config', 1, 'sync_dir = "~/Box"\n');
    });

    it('are left alone and counted', async () => {
      expect((await count(all)).documents).to.equal('1/0 left 5');
      expect((await clearing().clear(all, signal)).deleted.photos).to.equal(1);
      expect((await count(all)).documents).to.equal('0/0 left 5');
    });

    it('are deleted from only when the order says so', async () => {
      const everywhere: PhotoSelection = { ...all, cloudFolders: 'delete-everywhere' };
      expect((await count(everywhere)).documents).to.equal('6/0');
      await clearing().clear(everywhere, signal);
      expect((await count(everywhere)).documents).to.equal('0/0');
    });

    it('are those of a network, too', async () => {
      const mounts = `${oneDisk}30 22 0:40 / ${alice}/share rw - cifs //nas/x rw\n`;
      put('alice/share/a.jpg');
      await clearing([alice], mounts).clear(all, signal);
      expect(existsSync(join(alice, 'share/a.jpg'))).to.equal(true);
    });

    it('count as left when Pictures itself lies in one', async () => {
      put('alice/Dropbox/Pictures/g.jpg');
      put('alice/.config/user-dirs.dirs', 1, 'XDG_PICTURES_DIR="$HOME/Dropbox/Pictures"\n');
      expect((await count(all)).pictures).to.equal('0/0 left 1');
    });
  });

  describe('links and other people’s folders', () => {
    it('never lead out of a place: what lies behind them stays', async () => {
      const outside = join(base, 'outside');
      mkdirSync(outside);
      writeFileSync(join(outside, 'x.jpg'), 'x');
      mkdirSync(join(alice, 'Pictures'));
      symlinkSync(outside, join(alice, 'Pictures/trip'));
      symlinkSync(join(outside, 'x.jpg'), join(alice, 'Pictures/one.jpg'));
      await clearing([alice]).clear(all, signal);
      expect(readdirSync(outside)).to.deep.equal(['x.jpg']);
    });

    it('choose no place in another home', async () => {
      put('bob/Private/b.jpg');
      put('alice/.config/user-dirs.dirs', 1, `XDG_PICTURES_DIR="${bob}/Private"\n`);
      symlinkSync(join(bob, 'Private'), join(alice, 'Downloads'));
      await clearing().clear({ ...all, places: ['pictures', 'downloads'] }, signal);
      expect(filesIn('bob')).to.deep.equal(['b.jpg']);
    });

    it('never delete elsewhere when a folder is exchanged for a link at that very moment', async () => {
      const outside = join(base, 'outside');
      mkdirSync(outside);
      for (let index = 0; index < 300; index += 1) {
        put(`alice/Pictures/trip/${index}.jpg`);
        writeFileSync(join(outside, `${index}.jpg`), 'x');
      }
      const running = clearing([alice]).clear(all, signal);
      const [trip, away] = [join(alice, 'Pictures/trip'), join(alice, 'Pictures/away')];
      for (let turn = 0; turn < 40; turn += 1) {
        if (existsSync(trip)) renameSync(trip, away);
        symlinkSync(outside, trip);
        await new Promise((resolve) => setImmediate(resolve));
        unlinkSync(trip);
        renameSync(away, trip);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await running;
      expect(readdirSync(outside)).to.have.lengthOf(300);
      await clearing([alice]).clear(all, signal);
      expect(filesIn('alice')).to.deep.equal([]);
    });
  });

  it('empties the bin of photos with the notes about them, and leaves what else is there', async () => {
    const bin = 'alice/.local/share/Trash';
    for (const path of ['files/a.jpg', 'info/a.jpg.trashinfo', 'files/b.odt', 'info/b.odt.trashinfo'])
      put(`${bin}/${path}`);
    await clearing().clear({ ...all, places: ['bin'] }, signal);
    expect(filesIn('alice')).to.deep.equal(['b.odt', 'b.odt.trashinfo']);
  });

  it('deletes thumbnails of what it deleted, and of what an interrupted run had deleted before', async () => {
    const photo = put('alice/Pictures/My photo (1).jpg');
    const kept = put('alice/Documents/page.odt');
    const gone = join(alice, 'Pictures/gone.jpg');
    const note = (path: string) => png(`Thumb::URI\0${fileUri(path)}`, 'Thumb::MTime\x001500000000');
    for (const path of [photo, kept, gone]) {
      const file = put(`alice/.cache/thumbnails/large/${thumbnailName(path)}`);
      writeFileSync(file, note(path));
    }
    writeFileSync(put(`alice/.cache/thumbnails/fail/gnome/${thumbnailName(photo)}`), 'x');
    const done = await clearing().clear(all, signal);
    expect(done).to.deep.equal({ deleted: { photos: 1, videos: 0 }, thumbnailsDeleted: 3 });
    expect(filesIn('alice/.cache')).to.deep.equal([thumbnailName(kept)]);
  });

  it('names thumbnails as freedesktop’s specification does', () => {
    // The specification's own example.
    expect(thumbnailName('/home/jens/photos/me.png')).to.equal('c6ee772d9e49320e97ec29a7eb5b1697.png');
    expect(fileUri('/a b/ü;[1].jpg')).to.equal('file:///a%20b/%C3%BC%3B%5B1%5D.jpg');
    expect(readThumbnailNote(Buffer.from('no picture'))).to.equal(undefined);
  });

  it('says of a place that may not be looked at that it was not, and never that it is clear', async () => {
    put('alice/Pictures/a.jpg');
    const missing = join(base, 'home/carol');
    expect(Object.values(await count(all, [alice, missing]))).to.deep.equal(Array.from({ length: 8 }, () => 'closed'));
    const unlisted = createPhotoClearing({
      clock: { now: () => now },
      read: async () => oneDisk,
      readHome: readText,
      accounts: async () => undefined,
    });
    expect(await unlisted.count(all, signal)).to.deep.include({ state: 'unknown', reason: 'blocked-by-permission' });
  });
});

/** A PNG of nothing but notes. */
function png(...notes: string[]): Buffer {
  const parts = notes.map((note) => {
    const text = Buffer.from(note);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(text.length);
    head.write('tEXt', 4, 'latin1');
    return Buffer.concat([head, text, Buffer.alloc(4)]);
  });
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}
