import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CommandState } from '../../shared/command/life.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import { layOrderTaker, type OrderTaker } from '../support/order-taker.ts';
import { must, run } from '../support/processes.ts';
import { laptopInAMachine, skipUnless } from '../support/skip.ts';
import { makeVm, type Vm } from '../support/vm.ts';
import { createDisks } from '../support/vm-disks.ts';

const wipeDevice = { kind: 'wipe', args: { level: 'device' } } as const;
const statesOf = (moves: readonly MoveMessage[]): CommandState[] => moves.map(({ to }) => to);

describe('a wipe of a whole real laptop', function () {
  this.timeout(400_000);
  let vm: Vm;
  let taker: OrderTaker;
  let key: Buffer;

  before(function () {
    skipUnless(this, ...laptopInAMachine);
  });

  beforeEach(async () => {
    vm = await makeVm();
    key = Buffer.from(await vm.must('base64 -w0 /etc/root.key'), 'base64');
    taker = await layOrderTaker(vm);
  });
  afterEach(() => vm?.remove());

  /** How many of a disk's places hold a key, and whether a key opens it; asked of the disk itself, with the machine off. */
  async function disk(name: string, opensWith: Buffer): Promise<{ slots: number; opens: boolean }> {
    const [raw, keyFile] = [join(vm.folder, `${name}.raw`), join(vm.folder, 'key')];
    await must(['qemu-img', 'convert', '-O', 'raw', join(vm.folder, `${name}.qcow2`), raw]);
    writeFileSync(keyFile, opensWith, { mode: 0o600 });
    const dump = await must(['cryptsetup', 'luksDump', raw]);
    const opened = await run(['cryptsetup', 'open', '--test-passphrase', '--key-file', keyFile, raw]);
    rmSync(raw);
    return { slots: [...dump.matchAll(/^ {2}\d+: luks2/gm)].length, opens: opened.code === 0 };
  }

  it('destroys the keys of every disk, cuts the power, and never comes back: nothing opens it and it does not boot', async () => {
    await createDisks(vm).mountEncrypted(vm.disks.one, 'data', '/srv');
    await taker.start();
    const order = taker.seal(wipeDevice);
    const off = vm.off();
    const taken = taker.take(order).catch(() => {});
    await off;
    await taken;
    await vm.cutPower();
    expect(await disk('root', key)).to.deep.equal({ slots: 0, opens: false });
    expect(await disk('one', Buffer.from('pw'))).to.deep.equal({ slots: 0, opens: false });
    const shown = await vm.bootInVain(/Gave up waiting for root|cryptsetup: ERROR: root|Please unlock disk/);
    expect(shown).to.not.match(/login:|Welcome to/);
  });

  it('says first what it is about to do; a power cut before the first key leaves everything, and it is never begun again', async () => {
    await taker.start({ hold: 'erase' });
    const order = taker.seal(wipeDevice);
    await taker.take(order);
    await taker.untilHeld();
    const before = await taker.moves();
    expect(statesOf(before)).to.deep.equal(['received', 'started']);
    const receipt = { level: 'device', volumes: 1, people: 1 };
    expect(before[1]?.evidence, 'the server has the receipt before anything is destroyed').to.deep.equal({ receipt });
    await vm.cutPower();
    expect(await disk('root', key)).to.deep.equal({ slots: 1, opens: true });

    await vm.boot();
    await taker.start();
    await taker.take(order);
    const after = await taker.untilTold();
    expect(after.find(({ to }) => to === 'failed')).to.deep.include({ reason: 'interrupted', evidence: { receipt } });
    expect(statesOf(after).filter((state) => state === 'verified')).to.deep.equal([]);
    expect(await vm.must('cryptsetup luksDump /dev/disk/by-id/ata-QEMU_HARDDISK_LAPTOP0001')).to.match(
      /^ {2}0: luks2/m,
    );
  });

  it('is done when the power fails between the last key and the end: nothing opens the disk', async () => {
    await taker.start({ hold: 'luksDump' });
    await taker.take(taker.seal(wipeDevice));
    await taker.untilHeld();
    expect(statesOf(await taker.moves())).to.deep.equal(['received', 'started']);
    await vm.cutPower();
    expect(await disk('root', key)).to.deep.equal({ slots: 0, opens: false });
  });

  it('is refused beside a disk that is not encrypted, and nothing is lost', async () => {
    await createDisks(vm).mountPlain(vm.disks.one, '/srv');
    await taker.start();
    await taker.take(taker.seal(wipeDevice));
    const moves = await taker.untilTold();
    expect(moves.at(-1)).to.deep.include({ to: 'refused', reason: 'disk-not-encrypted' });
    await vm.cutPower();
    expect(await disk('root', key)).to.deep.equal({ slots: 1, opens: true });
  });
});
