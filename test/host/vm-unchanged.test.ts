import { expect } from 'chai';
import { answerText } from '../../shared/reading.ts';
import { laptopInAMachine, skipUnless } from '../support/skip.ts';
import type { Vm } from '../support/vm.ts';
import type { createDisks } from '../support/vm-disks.ts';
import type { Looker } from '../support/vm-looker.ts';
import { sharedVm } from '../support/vm-shared.ts';

/** A round of the agent may give its last answer again. On a real kernel, with real disks, no change may get past it. */
describe('rounds that glance at a real laptop’s disks (DEV1)', function () {
  this.timeout(400_000);
  let vm: Vm;
  let looker: Looker;
  let disks: ReturnType<typeof createDisks>;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInAMachine);
    ({ vm, disks, looker } = await sharedVm());
  });

  afterEach(async () => {
    await disks?.blank();
  });

  /** Two rounds: from now on the answer is one that may be given again. */
  async function settle(): Promise<void> {
    for (let round = 0; round < 2; round += 1) await looker.glanceAtEncryption();
  }

  /** Changes something; the next round must say what a look that asks everything says. */
  async function seenAtOnce(what: string, change: () => Promise<unknown>): Promise<void> {
    await settle();
    await change();
    const round = await looker.glanceAtEncryption();
    const truth = await looker.encryption();
    expect(answerText(round.reading), what).to.equal(answerText(truth.reading));
    expect(round.tools, `${what}: asked anew`).to.not.deep.equal([]);
  }

  it('start no process while nothing changes, and an order starts them all the same', async () => {
    await settle();
    for (let round = 0; round < 3; round += 1) {
      const { reading, tools } = await looker.glanceAtEncryption();
      expect(tools).to.deep.equal([]);
      expect(reading).to.have.nested.property('value.protection', 'protected');
    }
    expect((await looker.encryption()).tools).to.include.members(['lsblk', 'findmnt', 'dmsetup']);
  });

  it('see a disk that gets a file system, is mounted, unmounted, and becomes swap', async () => {
    const { one } = vm.disks;
    await seenAtOnce('mkfs', () => vm.must(`mkfs.ext4 -qF /dev/${one} && udevadm settle`));
    await seenAtOnce('mount', () => vm.must(`mount /dev/${one} /srv`));
    await seenAtOnce('umount', () => vm.must('umount /srv'));
    await seenAtOnce('swap', () => vm.must(`mkswap -q /dev/${one} && swapon /dev/${one}`));
    await seenAtOnce('partitions', () =>
      vm.must(`swapoff -a; echo 8M,16M,83 | sfdisk -q --force /dev/${one}; udevadm settle`),
    );
  });

  it('see a container that is opened, stopped and closed', async () => {
    const { one } = vm.disks;
    await seenAtOnce('luksFormat', () => disks.format(one));
    await seenAtOnce('open', () => disks.open(one, 'data'));
    await vm.must('mkfs.ext4 -q /dev/mapper/data && mount /dev/mapper/data /srv && udevadm settle');
    await seenAtOnce('luksSuspend', () => vm.must('cryptsetup luksSuspend data'));
    await seenAtOnce('luksResume', () => vm.must('cryptsetup luksResume -d /run/passphrase data'));
    await seenAtOnce('close', () => vm.must('umount /srv && cryptsetup close data'));
  });

  it('see a mapping that is exchanged below a mounted file system', async () => {
    const { one } = vm.disks;
    await disks.mountEncrypted(one, 'data', '/srv');
    const plain =
      'dmsetup table data | sed -E "s/crypt .*/linear $(dmsetup deps -o devno data | grep -oE "[0-9]+, [0-9]+" | tr -d " " | tr , :) $(dmsetup table data | cut -d" " -f8)/"';
    await seenAtOnce('a plain table', () =>
      vm.must(`t=$(${plain}) && dmsetup suspend data && echo "$t" | dmsetup load data && dmsetup resume data`),
    );
    const { reading } = await looker.glanceAtEncryption();
    if (reading.state === 'known') expect(reading.value.protection).to.not.equal('protected');
  });
});
