import { expect } from 'chai';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { createMediaProbe } from '../../../../agent/platform/linux/media.ts';
import { createMediaTracker } from '../../../../agent/platform/media/media-tracker.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { exited, playback, recorded } from '../recordings.ts';
import { addBlock, createSystemTree, type SystemTree, type TreeBlock, usbPath } from './system-tree.ts';

const luksDump = recorded('cryptsetup_luksDump-luks2.txt');
const finished = (name: string) => `${name}: 0 2080768 crypt aes-xts-plain64 :64:logon:cryptsetup:x-d0 0 8:1 32768\n`;
const stick: TreeBlock = { path: usbPath, name: 'sda', number: '8:0', bytes: 16e9, udev: { ID_BUS: 'usb' } };
const udev = { ID_FS_USAGE: 'crypto', ID_FS_TYPE: 'crypto_LUKS', ID_FS_VERSION: '2' };
const part = { name: 'sda1', number: '8:1', bytes: 8e9, udev };

describe('a stick in a container that can be converted in place (DEV10)', () => {
  let tree: SystemTree;
  let exec: ReturnType<typeof playback>;
  beforeEach(() => {
    tree = createSystemTree();
    tree.folder('/sys/block');
    tree.write('/proc/swaps', 'Filename Type Size Used Priority\n');
    tree.write('/proc/1/mountinfo', '22 27 0:21 / /proc rw,relatime - proc proc rw\n');
    addBlock(tree, { ...stick, partitions: [part] });
    exec = playback({ cryptsetup: luksDump });
  });
  afterEach(() => tree.clean());

  function probe(isAdministrator = true) {
    const tracker = createMediaTracker({ clock: systemClock, settings: () => ({ mediaSalt: null }) });
    return createMediaProbe({
      clock: systemClock,
      files: createSystemFiles(tree.root),
      tracker,
      exec,
      isAdministrator,
    });
  }

  const encryptions = async (look: ReturnType<typeof probe>) => {
    const reading = await look(new AbortController().signal);
    return reading.state === 'known' ? reading.value.attached.map(({ encryption }) => encryption) : reading.reason;
  };

  it('is encrypted when its header says that no conversion is under way, and is asked once', async () => {
    const look = probe();
    for (let index = 0; index < 3; index += 1) expect(await encryptions(look)).to.deep.equal(['encrypted']);
    expect(exec.calls).to.deep.equal(['cryptsetup luksDump /dev/sda1']);
    tree.write('/run/udev/data/b8:1', 'I:999\nE:ID_FS_USAGE=crypto\nE:ID_FS_TYPE=crypto_LUKS\n');
    await encryptions(look);
    expect(exec.calls).to.have.length(2);
  });

  it('is partly plain while it is being converted, which is asked at each look until it is done', async () => {
    let dump = recorded('cryptsetup_luksDump-encrypting-broken-off-closed.txt');
    exec = playback({ cryptsetup: () => dump });
    const look = probe();
    expect(await encryptions(look)).to.deep.equal(['partial']);
    dump = recorded('cryptsetup_luksDump-encrypting-finished.txt');
    expect(await encryptions(look)).to.deep.equal(['encrypted']);
    dump = luksDump.replaceAll(/aes-xts-plain64/g, 'cipher_null-ecb');
    expect(await encryptions(probe())).to.deep.equal(['not-encrypted']);
  });

  for (const [name, verdict] of [
    ['luks2', 'encrypted'],
    ['after-erase', 'encrypted'],
    ['encrypting', 'unknown'],
    ['encrypting-broken-off-closed', 'partial'],
    ['encrypting-finished', 'encrypted'],
  ] as const) {
    it(`is ${verdict} by the recorded header ${name}, and by no cut of it more than that`, async () => {
      const whole = recorded(`cryptsetup_luksDump-${name}.txt`);
      exec = playback({ cryptsetup: whole });
      expect(await encryptions(probe())).to.deep.equal([verdict]);
      const lines = whole.split('\n');
      for (let end = 0; end < 9; end += 1) {
        exec = playback({ cryptsetup: lines.slice(0, end).join('\n') });
        expect(await encryptions(probe())).to.deep.equal(['unknown']);
      }
    });
  }

  it('is unknown to whoever may not ask, or gets no answer', async () => {
    expect(await encryptions(probe(false))).to.deep.equal(['unknown']);
    exec = playback({ cryptsetup: exited('', 1) });
    expect(await encryptions(probe())).to.deep.equal(['unknown']);
    exec = playback({});
    expect(await encryptions(probe())).to.deep.equal(['unknown']);
    expect(exec.calls).to.have.length(1);
  });

  it('is judged by the kernel’s tables while it is open', async () => {
    addBlock(tree, { ...stick, partitions: [{ ...part, holders: ['dm-6'] }] });
    const opened = { path: 'virtual/block', name: 'dm-6', number: '253:6', bytes: 8e9, mapper: 'CRYPT-LUKS2-0-data' };
    addBlock(tree, { ...opened, mapperName: 'data' });
    for (const [table, verdict] of [
      [finished('data'), 'encrypted'],
      [recorded('dmsetup_table-encrypting-running.txt').replaceAll('userdata', 'data'), 'partial'],
      [recorded('dmsetup_table-encrypting-broken-off.txt'), 'partial'],
      [finished('data').replace('aes-xts-plain64', 'cipher_null-ecb'), 'partial'],
      [finished('other'), 'unknown'],
    ] as const) {
      exec = playback({ cryptsetup: luksDump, dmsetup: table });
      expect([table, await encryptions(probe())]).to.deep.equal([table, [verdict]]);
    }
  });
});
