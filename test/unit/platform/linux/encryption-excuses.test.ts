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
});
