import { expect } from 'chai';
import { createEncryptionRounds, encryptionMark } from '../../../../agent/platform/linux/encryption-mark.ts';
import { listNames, readText } from '../../../../agent/platform/linux/proc.ts';
import { recorded } from '../recordings.ts';
import { device, summary } from './encryption-device.ts';

const kernel = {
  '/sys/kernel/uevent_seqnum': '2186\n',
  '/proc/self/mountinfo': '27 1 254:1 / / rw,relatime - ext4 /dev/mapper/root rw\n',
  '/proc/partitions': 'major minor  #blocks  name\n\n 254        0   20971520 vda\n',
  '/proc/swaps': 'Filename\tType\tSize\tUsed\tPriority\n/dev/dm-1 partition 974844 1024 -2\n',
  '/sys/block/dm-0/dm/uuid': 'CRYPT-LUKS2-00f1ca963cbd46e6a32f37a49a365565-root\n',
  '/sys/block/dm-0/dm/name': 'root\n',
  '/sys/block/dm-0/dm/suspended': '0\n',
};
type Kernel = { -readonly [Path in keyof typeof kernel]?: string };

function files(given: Kernel) {
  const texts: Record<string, string | undefined> = given;
  return {
    read: async (path: string) => texts[path],
    list: async (path: string) => (path === '/sys/block' ? ['vda', 'dm-0'] : undefined),
  };
}

const markOf = (given: Kernel) => {
  const { read, list } = files(given);
  return encryptionMark(read, list);
};

describe('what Linux shows of its disks without a process (DEV1)', () => {
  it('is the same text while nothing changed, also when swap fills up', async () => {
    const filling = kernel['/proc/swaps'].replace('1024', '90000');
    expect(await markOf(kernel)).to.be.a('string');
    expect(await markOf({ ...kernel, '/proc/swaps': filling })).to.equal(await markOf(kernel));
  });

  const changes: [string, Kernel][] = [
    ['an event of the kernel: a table put in place, a device written to', { '/sys/kernel/uevent_seqnum': '2187\n' }],
    [
      'a mount',
      { '/proc/self/mountinfo': `${kernel['/proc/self/mountinfo']}40 27 254:2 / /srv rw - ext4 /dev/vdb rw\n` },
    ],
    ['a partition', { '/proc/partitions': `${kernel['/proc/partitions']} 254        1    1048576 vda1\n` }],
    ['swap that was turned on', { '/proc/swaps': `${kernel['/proc/swaps']}/dev/vdb partition 974844 0 -3\n` }],
    ['another kind of mapped device', { '/sys/block/dm-0/dm/uuid': 'CRYPT-PLAIN-root\n' }],
    ['a key that was taken away', { '/sys/block/dm-0/dm/suspended': '1\n' }],
    ['a device of another size', { '/proc/partitions': kernel['/proc/partitions'].replace('20971520', '20971519') }],
  ];
  for (const [what, change] of changes) {
    it(`changes with ${what}`, async () => {
      expect(await markOf({ ...kernel, ...change })).to.not.equal(await markOf(kernel));
    });
  }

  for (const path of [
    '/sys/kernel/uevent_seqnum',
    '/proc/self/mountinfo',
    '/proc/partitions',
    '/proc/swaps',
  ] as const) {
    it(`cannot be had without ${path}: then nothing is ever given again`, async () => {
      const { [path]: _gone, ...rest } = kernel;
      expect(await markOf(rest)).to.equal(undefined);
      expect(await markOf({ ...kernel, [path]: '\n' })).to.equal(undefined);
    });
  }

  it('can be had of this very machine, and stays as it is while nobody does anything', async function () {
    const mark = await encryptionMark(readText, listNames);
    if (mark === undefined) this.skip();
    const events = await readText('/sys/kernel/uevent_seqnum');
    const again = await encryptionMark(readText, listNames);
    if (events === (await readText('/sys/kernel/uevent_seqnum'))) expect(again).to.equal(mark);
  });
});

describe('rounds of looks at the encryption (DEV1)', () => {
  const uuid = 'CRYPT-LUKS2-00f1ca963cbd46e6a32f37a49a365565-x';

  /** The tools started by each of three glances at one device. */
  async function glances(parts: ReturnType<typeof device>) {
    const { list, read } = files(kernel);
    const probe = createEncryptionRounds({
      ...parts,
      list,
      read: async (path) => (await parts.read(path)) ?? read(path),
    });
    const seen: { verdict: string; started: number }[] = [];
    for (let round = 0; round < 3; round += 1) {
      const before = parts.exec.calls.length;
      const reading = await probe(new AbortController().signal, 'glance');
      seen.push({ verdict: summary(reading), started: parts.exec.calls.length - before });
    }
    return { verdict: seen[2]?.verdict, third: seen[2]?.started };
  }

  it('start no process for a disk whose whole encryption was proved twice', async () => {
    const seen = await glances(device(recorded('lsblk-json-luks2-lvm-full-disk.txt')));
    expect(seen).to.deep.equal({ verdict: 'protected', third: 0 });
  });

  it('go by the mounts that another section read in the same round, and prove nothing by them', async () => {
    const parts = device(recorded('lsblk-json-luks2-lvm-full-disk.txt'));
    const { list, read } = files(kernel);
    const asked: string[] = [];
    const mounts = { now: kernel['/proc/self/mountinfo'], inRound: kernel['/proc/self/mountinfo'] };
    const told = (who: 'now' | 'inRound') => async (path: string) => {
      if (path !== '/proc/self/mountinfo') return (await parts.read(path)) ?? read(path);
      asked.push(who);
      return mounts[who];
    };
    const probe = createEncryptionRounds({ ...parts, list, read: told('now'), inRound: { read: told('inRound') } });
    const glance = async () => {
      const before = parts.exec.calls.length;
      await probe(new AbortController().signal, 'glance');
      return parts.exec.calls.length > before ? 'asked the tools' : 'gave its answer again';
    };
    await glance();
    await glance();
    expect(await glance()).to.equal('gave its answer again');
    expect(asked).to.deep.equal(['inRound', 'now', 'inRound', 'now', 'inRound']);
    // A mount that came just after the round began: not seen by this glance, and by each one after it.
    mounts.now += '40 27 254:2 / /srv rw - ext4 /dev/vdb rw\n';
    expect(await glance()).to.equal('gave its answer again');
    mounts.inRound = mounts.now;
    expect(await glance()).to.equal('asked the tools');
    asked.length = 0;
    await probe(new AbortController().signal, 'new');
    expect(asked).to.deep.equal(['now', 'now']);
  });

  it('start none for a plain disk: that it has become better is seen when the time is over', async () => {
    const seen = await glances(
      device(recorded('lsblk-json-plain-root-fullcolumns.txt'), { lsattr: '', homes: ['/home/x'] }),
    );
    expect(seen).to.deep.equal({ verdict: 'not-protected', third: 0 });
  });

  const asked: [string, ReturnType<typeof device>][] = [
    [
      'converted just now',
      device(recorded('lsblk-json-luks2-encrypting-running.txt'), {
        dmsetup: '',
        cryptsetup: recorded('cryptsetup_status-encrypting.txt'),
      }),
    ],
    [
      'known by cryptsetup alone',
      device(recorded('lsblk-json-luks2-lvm-full-disk.txt'), {
        dmsetup: '',
        cryptsetup: recorded('cryptsetup_status-active.txt'),
      }),
    ],
    ['closed: its header changes in silence', device(recorded('lsblk-json-closed-luks.txt'))],
    [
      'not to be told without rights',
      device(recorded('lsblk-json-luks2-lvm-full-disk.txt'), { isAdministrator: false }),
    ],
    [
      'of a kind not known',
      device(recorded('lsblk-json-luks2-lvm-full-disk.txt'), { uuid: uuid.replace('LUKS2', 'TCRYPT') }),
    ],
    ['not listed at all', device({ kind: 'missing' })],
    [
      'of a home encrypted by itself',
      device(recorded('lsblk-json-plain-root-fullcolumns.txt'), {
        lsattr: recorded('lsattr-encrypted-dir.txt'),
        homes: ['/srv/data/kids'],
      }),
    ],
  ];
  for (const [what, parts] of asked) {
    it(`ask again each time about a disk that is ${what}`, async () => {
      const { verdict, third } = await glances(parts);
      expect(third, verdict).to.be.greaterThan(0);
    });
  }
});
