import { expect } from 'chai';
import { isNoCipher } from '../../../../agent/platform/linux/dm-text.ts';
import { withRootOfImage } from '../../../../agent/platform/linux/findmnt.ts';
import { exited, recorded } from '../recordings.ts';
import { ask, device, summary } from './encryption-device.ts';

/** Recordings from other sources than those the parsers were written with. */
describe('disk encryption on Linux, recordings from elsewhere (DEV1)', () => {
  describe("VeraCrypt's own mapping, which bears no mark", () => {
    const lsblk = recorded('lsblk-json-veracrypt-own-mapping.txt');
    const files = { '/sys/block/dm-1/dm/uuid': '' };
    const tables = recorded('dmsetup_table-veracrypt-own-mapping.txt');

    it('is judged by its table', async () => {
      expect(summary(await ask(device(lsblk, { files, dmsetup: tables })))).to.equal('protected');
      const plain = tables.replace(/^veracrypt1: .*/m, 'veracrypt1: 0 838860288 linear 8:14 256');
      expect(summary(await ask(device(lsblk, { files, dmsetup: plain })))).to.equal('partial');
      const none = tables.replace(/(veracrypt1: .*)aes-xts-plain64/, '$1cipher_null-ecb');
      expect(summary(await ask(device(lsblk, { files, dmsetup: none })))).to.equal('partial');
    });

    it('is unknown, and not plain, where its table cannot be read', async () => {
      const untold = tables.replace(/^veracrypt1: .*\n/m, '');
      expect(summary(await ask(device(lsblk, { files, dmsetup: untold })))).to.equal('unknown disks-not-described');
      const reading = await ask(device(lsblk, { files, isAdministrator: false }));
      expect(reading).to.include({ state: 'unknown', reason: 'permission-denied' });
    });

    it('takes nothing from what lies on an encrypted disk already', async () => {
      const above = lsblk.replace(
        '"sda14",\n               "type": "part"',
        '"sda14",\n               "type": "crypt"',
      );
      expect(above).to.not.equal(lsblk);
      const dmsetup = tables.replace(/^veracrypt1: .*\n/m, 'sda14: 0 9 crypt aes-xts-plain64 :64:logon:x 0 8:9 0\n');
      const uuids = { ...files, '/sys/block/sda14/dm/uuid': 'CRYPT-LUKS2-00f1ca963cbd46e6a32f37a49a365565-x' };
      expect(summary(await ask(device(above, { files: uuids, dmsetup })))).to.equal('protected');
    });
  });

  describe('a system that starts from an image (composefs)', () => {
    const lsblk = recorded('lsblk-json-composefs-luks-btrfs.txt');
    const mountinfo = recorded('proc_self_mountinfo-composefs.txt');
    const judge = async (text: string) =>
      summary(await ask(device(lsblk, { files: { '/proc/self/mountinfo': text } })));

    it('is as good as the volume its files lie on', async () => {
      expect(await judge(mountinfo)).to.equal('protected');
      const older = mountinfo.replace(/lowerdir\+=\S+?,datadir\+=/, 'lowerdir=/run/ostree/.private/cfsroot-lower::');
      expect(older).to.not.equal(mountinfo);
      expect(await judge(older)).to.equal('protected');
      const plain = lsblk.replace('"type": "crypt"', '"type": "lvm"');
      expect(summary(await ask(device(plain, { files: { '/proc/self/mountinfo': mountinfo } })))).to.equal(
        'not-protected',
      );
    });

    it('is unknown when the root may hold anything else: a live system, a layer that is written to, another place', async () => {
      const options = 'datadir+=/sysroot/ostree/repo/objects';
      for (const other of [
        mountinfo.replace(options, `${options},upperdir=/run/upper,workdir=/run/work`),
        mountinfo.replace('composefs ro,', 'composefs rw,'),
        mountinfo.replace(options, 'datadir+=/media/stick/ostree/repo/objects'),
        mountinfo.replace(options, 'lowerdir+=/sysroot'),
        mountinfo.replace(/^79 2 .*\n/, '79 2 0:38 / / rw,relatime - overlay overlay rw,lowerdir=/cow\n'),
        `80 2 0:39 / / rw,relatime - tmpfs none rw\n${mountinfo}`,
        '',
      ]) {
        expect(await judge(other), other.slice(0, 200)).to.equal('unknown disks-not-described');
      }
    });

    it('needs exactly one volume at /sysroot', () => {
      const mount = { target: '/sysroot', source: '/dev/dm-0', fstype: 'btrfs' };
      expect(withRootOfImage([], mountinfo)).to.deep.equal([]);
      expect(withRootOfImage([mount, { ...mount, source: '/dev/sdb' }], mountinfo)).to.have.length(2);
      const overlay = { target: '/', source: 'composefs', fstype: 'overlay' };
      expect(withRootOfImage([overlay, mount], mountinfo)).to.deep.equal([mount, { ...mount, target: '/' }]);
    });
  });

  it('lets what Ubuntu starts from be plain where it unlocks the rest by the TPM, and nothing else', async () => {
    const lsblk = recorded('lsblk-json-ubuntu-tpm-unlocked.txt');
    expect(summary(await ask(device(lsblk)))).to.equal('protected');
    for (const place of ['/run/mnt/data', '/run/mnt/ubuntu-bootleg', '/srv'])
      expect(summary(await ask(device(lsblk.replace('/run/mnt/ubuntu-boot', place)))), place).to.equal('partial');
  });

  it('lets a second EFI partition be plain wherever it is mounted, unless people or swap live on it', async () => {
    const lsblk = recorded('lsblk-json-ubuntu-tpm-unlocked.txt');
    const mounted = (target: string) => lsblk.replace('"/run/mnt/ubuntu-seed"', `"${target}"`);
    for (const target of ['/esp2', '/mnt/efi-copy'])
      expect(summary(await ask(device(mounted(target)))), target).to.equal('protected');
    for (const target of ['/home', '/home/sam', '[SWAP]'])
      expect(summary(await ask(device(mounted(target)))), target).to.equal('partial');
  });

  it('does not call a file system plain that may encrypt by itself, nor a member of a set', async () => {
    for (const name of ['bcachefs-two-disks', 'luks-beside-apfs-and-stratis']) {
      const reading = await ask(device(recorded(`lsblk-json-${name}.txt`)));
      expect(reading, name).to.include({ state: 'unknown', reason: 'disks-not-described', detail: 'blkid' });
    }
    const mount = { target: '/', source: '/dev/sda2:/dev/sdb1', fstype: 'bcachefs' };
    const findmnt = exited(JSON.stringify({ filesystems: [mount] }));
    const reading = await ask(device(recorded('lsblk-json-bcachefs-two-disks.txt'), { findmnt }));
    expect(summary(reading)).to.equal('unknown disks-not-described');
  });

  it('doubts a partition that Windows has joined to others: it bears no signature, and may be full', async () => {
    const plain = recorded('lsblk-json-veracrypt-own-mapping.txt').replace(
      /,\s*"children": \[\s*\{\s*"name": "veracrypt1"[^}]*\}\s*\]/,
      '',
    );
    const dmsetup = recorded('dmsetup_table-veracrypt-own-mapping.txt');
    expect(summary(await ask(device(plain, { dmsetup })))).to.equal('protected');
    for (const type of ['E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D', 'af9b60a0-1431-4f62-bc68-3311714a69ad', '0x42']) {
      const joined = plain.replace('ebd0a0a2-b9e5-4433-87c0-68b6b72699c7', type);
      expect(summary(await ask(device(joined, { dmsetup })))).to.equal('unknown disks-not-described');
    }
  });

  it('knows the cipher that does nothing in each way of writing it', () => {
    for (const cipher of ['cipher_null-ecb', 'cipher_null', 'capi:ecb(cipher_null)-plain', undefined])
      expect(isNoCipher(cipher), String(cipher)).to.equal(true);
    for (const cipher of ['aes-xts-plain64', 'capi:xts(aes)-plain64', 'capi:authenc(hmac(sha256),xts(aes))-random'])
      expect(isNoCipher(cipher), cipher).to.equal(false);
  });
});
