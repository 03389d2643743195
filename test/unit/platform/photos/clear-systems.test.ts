import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { PhotoClearing, PhotoSelection } from '../../../../agent/platform/actions.ts';
import { createPhotoClearing as createAndroid } from '../../../../agent/platform/android/clear-photos.ts';
import { holdByPath } from '../../../../agent/platform/held-by-path.ts';
import type { Held } from '../../../../agent/platform/held-folder.ts';
import { createPhotoClearing as createMacos } from '../../../../agent/platform/macos/clear-photos.ts';
import { createPhotoClearing } from '../../../../agent/platform/photos/clear.ts';
import { groundsByPath, nearGround } from '../../../../agent/platform/photos/ground.ts';
import { createPhotoClearing as createWindows } from '../../../../agent/platform/windows/clear-photos.ts';
import { makeTempFolder, removeTempFolder } from '../../../support/temp-folder.ts';

const clock = { now: () => Date.UTC(2026, 5, 1) };
const signal = new AbortController().signal;
const grounds = groundsByPath(() => nearGround);
const all: PhotoSelection = { resourceFolder: 'Resources' };

describe('clearing photos on other systems', () => {
  let base: string;
  beforeEach(() => {
    base = makeTempFolder();
  });
  afterEach(() => removeTempFolder(base));

  function put(...paths: string[]): void {
    for (const path of paths) {
      mkdirSync(dirname(join(base, path)), { recursive: true });
      writeFileSync(join(base, path), 'x');
    }
  }
  const filesIn = () =>
    readdirSync(base, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort();

  async function left(clearing: PhotoClearing): Promise<Record<string, string>> {
    const reading = await clearing.count(all, signal);
    if (reading.state === 'unknown') throw new Error(reading.reason);
    const rows = reading.value.filter(({ files, leftInCloudFolders }) => files === null || leftInCloudFolders > 0);
    return Object.fromEntries(rows.map((row) => [row.place, `${row.files?.photos} left ${row.leftInCloudFolders}`]));
  }

  it('Windows: leaves OneDrive and the resource folder, empties the rest and the bin', async () => {
    const users = join(base, 'Users');
    put('Users/a/Pictures/a.jpg', 'Users/a/OneDrive/Pictures/b.jpg', 'Users/a/Documents/RESOURCES/c.jpg');
    put('Users/Public/Pictures/d.jpg', 'D/$Recycle.Bin/S-1-5-21-1/$RABC123.jpg', 'Users/a/AppData/e.png');
    const clearing = createWindows({
      ...{ clock, grounds, usersFolder: users },
      powershell: { ask: async () => ({ kind: 'missing' }) },
      drives: async () => [join(base, 'D')],
    });
    expect((await clearing.clear(all, signal)).deleted).to.deep.equal({ photos: 3, videos: 0 });
    expect(filesIn()).to.deep.equal(['b.jpg', 'c.jpg', 'e.png']);
    expect(await left(clearing)).to.deep.equal({ pictures: '0 left 1' });
  });

  it('macOS: never touches a photo library, and counts what is in it as left', async () => {
    const library = 'Users/a/Pictures/Photos Library.photoslibrary/originals/1';
    put(`${library}/a.heic`, 'Users/a/Pictures/b.jpg', 'Users/a/.Trash/c.jpg');
    put('Users/a/Library/Mobile Documents/com~apple~CloudDocs/d.jpg');
    mkdirSync(join(base, 'Volumes'));
    const clearing = createMacos({ clock, grounds, users: join(base, 'Users'), volumes: join(base, 'Volumes') });
    await clearing.clear(all, signal);
    expect(filesIn()).to.deep.equal(['a.heic', 'd.jpg']);
    expect(await left(clearing)).to.deep.equal({ pictures: '0 left 1', documents: '0 left 1' });
    await clearing.clear({ ...all, cloudFolders: 'delete-everywhere' }, signal);
    expect(filesIn()).to.deep.equal(['a.heic']);
  });

  it('Android: clears shared storage, what was thrown away with it', async () => {
    put('sdcard/DCIM/Camera/a.jpg', 'sdcard/Pictures/.trashed-1700000000-b.jpg', 'sdcard/Documents/Resources/c.jpg');
    const clearing = createAndroid({ clock, storage: join(base, 'sdcard'), volumes: join(base, 'none') });
    await clearing.clear({ ...all, places: ['bin'] }, signal);
    expect(filesIn()).to.deep.equal(['a.jpg', 'c.jpg']);
    await clearing.clear(all, signal);
    expect(filesIn()).to.deep.equal(['c.jpg']);
  });

  it('calls a place not looked at for one folder in it that may not be read, and deletes the rest', async () => {
    put('home/Pictures/a.jpg', 'home/Pictures/closed/b.jpg', 'home/Downloads/c.jpg');
    const refusal = Object.assign(new Error('refused'), { code: 'EACCES' });
    const refusing = (held: Held): Held => ({
      ...held,
      enter: async (name) => {
        if (name.toString() === 'closed') throw refusal;
        return refusing(await held.enter(name));
      },
    });
    const clearing = createPhotoClearing({
      ...{ clock, resolve: async (path) => path, grounds: async () => grounds },
      hold: async (path) => refusing(await holdByPath(path)),
      homes: async () => [join(base, 'home')],
      rootsOf: async (home) =>
        ['Pictures', 'Downloads'].map((name, index) => ({
          place: index === 0 ? 'pictures' : 'downloads',
          path: join(home, name),
        })),
    });
    expect((await clearing.clear(all, signal)).deleted).to.deep.equal({ photos: 2, videos: 0 });
    expect(filesIn()).to.deep.equal(['b.jpg']);
    expect(await left(clearing)).to.deep.equal({ pictures: 'undefined left 0' });
  });

  it('counts what could not be deleted as still there', async () => {
    put('home/Pictures/a.jpg');
    const stubborn = (held: Held): Held => ({
      ...held,
      enter: async (name) => stubborn(await held.enter(name)),
      remove: async () => {
        throw Object.assign(new Error('refused'), { code: 'EPERM' });
      },
    });
    const clearing = createPhotoClearing({
      ...{ clock, resolve: async (path) => path, grounds: async () => grounds },
      hold: async (path) => stubborn(await holdByPath(path)),
      homes: async () => [join(base, 'home')],
      rootsOf: async (home) => [{ place: 'pictures', path: join(home, 'Pictures') }],
    });
    expect((await clearing.clear(all, signal)).deleted).to.deep.equal({ photos: 0, videos: 0 });
    const reading = await clearing.count(all, signal);
    expect(reading.state === 'known' && reading.value.find(({ place }) => place === 'pictures')?.files).to.deep.equal({
      photos: 1,
      videos: 0,
    });
  });

  it('says that it ran out of time, and nothing of what it had counted by then', async () => {
    put('home/Pictures/a.jpg');
    const clearing = createMacos({ clock, grounds, users: base, volumes: join(base, 'none') });
    expect(await clearing.count(all, AbortSignal.abort())).to.include({ state: 'unknown', reason: 'timed-out' });
  });

  it('deletes nothing by a path once another folder, or a link, took the place of one on it', async () => {
    put('home/trip/a.jpg', 'outside/a.jpg');
    const held = await (await holdByPath(join(base, 'home'))).enter('trip');
    renameSync(join(base, 'home/trip'), join(base, 'home/away'));
    symlinkSync(join(base, 'outside'), join(base, 'home/trip'));
    const refused = await held.remove('a.jpg').then(
      () => 'deleted',
      () => 'refused',
    );
    expect(refused).to.equal('refused');
    expect(existsSync(join(base, 'outside/a.jpg'))).to.equal(true);
  });
});
