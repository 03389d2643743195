import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Media, Medium } from '../../shared/report/media.ts';
import { must, until } from '../support/processes.ts';
import { laptopInAMachine, skipUnless } from '../support/skip.ts';
import type { Vm } from '../support/vm.ts';
import type { Looker } from '../support/vm-looker.ts';
import { sharedVm } from '../support/vm-shared.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);

const stickBytes = 64 * 2 ** 20;
const firstSector = 2048;

/** A first sector with one partition, of the kind that sticks have (0x0c), over the whole rest. */
function partitionTable(): Buffer {
  const sector = Buffer.alloc(512);
  sector[446 + 4] = 0x0c;
  sector.writeUInt32LE(firstSector, 446 + 8);
  sector.writeUInt32LE(stickBytes / 512 - firstSector, 446 + 12);
  sector.writeUInt16BE(0x55aa, 510);
  return sector;
}

/** The agent goes its own rounds here: nobody asks it, it must hear of the stick from the system. */
describe('a USB stick that is put into a real laptop (DEV10)', function () {
  this.timeout(240_000);
  let vm: Vm;
  let looker: Looker;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInAMachine);
    ({ vm, looker } = await sharedVm());
    await looker.startRounds();
    await untilMedia('the first look', ({ attached }) => attached.length === 0);
  });

  after(async () => {
    await looker?.stopRounds();
  });

  /** What the rounds saw last, once it is so; how long that took. */
  async function untilMedia(what: string, isSo: (media: Media) => boolean): Promise<{ value: Media; ms: number }> {
    let last: Media | undefined;
    const look = async () => {
      last = await looker.lastMedia();
      return last !== undefined && isSo(last) ? last : undefined;
    };
    return until(what, look, { withinMs: 60_000, everyMs: 200 }).catch((error: unknown) => {
      throw new Error(`${what}: the agent still says ${JSON.stringify(last)}`, { cause: error });
    });
  }

  async function untilStick(what: string, expected: Partial<Medium>): Promise<{ stick: Medium; ms: number }> {
    const isSo = (medium: Medium | undefined) =>
      Object.entries(expected).every(([key, value]) => medium?.[key as keyof Medium] === value);
    const { value, ms } = await untilMedia(what, ({ attached }) => attached.length === 1 && isSo(attached[0]));
    const [stick] = value.attached;
    if (stick === undefined) throw new Error('no stick');
    return { stick, ms };
  }

  /** Puts a stick in, and waits until what is on it was seen. Before that it may be unknown, and nothing else. */
  async function putIn(name: string, file: string, encryption: Medium['encryption']) {
    await vm.plugIn(name, file);
    const first = await untilStick('the stick', { bus: 'usb' });
    expect(first.stick.encryption).to.be.oneOf(['unknown', encryption]);
    expect(first.stick).to.include({ inUse: false });
    const { stick, ms } = await untilStick('what is on it', { encryption });
    return { stick, ms: first.ms + ms };
  }

  afterEach(async () => {
    for (const name of ['plain', 'secret']) await vm?.pullOut(name).catch(() => {});
  });

  /** A stick as bought: one partition with FAT on it. */
  async function makeStick(name: string): Promise<string> {
    const file = join(vm.folder, name);
    writeFileSync(file, partitionTable());
    truncateSync(file, stickBytes);
    await must(['mkfs.vfat', '--offset', String(firstSector), '-n', 'PHOTOS', file, String(63 * 1024)]);
    return file;
  }

  async function makeEncryptedStick(name: string): Promise<string> {
    const file = join(vm.folder, name);
    writeFileSync(file, '');
    truncateSync(file, stickBytes);
    const quick = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
    await must(['cryptsetup', 'luksFormat', '-q', ...quick, '-d', '-', file], { input: 'pw' });
    return file;
  }

  it('is seen within seconds, not encrypted; in use once it is mounted; and gone when it is pulled out', async () => {
    const file = await makeStick('plain');
    const arrival = await putIn('plain', file, 'not-encrypted');
    tell(`seen ${arrival.ms} ms after it was put in`);
    expect(arrival.stick).to.include({ bus: 'usb', sizeGb: 1, encryption: 'not-encrypted', inUse: false });
    expect(arrival.stick.id).to.match(/^[0-9a-f]{16}$/);
    expect(arrival.stick.since).to.be.a('string');
    expect((await looker.lastMedia())?.recent).to.have.nested.property('[0].what', 'arrived');

    await vm.must('mount /dev/disk/by-label/PHOTOS /srv && mkdir -p /srv/DCIM && echo x >/srv/DCIM/IMG_0001.JPG');
    const mounted = await untilStick('it to be in use', { inUse: true });
    tell(`seen to be in use ${mounted.ms} ms after it was mounted`);
    expect(mounted.stick).to.include({ id: arrival.stick.id, since: arrival.stick.since });
    // It is judged on its own: the laptop's disks are as encrypted as before.
    const { reading } = await looker.encryption();
    expect(reading).to.have.nested.property('value.protection', 'protected');
    expect(reading).to.have.nested.property('value.volumes.length', 1);

    // As people do it, without unmounting.
    await vm.pullOut('plain');
    const removed = await untilMedia('it to be gone', ({ attached }) => attached.length === 0);
    tell(`seen to be gone ${removed.ms} ms after it was pulled out`);
    expect(removed.value.recent.map(({ what, id }) => [what, id])).to.deep.equal([
      ['removed', arrival.stick.id],
      ['arrived', arrival.stick.id],
    ]);
    await vm.exec('umount -l /srv');

    const again = await putIn('plain', file, 'not-encrypted');
    expect(again.stick.id).to.equal(arrival.stick.id);
    expect(again.stick.since).to.not.equal(arrival.stick.since);
    await vm.pullOut('plain');
    await untilMedia('it to be gone', ({ attached }) => attached.length === 0);
  });

  it('is encrypted, closed as well as open, and in use only when its files can be reached', async () => {
    const closed = await putIn('secret', await makeEncryptedStick('secret'), 'encrypted');
    expect(closed.stick).to.include({ inUse: false });
    const device = '/dev/disk/by-id/usb-*secret0001*';
    await vm.must(`printf pw | cryptsetup open -d - ${device} stick && mkfs.ext4 -q /dev/mapper/stick`);
    await vm.must('mount /dev/mapper/stick /srv && udevadm settle');
    const open = await untilStick('it to be in use', { inUse: true });
    expect(open.stick).to.include({ encryption: 'encrypted', id: closed.stick.id });
    await vm.must('umount /srv && cryptsetup close stick');
    await untilStick('it to be closed', { inUse: false, encryption: 'encrypted' });
    await vm.pullOut('secret');
    const gone = await untilMedia('it to be gone', ({ attached }) => attached.length === 0);
    expect(gone.value.recent).to.have.nested.property('[0].what', 'removed');
  });
});
