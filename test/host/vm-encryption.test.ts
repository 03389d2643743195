import { expect } from 'chai';
import { fullReportSchema } from '../../shared/report/report.ts';
import { laptopInAMachine, skipUnless } from '../support/skip.ts';
import { agentInside, type Vm } from '../support/vm.ts';
import type { createDisks } from '../support/vm-disks.ts';
import type { Looker } from '../support/vm-looker.ts';
import { sharedVm } from '../support/vm-shared.ts';

type Disks = ReturnType<typeof createDisks>;

describe('the encryption of a real laptop’s disks (DEV1)', function () {
  this.timeout(240_000);
  let vm: Vm;
  let looker: Looker;
  let disks: Disks;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInAMachine);
    ({ vm, disks, looker } = await sharedVm());
  });

  afterEach(async () => {
    await disks?.blank();
  });

  /** The verdict, or why there is none, and each volume beside the root: what it holds, its state, its scheme. */
  async function judged(): Promise<{ verdict: string; volumes: Record<string, string> }> {
    const { reading } = await looker.encryption();
    if (reading.state === 'unknown') return { verdict: `unknown ${reading.reason}`, volumes: {} };
    const { protection, volumes } = reading.value;
    const root = volumes.find(({ holds }) => holds === 'system');
    expect(root).to.include({ state: 'protected', scheme: 'luks2' });
    const others = volumes.filter((volume) => volume !== root);
    return {
      verdict: protection,
      volumes: Object.fromEntries(others.map(({ id, holds, state, scheme }) => [id, `${holds} ${state} ${scheme}`])),
    };
  }

  const told = (verdict: string, volumes: Record<string, string> = {}) => ({ verdict, volumes });

  it('reports a LUKS2 root as protected, and nothing of blank disks: `report --json`', async () => {
    const printed = await vm.must(`node ${agentInside} report --json --data /var/lib/hometime`, { timeoutMs: 180_000 });
    const { encryption } = fullReportSchema.parse(JSON.parse(printed)).sections;
    if (encryption.state === 'unknown') throw new Error(JSON.stringify(encryption));
    expect(encryption.value.protection).to.equal('protected');
    expect(encryption.value.volumes.map(({ holds, state, scheme }) => ({ holds, state, scheme }))).to.deep.equal([
      { holds: 'system', state: 'protected', scheme: 'luks2' },
    ]);
  });

  it('says partial of a plain disk beside it, mounted anywhere or not at all', async () => {
    const { one } = vm.disks;
    await disks.mountPlain(one, '/srv');
    expect(await judged()).to.deep.equal(told('partial', { [one]: 'data not-protected none' }));
    await vm.must(`umount /srv && mount /dev/${one} /home`);
    expect(await judged()).to.deep.equal(told('partial', { [one]: 'home not-protected none' }));
    await vm.must('umount /home');
    expect(await judged()).to.deep.equal(told('partial', { [one]: 'data not-protected none' }));
  });

  it('says protected of a second LUKS disk: closed (then it is locked), open, mounted', async () => {
    const { one } = vm.disks;
    await disks.format(one);
    expect(await judged()).to.deep.equal(told('protected', { [one]: 'data locked luks2' }));
    const opened = await disks.open(one, 'data');
    await vm.must('mkfs.ext4 -q /dev/mapper/data && mount /dev/mapper/data /srv');
    expect(await judged()).to.deep.equal(told('protected', { [opened]: 'data protected luks2' }));
  });

  it('goes on saying protected of a volume that luksSuspend stopped, and does not hang on it: its key is gone from memory', async () => {
    const opened = await disks.mountEncrypted(vm.disks.one, 'data', '/srv');
    await vm.must('cryptsetup luksSuspend data');
    try {
      expect(await vm.must('dmsetup table --showkeys data')).to.match(/ crypt aes-xts-plain64 (-|0+) /);
      expect(await judged()).to.deep.equal(told('protected', { [opened]: 'data protected luks2' }));
    } finally {
      await vm.must('cryptsetup luksResume -d /run/passphrase data');
    }
  });

  it('says partial while swap lies in the open, on a disk or in a file', async () => {
    const { one, small } = vm.disks;
    await vm.must(`mkswap -q /dev/${small} && udevadm settle`);
    expect(await judged(), 'used by nothing').to.deep.equal(told('protected'));
    await vm.must(`swapon /dev/${small}`);
    expect(await judged()).to.deep.equal(told('partial', { [small]: 'swap not-protected none' }));
    await vm.must('swapoff -a');
    await disks.mountPlain(one, '/srv');
    await vm.must('fallocate -l 8M /srv/swap && chmod 600 /srv/swap && mkswap -q /srv/swap && swapon /srv/swap');
    expect((await judged()).verdict).to.equal('partial');
  });

  it('lets swap be in memory, in a file of the encrypted root, or behind a key of the day', async () => {
    await vm.must('fallocate -l 16M /swap && chmod 600 /swap && mkswap -q /swap && swapon /swap');
    await vm.must('echo 16M >/sys/block/zram0/disksize && mkswap -q /dev/zram0 && swapon /dev/zram0');
    expect(await judged()).to.deep.equal(told('protected'));
    await vm.must(`cryptsetup open --type plain -d /dev/urandom -c aes-xts-plain64 -s 256 /dev/${vm.disks.small} swap`);
    await vm.must('mkswap -q /dev/mapper/swap && swapon /dev/mapper/swap && udevadm settle');
    const opened = (await vm.must('readlink -e /dev/mapper/swap')).replace('/dev/', '');
    expect(await judged()).to.deep.equal(told('protected', { [opened]: 'swap protected plain-dm-crypt' }));
    await vm.must('swapoff -a && rm /swap');
  });

  it('is not deceived by a mapping whose cipher does nothing', async () => {
    await vm.must(`echo pw | cryptsetup open -q --type plain -c cipher_null-ecb -s 0 /dev/${vm.disks.one} data`);
    await vm.must('mkfs.ext4 -q /dev/mapper/data && mount /dev/mapper/data /srv');
    const opened = (await vm.must('readlink -e /dev/mapper/data')).replace('/dev/', '');
    expect(await judged()).to.deep.equal(told('partial', { [opened]: 'data not-protected none' }));
  });

  it('judges logical volumes by every disk below them', async () => {
    const { one, two } = vm.disks;
    await disks.format(one);
    await disks.open(one, 'data');
    await vm.must(
      'vgcreate -qq vg /dev/mapper/data && lvcreate -qq -y -L 24M -n files vg && mkfs.ext4 -q /dev/vg/files',
    );
    await vm.must('lvcreate -qq -y -L 12M -n swap vg && mkswap -q /dev/vg/swap && swapon /dev/vg/swap');
    await vm.must('mount /dev/vg/files /srv && udevadm settle');
    const [files = '', swap = ''] = (await vm.must('readlink -e /dev/vg/files /dev/vg/swap'))
      .split('\n')
      .map((path) => path.replace('/dev/', ''));
    const inside = { [files]: 'data protected luks2', [swap]: 'swap protected luks2' };
    expect(await judged()).to.deep.equal(told('protected', inside));
    await vm.must(`vgextend -qq vg /dev/${two} && lvextend -qq -L 60M vg/files && udevadm settle`);
    expect(await judged()).to.deep.equal(told('partial', { ...inside, [files]: 'data not-protected none' }));
  });

  it('judges a RAID by the worst disk below it, and nothing of one that is not put together', async () => {
    const { one, two } = vm.disks;
    await disks.format(one);
    await disks.open(one, 'left');
    const mirror = 'mdadm --create /dev/md0 --run -q --level=1 --raid-devices=2 --assume-clean --metadata=1.2';
    await vm.must(`${mirror} /dev/mapper/left /dev/${two} && mkfs.ext4 -q /dev/md0 && mount /dev/md0 /srv`);
    expect(await judged()).to.deep.equal(told('partial', { md0: 'data not-protected none' }));
    await vm.must('umount /srv && mdadm --stop /dev/md0 && udevadm settle');
    expect(await judged()).to.deep.equal(told('unknown disks-not-described'));
  });

  it('does not believe what a disk was before it was partitioned', async () => {
    const { one } = vm.disks;
    await disks.format(one);
    await vm.must(`echo 8M,16M,83 | sfdisk -q --force --wipe never -X dos /dev/${one} && udevadm settle`);
    await vm.must(`mkfs.ext4 -qF /dev/${one}1 && udevadm settle`);
    expect(await vm.must(`lsblk -dno FSTYPE /dev/${one}`)).to.equal('crypto_LUKS');
    expect(await judged()).to.deep.equal(told('partial', { [`${one}1`]: 'data not-protected none' }));
  });

  it('lets /boot be plain, with the key of an encrypted disk in it: weaker, and protected all the same', async () => {
    const { one, small } = vm.disks;
    await disks.mountPlain(small, '/boot');
    const opened = await disks.mountEncrypted(one, 'data', '/srv');
    await vm.must('cp /run/passphrase /boot/key');
    const volumes = { [small]: 'boot not-protected none', [opened]: 'data protected luks2' };
    expect(await judged()).to.deep.equal(told('protected', volumes));
  });

  it('says partial of homes that are encrypted folder by folder on a plain disk', async () => {
    const { one } = vm.disks;
    await vm.must(`mkfs.ext4 -qF -O encrypt /dev/${one} && mount /dev/${one} /home && mkdir /home/alice`);
    expect((await judged()).volumes).to.deep.equal({ [one]: 'home not-protected none' });
    const folder = 'fscrypt encrypt /home/alice --source=raw_key --name=key --key=/run/key --quiet';
    await vm.must(`(fscrypt setup --force --quiet; fscrypt setup /home --quiet) </dev/null
      head -c 32 /dev/urandom >/run/key; ${folder}`);
    const volumes = { [one]: 'home not-protected none', 'fscrypt-1': 'home protected fscrypt' };
    expect(await judged()).to.deep.equal(told('partial', volumes));
  });
});
