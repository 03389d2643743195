import { expect } from 'chai';
import { answerText } from '../../shared/reading.ts';
import { laptopInAMachine, skipUnless } from '../support/skip.ts';
import type { Vm } from '../support/vm.ts';
import type { createDisks } from '../support/vm-disks.ts';
import type { Looker } from '../support/vm-looker.ts';
import { sharedVm } from '../support/vm-shared.ts';

describe('a disk that is encrypted or decrypted in place while it is used (DEV1)', function () {
  this.timeout(400_000);
  let vm: Vm;
  let looker: Looker;
  let disks: ReturnType<typeof createDisks>;
  let disk: string;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInAMachine);
    ({ vm, disks, looker } = await sharedVm());
    disk = vm.disks.small;
  });

  afterEach(async () => {
    await disks?.blank();
  });

  /**
   * The verdict of the whole, and the state of the disk, as a round that glances
   * says it: what it remembers must not hide what a conversion has changed since.
   */
  async function judged(): Promise<string> {
    const { reading } = await looker.glanceAtEncryption();
    expect(answerText(reading)).to.equal(answerText((await looker.encryption()).reading));
    if (reading.state === 'unknown') return `unknown ${reading.reason}`;
    const data = reading.value.volumes.filter(({ holds }) => holds === 'data');
    return [reading.value.protection, ...data.map(({ state }) => state)].join(', ');
  }

  it('is converting while it is encrypted: from the first moment, half-way, broken off, closed, until it is done', async () => {
    const { conversion } = disks;
    await vm.must(`mkfs.ext4 -qF /dev/${disk} 14M && udevadm settle`);
    expect(await judged(), 'before').to.equal('partial, not-protected');
    await conversion.beginEncryption(disk, 'data', '/srv');
    expect(await judged(), 'begun, and nothing encrypted yet').to.equal('converting, converting');
    await conversion.goHalfWay(disk, 'data', 'encrypt');
    expect(await judged(), 'half-way').to.equal('converting, converting');
    await conversion.breakOff();
    expect(await judged(), 'broken off').to.equal('converting, converting');
    await vm.must('umount /srv && cryptsetup close data && udevadm settle');
    expect(await judged(), 'broken off and closed').to.equal('converting, converting');
    await disks.open(disk, 'data');
    expect(await judged(), 'broken off and opened again').to.equal('converting, converting');
    await conversion.finishEncryption(disk);
    expect(await judged(), 'done').to.equal('protected, protected');
  });

  it('is converting while it is decrypted, and plain when that is done, though it still bears the mark of LUKS2', async () => {
    const { conversion } = disks;
    const opened = await disks.mountEncrypted(disk, 'data', '/srv');
    expect(await judged(), 'before').to.equal('protected, protected');
    for (let round = 0; round < 2; round += 1) await looker.glanceAtEncryption();
    expect((await looker.glanceAtEncryption()).tools, 'with nothing changed').to.deep.equal([]);
    await conversion.beginDecryption(disk);
    expect(await judged(), 'begun, and nothing decrypted yet').to.equal('converting, converting');
    await conversion.goHalfWay(disk, 'data', 'decrypt');
    expect(await judged(), 'half-way').to.equal('converting, converting');
    await conversion.goOn();
    expect(await vm.must(`cat /sys/block/${opened}/dm/uuid`)).to.match(/^CRYPT-LUKS2-/);
    expect(await judged(), 'done').to.equal('partial, not-protected');
  });
});
