import { expect } from 'chai';
import type { Exec } from '../../../../agent/platform/exec.ts';
import { parseLuksDump } from '../../../../agent/platform/linux/dm-text.ts';
import { createEncryptionProbe } from '../../../../agent/platform/linux/encryption.ts';
import { encryptionSchema } from '../../../../shared/report/encryption.ts';
import { exited, recorded } from '../recordings.ts';
import { ask, cryptTable, device, summary } from './encryption-device.ts';

/** Recordings of lsblk, with the verdict a person would give looking at them. */
const verdicts = {
  'lsblk-json-luks2-lvm-full-disk.txt': 'protected',
  'lsblk-json-luks2-lvm-fullcolumns.txt': 'protected',
  'lsblk-json-luks2-lvm-nonroot.txt': 'protected',
  // All key slots gone: nobody can open it again, so it is more than protected.
  'lsblk-json-luks2-lvm-after-erase.txt': 'protected',
  'lsblk-json-plain-root.txt': 'not-protected',
  'lsblk-json-plain-root-fullcolumns.txt': 'not-protected',
  'lsblk-json-nonroot.txt': 'not-protected',
  'lsblk-json-home-luks-root-plain.txt': 'partial',
  'lsblk-json-plain-dmcrypt-swap.txt': 'partial',
  'lsblk-json-detached-header.txt': 'partial',
  'lsblk-json-closed-luks.txt': 'partial',
  'lsblk-json-md-luks1-lvm-twice.txt': 'partial',
  'lsblk-json-everything-fullcolumns.txt': 'partial',
  'lsblk-json-stale-signature.txt': 'partial',
  'lsblk-json-lvm-spanning-luks-and-plain.txt': 'partial',
  'lsblk-json-usb-exfat.txt': 'partial',
  'lsblk-json-usb-luks-open.txt': 'partial',
  'lsblk-json-usb-luks-closed.txt': 'partial',
  'lsblk-json-usb-blank.txt': 'partial',
  // The system's root is in no line of these: a btrfs subvolume, explained by findmnt alone.
  'lsblk-json-luks-btrfs-root-missing.txt': 'unknown disks-not-described',
  'lsblk-json-luks-btrfs-old-mountpoint.txt': 'unknown disks-not-described',
  'lsblk-json-no-udev-container.txt': 'unknown disks-not-described',
} as const;

describe('disk encryption on Linux (DEV1)', () => {
  for (const [file, verdict] of Object.entries(verdicts)) {
    it(`judges ${file} ${verdict}`, async () => {
      const reading = await ask(device(recorded(file)));
      expect(summary(reading)).to.equal(verdict);
      if (reading.state === 'known') encryptionSchema.parse(reading.value);
    });
  }

  it('finds the root of a btrfs by findmnt, where lsblk names only one subvolume', async () => {
    const lsblk = recorded('lsblk-json-luks-btrfs-fullcolumns.txt');
    const reading = await ask(device(lsblk, { findmnt: recorded('findmnt-json-luks-btrfs.txt') }));
    expect(summary(reading)).to.equal('protected');
    expect(JSON.stringify(reading)).to.not.include('6dc237df');
  });

  it('agrees with findmnt and the swap list of the same machine', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-fullcolumns.txt');
    const parts = { findmnt: recorded('findmnt-json-luks-lvm.txt'), swaps: recorded('proc_swaps-luks-lvm.txt') };
    expect(summary(await ask(device(lsblk, parts)))).to.equal('protected');
  });

  it('says converting while LUKS2 encrypts in place, though lsblk shows a finished one', async () => {
    for (const moment of ['running', 'not-started']) {
      const lsblk = onlyEncrypted(recorded(`lsblk-json-luks2-encrypting-${moment}.txt`));
      const dmsetup = recorded(`dmsetup_table-encrypting-${moment}.txt`);
      const cryptsetup = recorded('cryptsetup_status-encrypting.txt');
      expect(summary(await ask(device(lsblk, { dmsetup, cryptsetup })))).to.equal('converting');
      // Plain stretches between encrypted ones are a conversion, whatever cryptsetup says or cannot say; a wholly plain one may be an end too.
      const unasked = moment === 'running' ? 'converting' : 'unknown tool-missing';
      expect(summary(await ask(device(lsblk, { dmsetup })))).to.equal(unasked);
      // Without dmsetup, cryptsetup's own word.
      expect(summary(await ask(device(lsblk, { dmsetup: { kind: 'missing' }, cryptsetup })))).to.equal('converting');
      expect(summary(await ask(device(lsblk, { dmsetup: { kind: 'missing' } })))).to.equal('unknown tool-missing');
    }
    const finished = recorded('dmsetup_table-encrypting-finished.txt');
    const lsblk = onlyEncrypted(recorded('lsblk-json-luks2-encrypting-not-started.txt'));
    expect(summary(await ask(device(lsblk, { dmsetup: finished })))).to.equal('protected');
  });

  it('says converting from the first to the last moment of a decryption in use, and plain after it', async () => {
    const cryptsetup = recorded('cryptsetup_status-decrypting.txt');
    for (const [moment, verdict] of [
      ['not-started', 'converting'],
      ['running', 'converting'],
      ['finished', 'partial'],
    ] as const) {
      const lsblk = recorded(`lsblk-json-luks2-decrypting-${moment}.txt`);
      const dmsetup = recorded(`dmsetup_table-decrypting-${moment}.txt`);
      const files = keptUuids(recorded('dm_uuid-decrypting.txt'));
      expect(summary(await ask(device(lsblk, { dmsetup, cryptsetup, files })))).to.equal(verdict);
      // Its disk bears no header any more, so cryptsetup alone knows nothing of it.
      const untabled = { dmsetup: { kind: 'missing' }, cryptsetup, files } as const;
      expect(summary(await ask(device(lsblk, untabled)))).to.equal('unknown not-understood');
    }
  });

  it('says converting of an encryption that was broken off, open or closed', async () => {
    const lsblk = recorded('lsblk-json-luks2-encrypting-broken-off.txt');
    const dmsetup = recorded('dmsetup_table-encrypting-broken-off.txt');
    const cryptsetup = recorded('cryptsetup_status-encrypting-broken-off.txt');
    expect(summary(await ask(device(lsblk, { dmsetup, cryptsetup })))).to.equal('converting');
    expect(summary(await ask(device(lsblk, { dmsetup })))).to.equal('converting');
    const closed = recorded('cryptsetup_luksDump-encrypting-broken-off-closed.txt');
    expect(parseLuksDump(closed)).to.include({ version: 2, converting: true });
  });

  it('takes nothing of an opened BitLocker volume for a conversion: it keeps notes of its own between the data', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-full-disk.txt');
    const uuid = 'CRYPT-BITLK-0d5b912880284da3a2cfeaf37f5e45e5-win';
    const dmsetup = `${cryptTable(lsblk)}\n${cryptTable(lsblk).replace(/crypt .*/g, 'zero')}`;
    expect(summary(await ask(device(lsblk, { uuid, dmsetup })))).to.equal('unknown disks-not-described');
  });

  it('does not call LUKS2 protected without the rights to ask about a conversion', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-nonroot.txt');
    expect(summary(await ask(device(lsblk, { isAdministrator: false })))).to.equal('unknown permission-denied');
  });

  it('does not call any scheme protected without the rights to read its cipher', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-nonroot.txt');
    for (const kind of ['LUKS1', 'PLAIN', 'TCRYPT']) {
      const uuid = `CRYPT-${kind}-0d5b912880284da3a2cfeaf37f5e45e5-home_crypt`;
      const reading = await ask(device(lsblk, { isAdministrator: false, uuid }));
      expect(reading).to.include({ state: 'unknown', reason: 'permission-denied', detail: 'dmsetup' });
      expect(summary(await ask(device(recorded('lsblk-json-luks2-lvm-full-disk.txt'), { uuid })))).to.equal(
        'protected',
      );
    }
  });

  it('does not call an opened BitLocker volume protected: its key may lie in the open', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-full-disk.txt');
    const uuid = 'CRYPT-BITLK-0d5b912880284da3a2cfeaf37f5e45e5-win';
    expect(summary(await ask(device(lsblk, { uuid })))).to.equal('unknown disks-not-described');
    const cryptsetup = recorded('cryptsetup_status-active.txt');
    const asked = await ask(device(lsblk, { uuid, dmsetup: { kind: 'missing' }, cryptsetup }));
    expect(summary(asked)).to.equal('unknown disks-not-described');
    const dmsetup = cryptTable(lsblk, 'cipher_null-ecb');
    expect(summary(await ask(device(lsblk, { uuid, dmsetup })))).to.equal('not-protected');
  });

  it('does not take checksums, or a cipher that does nothing, for encryption', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-full-disk.txt');
    expect(summary(await ask(device(lsblk, { uuid: 'CRYPT-VERITY-0d5b912880284da3-root' })))).to.equal('not-protected');
    const dmsetup = cryptTable(lsblk, 'cipher_null-ecb');
    expect(summary(await ask(device(lsblk, { dmsetup })))).to.equal('not-protected');
    expect(summary(await ask(device(lsblk, { uuid: undefined })))).to.equal('unknown disks-not-described');
  });

  it('does not call a volume protected that spans an encrypted and a plain disk', async () => {
    const lv = { name: 'vg-root', kname: 'dm-1', type: 'lvm', fstype: 'ext4', mountpoints: ['/'] };
    const crypt = {
      name: 'c',
      kname: 'dm-0',
      type: 'crypt',
      fstype: 'LVM2_member',
      mountpoints: [null],
      children: [lv],
    };
    const tree = [
      { name: 'sda', kname: 'sda', type: 'disk', fstype: 'crypto_LUKS', mountpoints: [null], children: [crypt] },
      { name: 'sdb', kname: 'sdb', type: 'disk', fstype: 'LVM2_member', mountpoints: [null], children: [lv] },
    ];
    expect(summary(await ask(device(JSON.stringify({ blockdevices: tree }))))).to.equal('not-protected');
    const encrypted = JSON.stringify({ blockdevices: tree.slice(0, 1) });
    expect(summary(await ask(device(encrypted)))).to.equal('protected');
  });

  it('counts every disk of one btrfs', async () => {
    const root = { name: 'c', kname: 'dm-0', type: 'crypt', fstype: 'btrfs', mountpoints: ['/'], uuid: 'u' };
    const blockdevices = [
      { name: 'sda', kname: 'sda', type: 'disk', fstype: 'crypto_LUKS', mountpoints: [null], children: [root] },
      { name: 'sdb', kname: 'sdb', type: 'disk', fstype: 'btrfs', mountpoints: [null], uuid: 'u' },
    ];
    expect(summary(await ask(device(JSON.stringify({ blockdevices }))))).to.equal('not-protected');
  });

  it('is unknown when one mount or swap lies on a disk that is not in the list', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-fullcolumns.txt');
    const mounts = JSON.parse(recorded('findmnt-json-luks-lvm.txt'));
    mounts.filesystems.push({ target: '/data', source: '/dev/mapper/hidden', fstype: 'ext4' });
    expect(summary(await ask(device(lsblk, { findmnt: JSON.stringify(mounts) })))).to.equal(
      'unknown disks-not-described',
    );
    const swaps = recorded('proc_swaps-luks-lvm.txt').replace('dm-2', 'dm-9');
    expect(summary(await ask(device(lsblk, { swaps })))).to.equal('unknown disks-not-described');
    // Swap in memory is no disk.
    const inMemory = recorded('proc_swaps-luks-lvm.txt').replace('/dev/dm-2 ', '/dev/zram0');
    expect(summary(await ask(device(lsblk, { swaps: inMemory })))).to.equal('protected');
  });

  it('is unknown when a hardened service hides the encrypted devices', async () => {
    const lsblk = onlyEncrypted(recorded('lsblk-json-under-PrivateDevices.txt'));
    const findmnt = recorded('findmnt-json-luks-lvm.txt');
    expect(summary(await ask(device(lsblk, { findmnt })))).to.equal('unknown disks-not-described');
  });

  it('is unknown in a container whose root is an overlay', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-fullcolumns.txt').replace('"/"', 'null');
    expect(summary(await ask(device(lsblk, { findmnt: exited('', 1) })))).to.equal('unknown disks-not-described');
    const overlay = JSON.stringify({ filesystems: [{ target: '/', source: 'overlay', fstype: 'overlay' }] });
    expect(summary(await ask(device(lsblk, { findmnt: overlay })))).to.equal('unknown disks-not-described');
  });

  it('asks blkid where there is no udev, and says plain only when it saw a file system', async () => {
    const lsblk = recorded('lsblk-json-no-udev-container.txt');
    const seen = await ask(device(lsblk, { blkid: 'DEVNAME=/dev/vda\nTYPE=ext4\n' }));
    expect(summary(seen)).to.equal('not-protected');
    expect(summary(await ask(device(lsblk, { blkid: exited('', 2) })))).to.equal('unknown disks-not-described');
    const user = { blkid: 'TYPE=ext4\n', isAdministrator: false };
    expect(summary(await ask(device(lsblk, user)))).to.equal('unknown disks-not-described');
  });

  it('looks at disks that nothing uses too, where there is no udev to describe them', async () => {
    const root = { name: 'c', kname: 'dm-0', type: 'crypt', fstype: null, mountpoints: ['/'] };
    const blockdevices = [
      { name: 'sda', kname: 'sda', type: 'disk', fstype: null, mountpoints: [null], children: [root] },
      { name: 'sdb', kname: 'sdb', type: 'disk', fstype: null, mountpoints: [null] },
    ];
    const lsblk = JSON.stringify({ blockdevices });
    expect(summary(await ask(device(lsblk, { blkid: 'TYPE=ext4\n' })))).to.equal('partial');
    expect(summary(await ask(device(lsblk, { blkid: exited('', 2) })))).to.equal('protected');
    expect(summary(await ask(device(lsblk)))).to.equal('unknown disks-not-described');
  });

  it('asks an old lsblk again by the column it knows', async () => {
    const old = recorded('lsblk-json-luks-btrfs-old-mountpoint.txt');
    const parts = device(old, {
      findmnt: recorded('findmnt-json-luks-btrfs.txt').replaceAll(
        'dm-0',
        'mapper/luks-6dc237df-3917-454b-99ec-bd3c34036085',
      ),
    });
    const refuse = exited('', 1, recorded('lsblk-json-unknown-column.stderr.txt'));
    const exec: Exec = async (tool, args) =>
      tool === 'lsblk' && args.join().includes('MOUNTPOINTS') ? refuse : parts.exec(tool, args);
    const reading = await createEncryptionProbe({ ...parts, exec })(new AbortController().signal);
    expect(summary(reading)).to.equal('protected');
  });

  it('says partial when only folders are encrypted: eCryptfs, or homes with fscrypt', async () => {
    const plain = recorded('lsblk-json-plain-root.txt');
    const mounts = JSON.parse(recorded('findmnt-json-ecryptfs.txt'));
    mounts.filesystems.push({ target: '/', source: '/dev/vda2', fstype: 'ext4' });
    expect(summary(await ask(device(plain, { findmnt: JSON.stringify(mounts) })))).to.equal('partial');
    const lsattr = recorded('lsattr-encrypted-dir.txt');
    expect(summary(await ask(device(plain, { lsattr, homes: ['/home/sam'] })))).to.equal('partial');
  });

  it('judges ZFS by its datasets, and by the disks below where they are encrypted', async () => {
    const disk = {
      name: 'sda2',
      kname: 'sda2',
      type: 'part',
      fstype: 'zfs_member',
      mountpoints: [null],
      label: 'rpool',
    };
    const lsblk = JSON.stringify({ blockdevices: [disk] });
    const findmnt = JSON.stringify({ filesystems: [{ target: '/', source: 'rpool/ROOT', fstype: 'zfs' }] });
    const zfs = (value: string) => ask(device(lsblk, { findmnt, zfs: `rpool\t${value}\nrpool/ROOT\t${value}\n` }));
    expect(summary(await zfs('aes-256-gcm'))).to.equal('protected');
    expect(summary(await zfs('off'))).to.equal('not-protected');
    expect(summary(await zfs('nonsense'))).to.equal('unknown not-understood');
    expect(summary(await ask(device(lsblk, { findmnt })))).to.equal('unknown tool-missing');
  });

  it('does not count a stick, and counts the same disk when it is fixed', async () => {
    const root = { name: 'c', kname: 'dm-0', type: 'crypt', fstype: 'ext4', mountpoints: ['/'] };
    const fixed = {
      name: 'sda',
      kname: 'sda',
      type: 'disk',
      fstype: 'crypto_LUKS',
      mountpoints: [null],
      children: [root],
    };
    const other = { name: 'sdb', kname: 'sdb', type: 'disk', fstype: 'exfat', mountpoints: ['/media/x'] };
    const verdict = async (extra: object) =>
      summary(await ask(device(JSON.stringify({ blockdevices: [fixed, { ...other, ...extra }] }))));
    expect(await verdict({ tran: 'usb' })).to.equal('protected');
    expect(await verdict({ rm: '1' })).to.equal('protected');
    expect(await verdict({ tran: 'sata' })).to.equal('partial');
    expect(await verdict({ tran: 'sata', mountpoints: [null] })).to.equal('partial');
    // A partition on a stick says nothing of the stick itself.
    const part = { name: 'sdb1', kname: 'sdb1', type: 'part', fstype: 'ext4', mountpoints: ['/media/x'] };
    expect(await verdict({ tran: 'usb', fstype: null, mountpoints: [null], children: [part] })).to.equal('protected');
    expect(await verdict({ tran: 'sata', fstype: null, mountpoints: [null], children: [part] })).to.equal('partial');
    // A home on a stick is still somebody's home on this device.
    expect(await verdict({ tran: 'usb', mountpoints: ['/home'] })).to.equal('partial');
  });
});

/** The recording without the plain disk of the machine it was made on, the encrypted one mounted as the root. */
function onlyEncrypted(text: string): string {
  const { blockdevices } = JSON.parse(text);
  const kept = blockdevices.filter((disk: { name: string }) => disk.name === 'vdb');
  return JSON.stringify({ blockdevices: kept }).replace('"/srv/u"', '"/"');
}

/** The kernel's marks, as recorded line by line: its own name, the name it was opened by, the mark. */
function keptUuids(text: string): Record<string, string> {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return Object.fromEntries(lines.map(([kname, , uuid = '']) => [`/sys/block/${kname}/dm/uuid`, uuid]));
}
