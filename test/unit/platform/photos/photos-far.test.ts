import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { disksWithBins, linuxGrounds, parseMountInfo } from '../../../../agent/platform/linux/photo-mounts.ts';
import { createPhotosProbe } from '../../../../agent/platform/linux/photos.ts';
import { type Folders, realFolders } from '../../../../agent/platform/photos/folders.ts';
import { createPatience, NoAnswer } from '../../../../agent/platform/photos/patience.ts';
import { until } from '../../../support/processes.ts';
import { ask, at, createPhotoDisk, later, measuresAll, oneDisk, type PhotoDisk } from './photo-disk.ts';

/** A file system part of which never answers; asking it without waiting is what must never happen. */
function silentBelow(dead: string) {
  const asked: string[] = [];
  let answer: (() => void) | undefined;
  const silence = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const guard = async (path: string) => {
    if (!`${path}/`.startsWith(`${dead}/`)) return;
    asked.push(path);
    await silence;
  };
  const now = realFolders.now;
  if (now === undefined) throw new Error('nothing is asked at once');
  const alive = <Answer>(path: string, question: (path: string) => Answer): Answer => {
    if (`${path}/`.startsWith(`${dead}/`)) throw new Error(`the whole agent waits for ${path}`);
    return question(path);
  };
  const folders: Folders = {
    look: async (path, follow) => guard(path).then(() => realFolders.look(path, follow)),
    list: async (path) => guard(path).then(() => realFolders.list(path)),
    names: async (path) => guard(path).then(() => realFolders.names(path)),
    resolve: async (path) => guard(path).then(() => realFolders.resolve(path)),
    measure: async (path) => guard(path).then(() => realFolders.measure(path)),
    head: async () => {
      throw new Error('files on far ground are not opened');
    },
    now: {
      look: (path) => alive(path, now.look),
      list: (path) => alive(path, now.list),
      names: (path) => alive(path, now.names),
      measure: (path) => alive(path, now.measure),
      link: (path) => alive(path, () => now.link?.(path)),
    },
  };
  return { folders, asked, answer: () => answer?.() };
}

describe('folders on networks and sticks (DEV3)', () => {
  let disk: PhotoDisk;
  beforeEach(() => {
    disk = createPhotoDisk();
  });
  afterEach(() => disk.remove());

  function probeOf(folders: Folders, mounts: string, homes = [disk.path]) {
    return createPhotosProbe({
      ...{ clock: later, folders, keeper: forgetful, settings: () => ({ resourceFolder: null }) },
      read: async (path) => (path === '/proc/self/mountinfo' ? mounts : undefined),
      accounts: async () => homes.map((home) => ({ home })),
      limits: { patienceMs: 40, ...measuresAll },
    });
  }
  const nfs = (path: string) => `${oneDisk}40 22 0:45 / ${path} rw - nfs4 server:/homes rw\n`;

  it('counts on one that answers, and opens nothing there', async () => {
    disk.put('Pictures/nas/a.jpg', '12345');
    disk.put('Pictures/nas/IMG_0001', 'no ending');
    disk.put('Pictures/b.jpg');
    const photos = await ask(probeOf(realFolders, nfs(join(disk.path, 'Pictures/nas'))));
    expect(at(photos, 'pictures')).to.deep.equal([2, 0]);
    expect(photos.atLeast).to.include({ bytes: 5 });
  });

  it('makes every place unknown, in good time, when a home lies on a network that does not answer', async () => {
    disk.put('home/Pictures/a.jpg');
    disk.put('other/Pictures/b.jpg');
    const home = join(disk.path, 'home');
    const { folders, asked, answer } = silentBelow(home);
    const probe = probeOf(folders, nfs(home), [home, join(disk.path, 'other')]);
    const began = Date.now();
    const photos = await ask(probe);
    expect(Date.now() - began).to.be.below(2_000);
    for (const { place } of photos.places) expect(at(photos, place), place).to.equal('timed-out');
    expect(photos.atLeast.photos).to.equal(1);
    // A second question would take a second thread that never comes back.
    await ask(probe);
    expect(asked).to.have.length(1);
    answer();
    const { value } = await until('the network to be asked again', async () => {
      const found = at(await ask(probe), 'pictures');
      return found === 'timed-out' ? undefined : found;
    });
    expect(value).to.deep.equal([2, 0]);
  });

  it('doubts only the places a silent mount lies in', async () => {
    disk.put('Pictures/a.jpg');
    mkdirSync(join(disk.path, 'Documents/dead'), { recursive: true });
    const dead = join(disk.path, 'Documents/dead');
    const photos = await ask(probeOf(silentBelow(dead).folders, nfs(dead)));
    expect(at(photos, 'documents')).to.equal('timed-out');
    expect(at(photos, 'pictures')).to.deep.equal([1, 0]);
    expect(photos.complete).to.equal(false);
  });

  it('sees a link to a silent mount before it asks anything there', async () => {
    disk.put('home/Desktop/a.jpg');
    mkdirSync(join(disk.path, 'dead/Pictures'), { recursive: true });
    symlinkSync('../dead/Pictures', join(disk.path, 'home/Pictures'));
    const dead = join(disk.path, 'dead');
    const { folders, asked } = silentBelow(dead);
    const photos = await ask(probeOf(folders, nfs(dead), [join(disk.path, 'home')]));
    expect(at(photos, 'pictures')).to.equal('timed-out');
    expect(at(photos, 'desktop')).to.deep.equal([1, 0]);
    expect(asked).to.have.length(1);
  });

  it('leaves two threads free whatever hangs', async () => {
    const patience = createPatience(10);
    let asked = 0;
    const hang = () => {
      asked += 1;
      return new Promise<never>(() => {});
    };
    const tries = ['one', 'two', 'three', 'one', 'four'].map((mount) =>
      patience.ask(mount, hang).catch((error: unknown) => error),
    );
    for (const result of await Promise.all(tries)) expect(result).to.be.instanceOf(NoAnswer);
    expect(asked).to.equal(2);
  });

  it('knows near ground from far by the kernel’s list, and takes all for far without one', () => {
    const text = [
      '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
      '23 22 0:5 / /proc rw - proc proc rw',
      '24 22 0:44 / /home/sam/My\\040NAS rw - fuse.sshfs sam@nas:/ rw',
      '25 22 8:1 / /media/sam/STICK rw - vfat /dev/sdb1 rw',
      '26 22 0:50 / /net rw - autofs auto.net rw',
      '27 22 254:2 / /data rw - xfs /dev/mapper/data rw',
      '28 22 0:60 / /data rw - cifs //server/share rw',
      'cut off in the mid',
    ].join('\n');
    const mounts = parseMountInfo(text);
    const grounds = linuxGrounds(mounts);
    const kinds = [
      '/',
      '/home/sam',
      '/home/sam/My NAS/x',
      '/proc/self',
      '/media/sam/STICK/DCIM',
      '/net/x',
      '/data/x',
      '/dat',
    ];
    expect(kinds.map((path) => grounds.of(path).kind)).to.deep.equal([
      'near',
      'near',
      'far',
      'apart',
      'far',
      'far',
      'far',
      'near',
    ]);
    expect(grounds.within('/home/sam/My NAS', grounds.of('/home/sam')).kind).to.equal('far');
    expect(linuxGrounds([]).of('/home/sam').kind).to.equal('far');
    expect(disksWithBins(mounts)).to.deep.equal(['/media/sam/STICK', '/data']);
    fc.assert(
      fc.property(fc.string(), fc.string(), (noise, path) => {
        const told = linuxGrounds(parseMountInfo(`${text}\r\n${noise}`)).of(`/${path}`);
        expect(['near', 'far', 'apart']).to.include(told.kind);
      }),
    );
  });
});
