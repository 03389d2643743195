import { chmodSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Folders, realFolders } from '../../../../agent/platform/photos/folders.ts';
import { type Ground, type Grounds, nearGround } from '../../../../agent/platform/photos/ground.ts';
import { createPhotosProbe, type PhotosParts } from '../../../../agent/platform/photos/probe.ts';
import { holderOf, type PhotoRoot, rootsIn } from '../../../../agent/platform/photos/roots.ts';
import type { Photos } from '../../../../shared/report/photos.ts';
import { pause } from '../../../support/processes.ts';
import { ask, at, createPhotoDisk, later, measuresAll, memoryKeeper, type PhotoDisk, watched } from './photo-disk.ts';

const near: Grounds = { of: () => nearGround, within: () => nearGround };
const hour = 3_600_000;
const resources = 'Teaching';

/** What a round says, without the moment it was said. */
function said({ places, atLeast, complete }: Photos) {
  const counts = places.map(({ place, count }) => [place, count.state === 'known' ? count.value : count.reason]);
  return { counts, atLeast, complete };
}

/**
 * The kernel's clock for files goes in steps, long ones on a busy machine: two changes within
 * one look the same. Devices are trusted after seconds of rest only; tests cannot wait so long.
 */
async function untilClockMoves(file: string): Promise<void> {
  const stamp = () => {
    writeFileSync(file, '');
    return statSync(file, { bigint: true }).mtimeNs;
  };
  for (const before = stamp(); stamp() <= before; ) await pause(2);
}

describe('a round of photos in which nothing changed (DEV3, DEV4)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  function probeOf(parts: Partial<PhotosParts> = {}) {
    const roots = (home: string): PhotoRoot[] => [
      ...rootsIn('camera', home, ['Pictures/Camera']),
      ...rootsIn('bin', home, ['Trash']),
      ...holderOf('pictures', join(home, 'Pictures')),
      { place: 'documents', path: home, isHome: true, holdsResources: true },
    ];
    return createPhotosProbe({
      ...{ clock: later, folders: realFolders, grounds: async () => near, keeper: memoryKeeper() },
      ...{ homes: async () => [disk.path], rootsOf: async (home: string) => roots(home) },
      settings: () => ({ resourceFolder: resources }),
      // On a busy machine, too, all sizes are known after one round.
      limits: measuresAll,
      ...parts,
    });
  }

  /** The real file system, whose looks are counted; `refuse` names a path that may not be looked at. */
  function counted() {
    const looks: string[] = [];
    const { now } = realFolders;
    if (now === undefined) throw new Error('nothing can be asked at once');
    const folders: Folders = {
      ...realFolders,
      look(path, follow) {
        looks.push(path);
        return realFolders.look(path, follow);
      },
      now: {
        ...now,
        look(path) {
          looks.push(path);
          return now.look(path);
        },
      },
    };
    return { looks, folders };
  }

  it('looks once at every folder it met, and says the same as of now', async () => {
    disk.put('Pictures/Camera/a.jpg');
    disk.put('Pictures/trip/day/b.jpg');
    disk.put('Teaching/c.png');
    let now = Date.now() + 60_000;
    const { looks, folders } = counted();
    const probe = probeOf({ clock: { now: () => now }, folders });
    const first = await ask(probe);
    looks.length = 0;
    now += 1_000;
    const again = await ask(probe);
    expect(said(again)).to.deep.equal(said(first));
    expect(new Set(looks).size).to.equal(6);
    const times = again.places.map(({ count }) => count.at);
    expect(new Set(times)).to.deep.equal(new Set([new Date(now).toISOString()]));
  });

  it('says after any change what a first look would say', async function () {
    this.timeout(60_000);
    const places = [
      'Pictures',
      'Pictures/Camera',
      'Pictures/Camera/x',
      'Trash',
      'Teaching',
      'Teaching/y',
      'own',
      'own/z',
    ];
    const place = fc.constantFrom(...places);
    const name = fc.constantFrom('a.jpg', 'b.mp4', 'c.txt', '.trashed-1-d.jpg');
    const there = (path: string) => join(disk.path, path);
    const clear = (path: string) => rmSync(there(path), { force: true, recursive: true });
    const changes = {
      put(folder: string, file: string) {
        // Never written over in place: no folder tells that, and its size is taken again after a day.
        clear(`${folder}/${file}`);
        disk.put(`${folder}/${file}`, 'content');
      },
      replace(folder: string, file: string) {
        disk.put('beside.jpg');
        renameSync(there('beside.jpg'), there(`${folder}/${file}`));
      },
      remove: (folder: string, file: string) => clear(`${folder}/${file}`),
      removeFolder: (folder: string) => clear(folder),
      moveFolder: (folder: string, _file: string, other: string) => renameSync(there(folder), there(other)),
      linkInstead(folder: string, _file: string, other: string) {
        clear(folder);
        symlinkSync(there(other), there(folder));
      },
      fileInstead(folder: string) {
        clear(folder);
        disk.put(folder);
      },
      nothing: () => {},
    };
    const kind = fc.constantFrom<(keyof typeof changes)[]>(
      ...(['put', 'replace', 'remove', 'removeFolder', 'moveFolder', 'linkInstead', 'fileInstead', 'nothing'] as const),
    );
    const change = fc.tuple(kind, place, name, place);
    const beside = createPhotoDisk();
    const clockFile = join(beside.path, 'clock');
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (several) => {
        for (const each of ['Pictures', 'Trash', 'Teaching', 'own'])
          rmSync(there(each), { force: true, recursive: true });
        for (const each of places) disk.put(`${each}/first.jpg`);
        const probe = probeOf();
        await ask(probe);
        for (const [kind, ...where] of several) {
          await untilClockMoves(clockFile);
          try {
            changes[kind](...where);
          } catch {
            // There is nothing to move, or a folder is in the way: then less was changed.
          }
          const [told, first] = [said(await ask(probe)), said(await ask(probeOf()))];
          expect(JSON.stringify(told)).to.equal(JSON.stringify(first));
        }
      }),
      { numRuns: 30 },
    );
    beside.remove();
  });

  it('believes no answer from before when a folder may not be read, or not be looked at, any more', async () => {
    if (process.getuid?.() === 0) process.seteuid?.(65_534);
    try {
      disk = createPhotoDisk();
      disk.put('Pictures/trip/a.jpg');
      const probe = probeOf();
      await ask(probe);
      expect(at(await ask(probe), 'pictures')).to.deep.equal([1, 0]);
      for (const closed of ['Pictures/trip', 'Pictures']) {
        chmodSync(join(disk.path, closed), 0o000);
        expect(at(await ask(probe), 'pictures')).to.equal('blocked-by-permission');
        expect(at(await ask(probe), 'pictures')).to.equal('blocked-by-permission');
        chmodSync(join(disk.path, closed), 0o755);
        expect(at(await ask(probe), 'pictures')).to.deep.equal([1, 0]);
        expect(at(await ask(probe), 'pictures')).to.deep.equal([1, 0]);
      }
    } finally {
      if (process.getuid?.() === 0) process.seteuid?.(0);
    }
  });

  it('counts anew when the setting names another folder, a mount came, the clock was set back or hours went by', async () => {
    disk.put('Pictures/a.jpg');
    disk.put('Lessons/b.jpg');
    let resourceFolder: string | null = resources;
    let grounds: Grounds = near;
    let now = Date.now() + 60_000;
    const { folders, listed } = watched();
    const probe = probeOf({
      ...{ folders, clock: { now: () => now }, grounds: async () => grounds },
      settings: () => ({ resourceFolder }),
    });
    expect(at(await ask(probe), 'resources')).to.deep.equal([0, 0]);
    resourceFolder = 'Lessons';
    expect(at(await ask(probe), 'resources')).to.deep.equal([1, 0]);
    expect(at(await ask(probe), 'resources')).to.deep.equal([1, 0]);
    const silent: Ground = { kind: 'apart', mount: 'over it' };
    grounds = { of: () => nearGround, within: (path) => (path.endsWith('Lessons') ? silent : nearGround) };
    expect(at(await ask(probe), 'resources')).to.deep.equal([0, 0]);
    grounds = near;
    await ask(probe);
    for (const passed of [7 * hour, -20 * hour]) {
      listed.length = 0;
      await ask(probe);
      expect(listed).to.deep.equal([]);
      now += passed;
      await ask(probe);
      expect(listed).to.include(join(disk.path, 'Pictures'));
    }
  });
});
