import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type Held, type Hold, holdByDescriptor } from '../../../../agent/platform/held-folder.ts';
import { createEndPeople, uidIn } from '../../../../agent/platform/linux/end-people.ts';
import { readText } from '../../../../agent/platform/linux/proc.ts';
import { createPeopleData } from '../../../../agent/platform/linux/wipe-people.ts';
import { peopleIn } from '../../../../agent/platform/linux/wipe-persons.ts';
import { makeTempFolder, removeTempFolder } from '../../../support/temp-folder.ts';

const passwd = [
  'root:x:0:0::/root:/bin/bash',
  'www-data:x:33:33::/var/www:/usr/sbin/nologin',
  'alice:x:1001:1001::/home/alice:/bin/bash',
  'bob:x:1002:1002::/home/bob:/bin/bash',
  'rescue:x:1999:1999::/home/rescue:/bin/bash',
  'site:x:1003:1003::/var/www:/bin/bash',
  'nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin',
].join('\n');
const disk = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n';

describe('wiping people’s data on Linux', () => {
  let root: string;
  let ended: string[];

  before(function () {
    // Files are given to several people.
    if (process.getuid?.() !== 0) this.skip();
  });
  beforeEach(() => {
    root = makeTempFolder();
    ended = [];
    mkdirSync(join(root, 'etc'));
    writeFileSync(join(root, 'etc/passwd'), passwd);
  });
  afterEach(() => removeTempFolder(root));

  function put(path: string, uid: number): string {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'x');
    chownSync(file, uid, uid);
    return file;
  }

  function folder(path: string, uid: number): string {
    mkdirSync(join(root, path), { recursive: true });
    chownSync(join(root, path), uid, uid);
    return join(root, path);
  }

  const data = (mounts = disk, hold: Hold = holdByDescriptor) =>
    createPeopleData({
      root,
      hold,
      read: async (path) => (path === '/proc/self/mountinfo' ? mounts : readText(path)),
      spares: (person) => person === 'rescue',
      endPeople: async (people) => void ended.push(...people.map(({ name }) => name)),
    });

  const filesIn = (path: string): string[] =>
    readdirSync(join(root, path), { withFileTypes: true, recursive: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .sort();

  it('empties every home of people, never root’s, the break-glass account’s or a service’s, and looks again', async () => {
    for (const [name, uid] of [
      ['alice', 1001],
      ['bob', 1002],
      ['rescue', 1999],
    ] as const) {
      folder(`home/${name}`, uid);
      put(`home/${name}/.ssh/key-${name}`, uid);
    }
    put('home/alice/of-root', 0);
    put('root/secret', 0);
    folder('var/www', 33);
    put('var/www/page', 33);
    expect(await data().count(), 'and one with an account and nothing else').to.equal(3);
    expect(await data().left()).to.equal(2);
    expect(await data().wipe()).to.deep.equal({ done: true });
    expect(ended).to.deep.equal(['alice', 'bob', 'site']);
    expect(await data().left()).to.equal(0);
    expect(filesIn('home')).to.deep.equal(['key-rescue']);
    expect(readdirSync(join(root, 'home')).sort(), 'accounts keep a home').to.deep.equal(['alice', 'bob', 'rescue']);
    expect([...filesIn('root'), ...filesIn('var/www')]).to.deep.equal(['secret', 'page']);
  });

  it('deletes what is theirs where everybody may write, by owner or by name, and leaves the others’', async () => {
    for (const [path, uid] of [
      ['tmp/a', 1001],
      ['tmp/theirs/deep/b', 1001],
      ['tmp/service/c', 33],
      ['tmp/service/upload/d', 1002],
      ['var/tmp/rescue', 1999],
      ['var/spool/cron/crontabs/alice', 1001],
      ['var/spool/cron/crontabs/root', 0],
      ['var/mail/bob', 1002],
      ['var/lib/AccountsService/icons/bob', 0],
      ['home/shared/e', 1002],
      ['home/shared/f', 0],
      ['home/domain/carol/g', 1_200_345],
      ['home/dora.home', 0],
    ] as const)
      put(path, uid);
    folder('tmp/theirs', 1001);
    folder('home/domain/carol', 1_200_345);
    expect(await data().left()).to.equal(4);
    await data().wipe();
    expect(await data().left()).to.equal(0);
    expect([...filesIn('tmp'), ...filesIn('var'), ...filesIn('home')]).to.deep.equal(['c', 'rescue', 'root', 'f']);
  });

  function folderAndOutside(): { trip: string; away: string } {
    folder('home/alice', 1001);
    for (let index = 0; index < 60; index += 1) {
      put(`home/alice/trip/${index}`, 1001);
      put(`outside/${index}`, 0);
    }
    return { trip: join(root, 'home/alice/trip'), away: join(root, 'away') };
  }

  it('follows no link, also one that takes a folder’s place meanwhile', async () => {
    const { trip, away } = folderAndOutside();
    symlinkSync(join(root, 'outside'), join(root, 'home/alice/link'));
    const wiping = data().wipe();
    for (let turn = 0; turn < 100; turn += 1) {
      // The wiper takes the folder, and below the link, at any moment.
      if (!unlessGone(() => renameSync(trip, away))) break;
      symlinkSync(join(root, 'outside'), trip);
      await new Promise((resolve) => setImmediate(resolve));
      unlessGone(() => unlinkSync(trip));
      renameSync(away, trip);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await wiping;
    await data().wipe();
    expect(filesIn('outside')).to.have.lengthOf(60);
    expect(await data().left()).to.equal(0);
  });

  for (const { moment, stay } of [
    { moment: 'before', stay: 60 },
    { moment: 'after', stay: 0 },
  ]) {
    it(`follows no link that takes a folder’s place right ${moment} it is entered`, async () => {
      const { trip, away } = folderAndOutside();
      const exchange = () => {
        renameSync(trip, away);
        symlinkSync(join(root, 'outside'), trip);
      };
      const exchanging = (held: Held): Held => ({
        ...held,
        async enter(name) {
          const isDue = name.toString() === 'trip' && !existsSync(away);
          if (isDue && moment === 'before') exchange();
          const inner = await held.enter(name);
          if (isDue && moment === 'after') exchange();
          return exchanging(inner);
        },
      });
      await data(disk, async (path) => exchanging(await holdByDescriptor(path))).wipe();
      expect(filesIn('outside')).to.have.lengthOf(60);
      expect(filesIn('away'), 'what was held is deleted, wherever it lies').to.have.lengthOf(stay);
      expect(await data().left()).to.equal(0);
    });
  }

  it('crosses no mount in a home, and says that something is left', async () => {
    folder('home/alice', 1001);
    put('home/alice/nas/a', 1001);
    put('home/alice/b', 1001);
    const mounts = `${disk}30 22 0:40 / ${root}/home/alice/nas rw - nfs4 nas:/x rw\n`;
    await data(mounts).wipe();
    expect(filesIn('home')).to.deep.equal(['a']);
    expect(await data(mounts).left()).to.equal(1);
  });

  it('deletes nothing that lies on a network, also where all homes do, and says that something is left', async () => {
    folder('home/alice', 1001);
    put('home/alice/a', 1001);
    put('home/other-computers/b', 1002);
    put('var/mail/bob', 1002);
    put('tmp/c', 1001);
    const mounts = `${disk}30 22 0:40 / ${root}/home rw - nfs4 nas:/home rw\n31 22 0:41 / ${root}/var/mail rw - cifs //nas/mail rw\n`;
    await data(mounts).wipe();
    expect([...filesIn('home'), ...filesIn('var'), ...filesIn('tmp')]).to.deep.equal(['a', 'b', 'bob']);
    expect(await data(mounts).left()).to.equal(2);
  });

  it('spares a break-glass account that is in no local list, with its encrypted home', async () => {
    folder('home/rescue', 60_001);
    put('home/rescue/key', 60_001);
    put('home/rescue.home', 0);
    put('home/anna.home', 0);
    writeFileSync(join(root, 'etc/passwd'), passwd.replace(/^rescue:.*\n/m, ''));
    await data().wipe();
    expect(filesIn('home')).to.deep.equal(['key', 'rescue.home']);
    expect(await data().left()).to.equal(0);
  });

  it('finds what people own in a home that is another’s, wherever it lies, and deletes nothing else there', async () => {
    writeFileSync(join(root, 'etc/passwd'), `${passwd}\ndora:x:1004:1004::/data/dora:/bin/bash\n`);
    folder('data/dora', 0);
    put('data/dora/of-root', 0);
    put('data/dora/upload/photo', 1004);
    expect(await data().left()).to.equal(1);
    await data().wipe();
    expect(await data().left()).to.equal(0);
    expect(filesIn('data')).to.deep.equal(['of-root']);
  });

  it('cannot say that nobody is left when the accounts cannot be read', async () => {
    unlinkSync(join(root, 'etc/passwd'));
    expect(await data().left()).to.equal(undefined);
    expect(await data().count()).to.equal(undefined);
    expect(await data().wipe()).to.deep.equal({ done: false, reason: 'cannot-look' });
    expect(ended).to.deep.equal([]);
  });

  it('takes for people whom the conventions call so', () => {
    const { people, isTarget } = peopleIn(passwd, (person) => person === 'rescue');
    expect(people.map(({ name }) => name)).to.deep.equal(['alice', 'bob', 'site']);
    expect([0, 33, 999, 1999, 61_200, 65_534, 4_294_967_295].filter(isTarget)).to.deep.equal([]);
    expect([1000, 60_001, 64_999 - 6_000, 1_200_345].filter(isTarget)).to.have.lengthOf(4);
  });

  it('ends what they run first, and of others nothing', async () => {
    const told: string[] = [];
    const killed: number[] = [];
    const status: Record<string, string> = {
      '1': 'Uid:\t0\t0\t0\t0',
      '7': 'Uid:\t1001\t0\t0\t0',
      '8': 'Uid:\t33\t33\t33\t33',
    };
    const end = createEndPeople({
      exec: async (tool, args) => {
        told.push([tool, ...args].join(' '));
        return { kind: 'exited', code: 0, stdout: '', stderr: '' };
      },
      list: async () => Object.keys(status),
      read: async (path) => status[path.split('/')[2] ?? ''],
      kill: (pid) => {
        killed.push(pid);
        delete status[`${pid}`];
      },
      pauseMs: 1,
    });
    await end([{ key: '1001', name: 'alice', uid: 1001, home: '/home/alice' }]);
    expect(told).to.deep.equal(['loginctl disable-linger 1001', 'loginctl terminate-user 1001']);
    expect(killed).to.deep.equal([7]);
    expect(uidIn('Name:\tx\n')).to.equal(undefined);
  });
});

/** Whether it was done; false when the name was gone by then. */
function unlessGone(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
