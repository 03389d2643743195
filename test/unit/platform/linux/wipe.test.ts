import { expect } from 'chai';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createWiping } from '../../../../agent/platform/linux/wipe.ts';
import type { PeopleData } from '../../../../agent/platform/linux/wipe-people.ts';
import { hasKeys, refusalOf } from '../../../../agent/platform/linux/wipe-volumes.ts';
import { known, type Reading, unknown } from '../../../../shared/reading.ts';
import type { Encryption, Volume } from '../../../../shared/report/encryption.ts';

const at = '2026-06-01T00:00:00.000Z';
const exited = (stdout = '', code = 0): ExecResult => ({ kind: 'exited', code, stdout, stderr: '' });

const root: Volume = { id: 'dm-0', holds: 'system', state: 'protected', scheme: 'luks2' };
const whole: Encryption = { protection: 'protected', volumes: [root] };

const node = (name: string, type: string, rest: object = {}) => ({ name, kname: name, type, fstype: null, ...rest });
const opened = (name: string, mountpoint: string) => node(name, 'crypt', { fstype: 'ext4', mountpoints: [mountpoint] });
const container = (name: string, children?: object[], rest: object = {}) =>
  node(name, 'part', { fstype: 'crypto_LUKS', children, ...rest });
/** The root's container, another for data, a closed one, a stick, and an old signature below partitions. */
const blocks = {
  blockdevices: [
    node('sda', 'disk', {
      children: [container('sda3', [opened('dm-0', '/')]), node('sda1', 'part', { fstype: 'vfat' })],
    }),
    node('sdb', 'disk', { children: [container('sdb1', [opened('dm-1', '/srv')])] }),
    container('sdc'),
    node('sdd', 'disk', { rm: true, tran: 'usb', fstype: 'crypto_LUKS' }),
    node('sde', 'disk', { fstype: 'crypto_LUKS', children: [node('sde1', 'part', { fstype: 'ext4' })] }),
  ],
};

const dump = (slots: string) => `LUKS header information\nVersion:       \t2\nKeyslots:\n${slots}Tokens:\nDigests:\n`;
const slot = '  0: luks2\n\tKey:        512 bits\n';

const nobody: PeopleData = { count: async () => 2, wipe: async () => ({ done: true }), left: async () => 0 };

describe('wiping a whole Linux device', () => {
  interface Options {
    encryption?: Reading<Encryption>;
    stubborn?: string;
    isAdministrator?: boolean;
    disks?: object;
  }

  function rig(options: Options = {}) {
    const told: string[] = [];
    const erased = new Set<string>();
    function cryptsetup(args: readonly string[]): ExecResult {
      const device = args.at(-1) ?? '';
      if (args[0] === 'erase') {
        told.push(args.join(' '));
        if (device !== options.stubborn) erased.add(device);
      }
      return exited(args[0] === 'luksDump' ? dump(erased.has(device) ? '' : slot) : '');
    }
    const wiping = createWiping({
      clock: { now: () => 0 },
      isAdministrator: options.isAdministrator ?? true,
      people: nobody,
      read: async () => undefined,
      encryption: async () => options.encryption ?? known(whole, at),
      exec: async (tool, args) =>
        tool === 'lsblk' ? exited(JSON.stringify(options.disks ?? blocks)) : cryptsetup(args),
      cutPower: async () => void told.push('power'),
    });
    return { wiping, told };
  }

  it('tells before what would be destroyed, and changes nothing', async () => {
    const { wiping, told } = rig();
    expect(await wiping.prepare('device')).to.deep.equal({
      ready: true,
      receipt: { level: 'device', volumes: 3, people: 2 },
    });
    expect(told).to.deep.equal([]);
  });

  it('destroys the keys of every disk inside, the root’s last, none of a stick’s, then cuts the power', async () => {
    const { wiping, told } = rig();
    const result = await wiping.destroyDevice();
    expect(told).to.deep.equal(['erase -q /dev/sdb1', 'erase -q /dev/sdc', 'erase -q /dev/sda3', 'power']);
    expect(result, 'whoever can still answer was not cut off').to.deep.equal({ done: false, reason: 'action-failed' });
  });

  it('leaves the power on when a key was not seen to be gone: silence would pass for a wipe', async () => {
    const { wiping, told } = rig({ stubborn: '/dev/sdc' });
    expect(await wiping.destroyDevice()).to.deep.equal({ done: false, reason: 'action-failed' });
    expect(told).to.deep.equal(['erase -q /dev/sdb1', 'erase -q /dev/sdc']);
  });

  const plain: Volume = { id: 'sdb', holds: 'data', state: 'not-protected', scheme: 'none' };
  const refusals: [string, Parameters<typeof rig>[0], string][] = [
    [
      'a plain disk beside',
      { encryption: known({ protection: 'partial', volumes: [root, plain] }, at) },
      'disk-not-encrypted',
    ],
    [
      'no encryption',
      { encryption: known({ protection: 'not-protected', volumes: [plain] }, at) },
      'disk-not-encrypted',
    ],
    ['disks that cannot be judged', { encryption: unknown('disks-not-described', at) }, 'cannot-look'],
    ['another scheme', { encryption: known({ ...whole, volumes: [{ ...root, scheme: 'zfs' }] }, at) }, 'not-supported'],
    [
      'a system that runs from a stick, beside another one’s disk inside',
      {
        disks: {
          blockdevices: [
            node('sda', 'disk', { children: [container('sda3')] }),
            node('sdb', 'disk', { tran: 'usb', children: [container('sdb1', [opened('dm-0', '/')])] }),
          ],
        },
      },
      'not-supported',
    ],
    ['no administrator', { isAdministrator: false }, 'needs-administrator-rights'],
  ];
  for (const [what, options, reason] of refusals) {
    it(`is refused with ${what}, before and at the moment itself`, async () => {
      const { wiping, told } = rig(options);
      expect(await wiping.prepare('device')).to.deep.equal({ ready: false, reason });
      expect(await wiping.destroyDevice()).to.deep.equal({ done: false, reason });
      expect(told).to.deep.equal([]);
    });
  }

  it('lets swap have a key of the day and /boot be plain', () => {
    const swap: Volume = { id: 'dm-9', holds: 'swap', state: 'protected', scheme: 'plain-dm-crypt' };
    const boot: Volume = { id: 'sda1', holds: 'boot', state: 'not-protected', scheme: 'none' };
    expect(refusalOf({ ...whole, volumes: [root, swap, boot] })).to.equal(undefined);
  });

  it('reads of a container whether it holds a key, and never guesses', () => {
    expect(hasKeys(dump(slot))).to.equal(true);
    expect(hasKeys(dump(''))).to.equal(false);
    expect(hasKeys('Version:  \t1\nKey Slot 0: DISABLED\nKey Slot 1: ENABLED\n')).to.equal(true);
    expect(hasKeys('Version:  \t1\nKey Slot 0: DISABLED\n')).to.equal(false);
    for (const text of ['', 'Version: \t2\n', 'Version: \t3\nKeyslots:\nTokens:\n'])
      expect(hasKeys(text)).to.equal(undefined);
  });
});
