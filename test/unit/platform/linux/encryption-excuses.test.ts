import { expect } from 'chai';
import { ask, device, summary } from './encryption-device.ts';

/** One device as lsblk prints it. */
function disk(name: string, over: object = {}) {
  return { name, kname: name, type: 'disk', fstype: null, mountpoints: [null], rm: false, hotplug: false, ...over };
}

const openRoot = disk('cryptroot', { kname: 'dm-0', type: 'crypt', fstype: 'ext4', mountpoints: ['/'] });
const inside = disk('sda', { tran: 'sata', fstype: 'crypto_LUKS', children: [openRoot] });

async function verdict(blockdevices: object[], given: Parameters<typeof device>[1] = {}): Promise<string> {
  return summary(await ask(device(JSON.stringify({ blockdevices }), given)));
}

describe('what is not counted as part of a Linux device (DEV1)', () => {
  it('counts a plain partition of the soldered eMMC, and excuses one of a memory card', async () => {
    // util-linux says HOTPLUG for both.
    const flags = { hotplug: true };
    const root = disk('mmcblk0p2', { ...flags, type: 'part', fstype: 'crypto_LUKS', children: [openRoot] });
    const data = disk('mmcblk0p3', { ...flags, type: 'part', fstype: 'ext4', mountpoints: ['/srv/pictures'] });
    const emmc = [disk('mmcblk0', { ...flags, children: [root, data] })];
    const type = (text: string) => ({ files: { '/sys/block/mmcblk0/device/type': text } });
    expect(await verdict(emmc, type('MMC\n'))).to.equal('partial');
    expect(await verdict(emmc)).to.equal('partial');
    const card = [inside, disk('mmcblk0', { ...flags, children: [data] })];
    expect(await verdict(card, type('SD\n'))).to.equal('protected');
    expect(await verdict(card, type('MMC\n'))).to.equal('partial');
    expect(await verdict(card)).to.equal('partial');
  });

  it('counts what lies on a stick and on the disk inside together, in whichever order they are listed', async () => {
    const set = disk('md0', { type: 'raid1', fstype: 'ext4', mountpoints: ['/srv/photos'] });
    const fixed = disk('sdb', { tran: 'sata', fstype: 'linux_raid_member', children: [set] });
    const stick = disk('sdc', { tran: 'usb', hotplug: true, fstype: 'linux_raid_member', children: [set] });
    expect(await verdict([inside, fixed, stick])).to.equal('partial');
    expect(await verdict([inside, stick, fixed])).to.equal('partial');
    expect(await verdict([inside, stick, { ...stick, name: 'sdd', kname: 'sdd' }])).to.equal('protected');
  });

  it('is unknown while a ZFS pool beside the mounted one is plain or not listed, and its disk not encrypted', async () => {
    const findmnt = JSON.stringify({ filesystems: [{ target: '/', source: 'rpool/root', fstype: 'zfs' }] });
    const member = (name: string, label: string | null) => disk(name, { tran: 'sata', fstype: 'zfs_member', label });
    const own = 'rpool/root\taes-256-gcm\nrpool/root#mark\t-\n';
    const both = [member('sda', 'rpool'), member('sdb', 'tank')];
    const said = (blockdevices: object[], zfs: string) => verdict(blockdevices, { findmnt, zfs });
    const doubt = 'unknown disks-not-described';
    expect(await said(both, `${own}tank\toff\ntank/photos\toff\n`)).to.equal(doubt);
    expect(await said(both, own)).to.equal(doubt);
    expect(await said([member('sda', 'rpool'), member('sdb', null)], own)).to.equal(doubt);
    expect(await said(both.slice(0, 1), `${own}rpool/photos\toff\n`)).to.equal(doubt);
    expect(await said([], `${own}tank\toff\n`)).to.equal(doubt);
    expect(await said(both.slice(0, 1), own)).to.equal('protected');
    expect(await said(both, `${own}tank\taes-256-gcm\n`)).to.equal('protected');
    const stick = { ...member('sdb', 'tank'), tran: 'usb' };
    expect(await said([member('sda', 'rpool'), stick], `${own}tank\toff\n`)).to.equal('protected');
    const tank = disk('tank', { kname: 'dm-1', type: 'crypt', fstype: 'zfs_member', label: 'tank' });
    const closed = disk('sdb', { tran: 'sata', fstype: 'crypto_LUKS', children: [tank] });
    expect(await said([member('sda', 'rpool'), closed], `${own}tank\toff\n`)).to.equal('protected');
  });

  it('is unknown when blkid finds a disk of a ZFS pool where there is no udev', async () => {
    const bare = { ...openRoot, fstype: null };
    const disks = [disk('sda', { children: [bare] }), disk('sdb')];
    expect(await verdict(disks, { blkid: 'TYPE=zfs_member\n' })).to.equal('unknown disks-not-described');
  });
});
