import { join } from 'node:path';
import { expect } from 'chai';
import sinon from 'sinon';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { createMediaRounds } from '../../../../agent/platform/linux/media-mark.ts';
import { readKernelText } from '../../../../agent/platform/linux/proc.ts';
import { createMediaTracker } from '../../../../agent/platform/media/media-tracker.ts';
import { mediumId } from '../../../../agent/platform/media/medium-id.ts';
import type { Look } from '../../../../agent/platform/platform.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { playback } from '../recordings.ts';
import { addBlock, createSystemTree, type SystemTree, usbPath } from './system-tree.ts';

const disk = '22 1 8:64 / / rw - ext4 /dev/sde1 rw\n';
const stickMount = `${disk}36 22 8:0 / /media/stick rw - vfat /dev/sda rw\n`;

describe('removable media while nothing happens (DEV10)', () => {
  let tree: SystemTree;
  let mediaSalt: string | null;
  let looked: sinon.SinonSpy;
  let ask: (how?: Look) => Promise<{ buses: string[]; inUse: (boolean | null)[]; recent: (string | null)[] }>;

  beforeEach(() => {
    tree = createSystemTree();
    tree.folder('/sys/block');
    tree.write('/proc/swaps', 'Filename Type Size Used Priority\n');
    mount(disk);
    events(1200);
    mediaSalt = Buffer.alloc(32, 7).toString('base64');
    const settings = () => ({ mediaSalt });
    const system = createSystemFiles(tree.root);
    looked = sinon.spy(system, 'names');
    const read = (path: string) => readKernelText(join(tree.root, path));
    const probe = createMediaRounds({
      ...{ clock: systemClock, files: system, exec: playback({}), isAdministrator: true, settings },
      ...{ read, inRound: { read }, tracker: createMediaTracker({ clock: systemClock, settings }) },
    });
    ask = async (how = 'glance') => {
      looked.resetHistory();
      const reading = await probe(new AbortController().signal, how);
      if (reading.state !== 'known') throw new Error(reading.reason);
      const { attached, recent } = reading.value;
      return {
        buses: attached.map(({ bus }) => bus),
        inUse: attached.map(({ inUse }) => inUse),
        recent: recent.map(({ id }) => id),
      };
    };
  });
  afterEach(() => tree.clean());

  const events = (count: number) => tree.write('/sys/kernel/uevent_seqnum', `${count}\n`);
  const mount = (table: string) => {
    tree.write('/proc/self/mountinfo', table);
    tree.write('/proc/1/mountinfo', table);
  };
  const plugIn = () =>
    addBlock(tree, {
      ...{ path: usbPath, name: 'sda', number: '8:0', bytes: 16e9, diskseq: '37' },
      udev: { ID_SERIAL_SHORT: 'STICK1', ID_FS_USAGE: 'filesystem', ID_FS_TYPE: 'vfat' },
    });

  it('says again that nothing is attached, and looks no disk up, after two looks without an event', async () => {
    await ask();
    await ask();
    expect(looked.called, 'udev may lag behind the first').to.equal(true);
    expect(await ask()).to.deep.include({ buses: [] });
    expect(looked.called).to.equal(false);
  });

  it('finds what was put in by the event that the kernel counts, and what came and went between two looks', async () => {
    for (let round = 0; round < 3; round += 1) await ask();
    plugIn();
    events(1204);
    expect(await ask()).to.deep.include({ buses: ['usb'] });
    tree.remove('/sys/block/sda');
    events(1208);
    expect(await ask()).to.deep.include({ buses: [] });
  });

  it('looks whenever something is attached: no event tells that it is used', async () => {
    plugIn();
    for (let round = 0; round < 3; round += 1) expect(await ask()).to.deep.include({ inUse: [false] });
    mount(stickMount);
    expect(await ask()).to.deep.include({ inUse: [true] });
  });

  it('looks anew for a disk that the system lies on no more', async () => {
    plugIn();
    mount('22 1 8:0 / / rw - ext4 /dev/sda rw\n');
    for (let round = 0; round < 3; round += 1) expect(await ask()).to.deep.include({ buses: [] });
    mount(disk);
    expect(await ask()).to.deep.include({ buses: ['usb'] });
  });

  it('names what came and went by a salt that comes later', async () => {
    const salt = mediaSalt;
    mediaSalt = null;
    await ask();
    plugIn();
    events(1204);
    await ask();
    tree.remove('/sys/block/sda');
    events(1208);
    for (let round = 0; round < 3; round += 1) expect(await ask()).to.deep.include({ recent: [null, null] });
    mediaSalt = salt;
    const id = mediumId('STICK1', salt);
    expect(await ask()).to.deep.include({ recent: [id, id] });
  });

  for (const [why, path] of [
    ['counts no events', '/sys/kernel/uevent_seqnum'],
    ['shows no mounts', '/proc/self/mountinfo'],
  ] as const)
    it(`looks each time where the kernel ${why}, and whenever somebody asks`, async () => {
      for (let round = 0; round < 3; round += 1) await ask();
      await ask('new');
      expect(looked.called).to.equal(true);
      tree.remove(path);
      for (let round = 0; round < 3; round += 1) {
        await ask();
        expect(looked.called).to.equal(true);
      }
    });
});
