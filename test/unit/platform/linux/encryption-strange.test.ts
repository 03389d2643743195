import { expect } from 'chai';
import { parseBlkid } from '../../../../agent/platform/linux/blkid.ts';
import { parseCryptStatus, parseLuksDump } from '../../../../agent/platform/linux/dm-text.ts';
import { findSwap } from '../../../../agent/platform/linux/swap-places.ts';
import { damaged, exited, recorded } from '../recordings.ts';
import { ask, device, summary } from './encryption-device.ts';

type Given = Parameters<typeof device>[1];

const list = (name: string) => recorded(`lsblk-json-${name}.txt`);
const judge = async (lsblk: string, given: Given = {}) => summary(await ask(device(lsblk, given)));
const swapHeader = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const inMemory = `${swapHeader}/dev/zram0                              partition\t8388604\t\t0\t\t100\n`;

/** A second round of disks from elsewhere: whatever could pass for protected and is not, and the other way round. */
describe('disk encryption on Linux, strange disks (DEV1)', () => {
  const plainVerdicts: Record<string, string> = {
    'lvm-cache-on-plain-disk': 'partial',
    'lvm-thin-pool-on-luks': 'protected',
    'luks-on-bcache': 'protected',
    'bcache-of-luks-and-plain': 'partial',
    'homed-on-plain-root': 'partial',
    'btrfs-luks-and-plain': 'not-protected',
    'journal-on-plain-partition': 'partial',
    'beside-bitlocker': 'unknown disks-not-described',
    'raid-with-extended-partition': 'protected',
    'flags-as-numbers': 'protected',
    'label-byte-by-byte': 'protected',
    'old-pool-on-a-whole-disk': 'protected',
    'system-on-usb': 'partial',
    'usr-is-an-image': 'protected',
  };
  for (const [name, verdict] of Object.entries(plainVerdicts)) {
    it(`says ${verdict} of ${name}`, async () => {
      const files = { '/sys/block/dm-1/dm/uuid': 'CRYPT-VERITY-00f1ca963cbd46e6a32f37a49a365565-usr' };
      expect(await judge(list(name), name === 'usr-is-an-image' ? { files } : {})).to.equal(verdict);
    });
  }

  it('counts the disk behind swap in memory, to which the kernel writes what is not needed soon', async () => {
    const lsblk = list('zram-with-partition-behind');
    const behind = (text: string) => ({ swaps: inMemory, files: { '/sys/block/zram0/backing_dev': text } });
    expect(await judge(lsblk, { swaps: inMemory })).to.equal('protected');
    expect(await judge(lsblk, behind('none\n'))).to.equal('protected');
    expect(await judge(lsblk, behind('/dev/nvme0n1p3\n'))).to.equal('partial');
    expect(
      await judge(
        lsblk.replace(/("nvme0n1p3",\s+"type": "part",\s+"fstype": )null/, '$1"swap"'),
        behind('/dev/nvme0n1p3\n'),
      ),
    ).to.equal('partial');
    expect(await judge(lsblk, behind('/dev/dm-0\n'))).to.equal('protected');
    expect(await judge(lsblk, behind('/dev/loop7\n'))).to.equal('unknown disks-not-described');
    // Not swapped to at the moment of the look, and written to all the same.
    expect(await judge(lsblk, { ...behind('/dev/nvme0n1p9\n'), swaps: swapHeader })).to.equal(
      'unknown disks-not-described',
    );
  });

  it('counts a swap file where it lies, on a card too', async () => {
    const lsblk = list('swap-file-on-card');
    const files = { '/sys/block/mmcblk0/device/type': 'SD\n' };
    const file = (path: string) => ({ files, swaps: `${swapHeader}${path}\tfile\t\t2097148\t0\t-2\n` });
    expect(await judge(lsblk, { files })).to.equal('protected');
    expect(await judge(lsblk, file('/swapfile'))).to.equal('protected');
    expect(await judge(lsblk, file('/mnt/cards/swapfile'))).to.equal('protected');
    expect(await judge(lsblk, file('/mnt/card/swapfile'))).to.equal('partial');
    const spaced = lsblk.replace('/mnt/card', '/mnt/my card');
    expect(await judge(spaced, file('/mnt/my\\040card/swap'))).to.equal('partial');
  });

  it('finds the places of swap, or does not understand the list', async () => {
    const read = async () => undefined;
    expect(await findSwap('', [], [], read)).to.equal(undefined);
    expect(await findSwap(`${swapHeader}/swapfile`, [], [], read)).to.equal(undefined);
    expect(await findSwap(`${swapHeader}/swapfile file 1 0 -2\n`, [], [], read)).to.deep.equal({
      devices: [],
      mounts: [],
    });
    expect(await findSwap(inMemory, [], [], read)).to.deep.equal({ devices: [], mounts: [] });
  });

  it('does not take a partition for empty of which udev could tell nothing', async () => {
    const lsblk = list('two-signatures-on-one-partition');
    const blkid = exited('', 8, 'blkid: /dev/sdb1: ambivalent result');
    expect(await judge(lsblk, { blkid })).to.equal('unknown disks-not-described');
    expect(await judge(lsblk, { blkid: 'TYPE=ext4\n' })).to.equal('partial');
    expect(await judge(lsblk, { blkid: 'PART_ENTRY_SCHEME=gpt\nPART_ENTRY_NUMBER=1\n' })).to.equal('protected');
    expect(await judge(lsblk, { isAdministrator: false })).to.match(/^unknown/);
    expect(parseBlkid({ code: 8, stdout: '' })).to.equal(undefined);
  });

  it('keeps to the system what lies beside it on one disk, whatever that is plugged into', async () => {
    const lsblk = list('system-on-usb');
    const elsewhere = lsblk.replace(/"sda/g, '"sdx').replace('"/"', '"/media/sam/other"');
    const inside = JSON.parse(list('raid-with-extended-partition')).blockdevices;
    const both = JSON.stringify({
      blockdevices: [...inside, ...JSON.parse(elsewhere.replaceAll('dm-0', 'dm-9')).blockdevices],
    });
    expect(await judge(both.replaceAll('cryptroot', 'stick'))).to.equal('protected');
  });

  it('counts a disk on SATA or NVMe as built in, although some kernels call it removable', async () => {
    const plain = (tran: string | null) => {
      const data = { name: 'sdq1', kname: 'sdq1', type: 'part', fstype: 'ext4', mountpoints: ['/data'], rm: true };
      const other = { name: 'sdq', kname: 'sdq', type: 'disk', fstype: null, rm: true, tran, children: [data] };
      const { blockdevices } = JSON.parse(list('lvm-thin-pool-on-luks'));
      return judge(JSON.stringify({ blockdevices: [...blockdevices, other] }));
    };
    for (const tran of ['sata', 'ata', 'nvme']) expect(await plain(tran), tran).to.equal('partial');
    for (const tran of ['usb', 'spi', null]) expect(await plain(tran), String(tran)).to.equal('protected');
  });

  it('lets no image of a system be written to: as a home, the root or swap it counts', async () => {
    const lsblk = list('usr-is-an-image');
    const files = { '/sys/block/dm-1/dm/uuid': 'CRYPT-VERITY-00f1ca963cbd46e6a32f37a49a365565-usr' };
    for (const [place, verdict] of [
      ['/opt/image', 'protected'],
      ['/home/sam', 'partial'],
    ] as const)
      expect(await judge(lsblk.replace('"/usr"', `"${place}"`), { files }), place).to.equal(verdict);
    const written = lsblk.replace('"squashfs"', '"ext4"');
    expect(await judge(written, { files })).to.equal('partial');
  });

  it('stays unknown beside the plain pool from which Ubuntu starts: what is not mounted may hold anything', async () => {
    const mounts = [
      { target: '/', source: 'rpool/ROOT/ubuntu_a', fstype: 'zfs' },
      { target: '/home', source: 'rpool/USERDATA/home_a', fstype: 'zfs' },
      { target: '/boot', source: 'bpool/BOOT/ubuntu_a', fstype: 'zfs' },
    ];
    const findmnt = JSON.stringify({ filesystems: mounts });
    const own = 'rpool\taes-256-gcm\nrpool/ROOT/ubuntu_a\taes-256-gcm\nrpool/USERDATA/home_a\taes-256-gcm\n';
    const lsblk = list('ubuntu-zfs-keystore');
    const zfs = `${own}bpool/BOOT/ubuntu_a\toff\n`;
    expect(await judge(lsblk, { findmnt, zfs })).to.equal('protected');
    expect(await judge(lsblk, { findmnt, zfs: `bpool\toff\nbpool/BOOT\toff\n${zfs}` })).to.equal(
      'unknown disks-not-described',
    );
    expect(await judge(lsblk, { findmnt, zfs: zfs.replace('home_a\taes-256-gcm', 'home_a\toff') })).to.equal('partial');
  });

  it('passes over what a program plays without saying which', async () => {
    const lsblk = list('luks-on-bcache');
    const root = { target: '/', source: '/dev/mapper/cryptroot', fstype: 'ext4' };
    const played = (source: string, fstype: string) =>
      judge(lsblk, {
        findmnt: JSON.stringify({ filesystems: [root, { target: '/run/user/1000/doc', source, fstype }] }),
      });
    expect(await played('/dev/fuse', 'fuse')).to.equal('protected');
    expect(await played('portal', 'fuse.portal')).to.equal('protected');
    expect(await played('/dev/sdz1', 'fuseblk')).to.equal('unknown disks-not-described');
    expect(await played('/dev/sdz1', 'fuse')).to.equal('unknown disks-not-described');
  });

  describe('a closed container', () => {
    const dump = recorded('cryptsetup_luksDump-luks2.txt');
    const plain = dump.replace('cipher: aes-xts-plain64', 'cipher: cipher_null-ecb');
    const bare = dump.replace('Cipher:     aes-xts-plain64', 'Cipher:     cipher_null-ecb');
    const linear = dump.replace('0: crypt', '0: linear').replace(/\tcipher: .*\n/, '');
    const first =
      'LUKS header information for /dev/sda2\n\nVersion:       \t1\nCipher name:   \tcipher_null\nCipher mode:   \tecb\n\nKey Slot 0: ENABLED\n';
    const opal = dump
      .replace('0: crypt', '0: hw-opal')
      .replace('cipher: aes-xts-plain64', 'cipher: (no SW encryption)');

    it('is plain where its data or its key is under no cipher', () => {
      for (const text of [plain, bare, linear, first]) expect(parseLuksDump(text), text).to.include({ open: true });
      for (const text of [dump, opal, first.replace('cipher_null', 'aes')])
        expect(parseLuksDump(text), text).to.include({ open: false, converting: false });
      expect(parseLuksDump(dump.replace('(no label)', 'cipher_null'))).to.include({ open: false });
    });

    it('decides so for the device that holds it', async () => {
      const { blockdevices } = JSON.parse(list('lvm-thin-pool-on-luks'));
      const closed = { name: 'sdq', kname: 'sdq', type: 'disk', fstype: 'crypto_LUKS', tran: 'sata' };
      const beside = (text: string) => {
        const parts = device(JSON.stringify({ blockdevices: [...blockdevices, closed] }));
        const exec: typeof parts.exec = Object.assign(
          async (tool: string, args: readonly string[]) =>
            args[0] === 'luksDump' ? exited(text) : parts.exec(tool, args),
          { calls: [] },
        );
        return ask({ ...parts, exec });
      };
      expect(summary(await beside(dump))).to.equal('protected');
      for (const text of [plain, bare, linear, first]) expect(summary(await beside(text))).to.equal('partial');
      for (const hurt of damaged(plain)) expect(summary(await beside(hurt))).to.not.equal('protected');
    });
  });

  describe('a drive that encrypts by itself, through LUKS2', () => {
    const opalOnly = [
      '/dev/mapper/cryptroot is active and is in use.',
      '  type:    LUKS2',
      '  encryption: HW OPAL only',
      '  OPAL keysize: 256 [bits]',
      '  device:  /dev/nvme0n1p2',
      '  sector size:  512 [bytes]',
      '  offset:  32768 [512-byte units] (16777216 [bytes])',
      '  size:    1000000 [512-byte units] (512000000 [bytes])',
      '  mode:    read/write',
      '',
    ].join('\n');
    const both = opalOnly
      .replace('HW OPAL only', 'dm-crypt over HW OPAL')
      .replace('  device:', '  cipher:  aes-xts-plain64\n  device:');
    const linear = 'cryptroot: 0 9 linear 8:2 32768\n';
    const lsblk = list('old-pool-on-a-whole-disk');

    it('is protected by the line of its own', async () => {
      expect(await judge(lsblk, { dmsetup: linear, cryptsetup: opalOnly })).to.equal('protected');
      expect(parseCryptStatus(both)).to.deep.equal({ converting: false, opal: true, cipher: 'aes-xts-plain64' });
    });

    it('is not what merely bears such a name', async () => {
      const named = opalOnly
        .replace(/ {2}encryption:.*\n {2}OPAL.*\n/, '  cipher:  aes-xts-plain64\n  keysize: 512 [bits]\n')
        .replace('/dev/nvme0n1p2', '/dev/vg/OPAL');
      expect(await judge(lsblk, { dmsetup: linear, cryptsetup: named })).to.equal('not-protected');
      const mapping = named.replace('cryptroot', 'my OPAL');
      expect(await judge(lsblk, { dmsetup: linear, cryptsetup: mapping })).to.equal('not-protected');
    });
  });
});
