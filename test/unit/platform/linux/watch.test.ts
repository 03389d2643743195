import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import { createBootId } from '../../../../agent/platform/linux/boot-id.ts';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { watchFolder } from '../../../../agent/platform/linux/folder-watch.ts';
import { createSleepWatch } from '../../../../agent/platform/linux/sleep-watch.ts';
import { createWatch } from '../../../../agent/platform/linux/watch.ts';
import { silentLog } from '../../../../shared/log.ts';
import { probedSectionNames } from '../../../../shared/report/report.ts';
import { until } from '../../../support/processes.ts';
import { createSystemTree, type SystemTree, usbPath } from './system-tree.ts';

describe('hints on Linux', () => {
  let tree: SystemTree;
  let hints: string[];
  let stop: () => void;
  const clocks = { wall: 0, awake: 0, sinceBoot: 0 };

  beforeEach(() => {
    tree = createSystemTree();
    for (const folder of [
      '/run/systemd/sessions',
      '/run/udev/data',
      '/var/lib/dpkg',
      '/etc',
      '/run/NetworkManager/devices',
    ])
      tree.folder(folder);
    tree.write('/proc/net/route', 'one');
    hints = [];
    Object.assign(clocks, { wall: 0, awake: 0, sinceBoot: 0 });
  });
  afterEach(() => {
    stop();
    tree.clean();
  });

  async function watch(haste = 20) {
    stop = createWatch({
      log: silentLog,
      files: createSystemFiles(tree.root),
      root: tree.root,
      beat(look) {
        const timer = setInterval(look, 20);
        return () => clearInterval(timer);
      },
      haste,
      clocks: { wall: () => clocks.wall, awake: () => clocks.awake, sinceBoot: () => clocks.sinceBoot },
    })((section) => hints.push(section));
    await sleep(60);
  }

  /** Waits until so many hints came, and a while longer for one too many. */
  async function told(count: number, longerMs = 100) {
    await until(`${count} hints`, async () => (hints.length >= count ? true : undefined), { everyMs: 10 });
    await sleep(longerMs);
    return hints;
  }

  it('come once for a sign-in, though logind writes its file several times, and not after the end', async () => {
    await watch();
    for (const name of ['3', '3.ref', '3']) tree.write(`/run/systemd/sessions/${name}`, 'x');
    expect(await told(2, 200)).to.deep.equal(['sessions', 'rights']);
    stop();
    tree.write('/run/systemd/sessions/4', 'x');
    await sleep(150);
    expect(hints).to.have.length(2);
  });

  it('come for a stick, again when the desktop may have opened it, and not for the disk inside', async () => {
    tree.link('/sys/dev/block/8:0', `../../devices/${usbPath}/sda`);
    await watch();
    for (const name of ['b8:0', 'b8:1', '+usb:2-1', '+input:input7']) tree.write(`/run/udev/data/${name}`, 'x');
    tree.link('/sys/dev/block/8:1', `../../devices/${usbPath}/sda/sda1`);
    expect(await told(2, 300)).to.deep.equal(['media', 'media']);
    tree.remove('/sys/dev/block/8:0');
    tree.remove('/run/udev/data/b8:0');
    expect((await told(3, 0)).slice(0, 3)).to.deep.equal(['media', 'media', 'media']);
  });

  it('come for encryption when a disk inside, or what is built on disks, changes', async () => {
    tree.link('/sys/dev/block/8:16', '../../devices/pci0000:00/0000:00:1f.2/ata1/host0/block/sdb');
    tree.link('/sys/dev/block/253:0', '../../devices/virtual/block/dm-0');
    tree.link('/sys/dev/block/7:3', '../../devices/virtual/block/loop3');
    // Slower: five changes on a busy machine are still changes in a row.
    await watch(5);
    tree.write('/run/udev/data/b7:3', 'x');
    await told(1, 700);
    expect(hints).to.not.include('encryption');
    // What was opened on a stick lies on the stick.
    tree.link('/sys/dev/block/253:6', '../../devices/virtual/block/dm-6');
    tree.folder('/sys/devices/virtual/block/dm-6/slaves/sda1');
    tree.link('/sys/class/block/sda1', `../../devices/${usbPath}/sda/sda1`);
    tree.write('/run/udev/data/b253:6', 'x');
    await told(2, 700);
    expect(hints).to.not.include('encryption');
    for (let index = 0; index < 5; index += 1) {
      tree.write('/run/udev/data/b253:0', 'x');
      await sleep(40);
    }
    await until('encryption', async () => (hints.includes('encryption') ? true : undefined));
    await sleep(700);
    expect(hints.filter((hint) => hint === 'encryption')).to.have.length(1);
  });

  it('do not come for the other things that udev writes down all day', async () => {
    await watch();
    for (const name of ['+power_supply:BAT0', '+backlight:intel', 'n3', 'c13:64'])
      tree.write(`/run/udev/data/${name}`, 'x');
    await sleep(150);
    expect(hints).to.deep.equal([]);
  });

  it('come for disks also where there is no udev', async () => {
    tree.remove('/run/udev');
    tree.folder('/sys/block/vda');
    await watch();
    tree.folder('/sys/block/sda');
    expect(await told(2)).to.deep.equal(['media', 'encryption']);
  });

  it('come for place and filtering when the routes or a link change, and not before', async () => {
    await watch();
    expect(hints).to.deep.equal([]);
    tree.write('/proc/net/route', 'two');
    expect(await told(2)).to.deep.equal(['location', 'filtering']);
    tree.write('/run/NetworkManager/devices/2', '[device]\n');
    expect(await told(4)).to.deep.equal(['location', 'filtering', 'location', 'filtering']);
  });

  it('come for programs when a list of packages changes, and not for its locks', async () => {
    await watch();
    tree.write('/var/lib/dpkg/lock-frontend', '');
    await sleep(700);
    expect(hints).to.deep.equal([]);
    tree.write('/var/lib/dpkg/status', 'Package: x\n');
    expect(await told(1)).to.deep.equal(['programs']);
  });

  it('come for rights when somebody is put into a group', async () => {
    await watch();
    tree.write('/etc/motd', 'x');
    tree.write('/etc/group', 'sudo:x:27:agency\n');
    expect(await told(1)).to.deep.equal(['rights']);
  });

  it('come for everything after a sleep', async () => {
    await watch();
    clocks.sinceBoot += 3_600_000;
    expect(await told(probedSectionNames.length)).to.deep.equal([...probedSectionNames]);
  });

  it('come again after a folder was made anew, and from one that came to be after the start', async () => {
    tree.remove('/run/NetworkManager');
    await watch();
    tree.remove('/run/systemd/sessions');
    await sleep(200);
    tree.folder('/run/systemd/sessions');
    tree.folder('/run/NetworkManager/devices');
    await sleep(200);
    hints.length = 0;
    tree.write('/run/systemd/sessions/7', 'x');
    tree.write('/run/NetworkManager/devices/2', 'x');
    expect(await told(4)).to.include.members(['sessions', 'rights', 'location', 'filtering']);
  });

  it('leave no watcher and no timer behind', async () => {
    const held = () =>
      process
        .getActiveResourcesInfo()
        .filter((kind) => /FSEvent|Timeout/i.test(kind))
        .sort()
        .join();
    await sleep(10);
    const before = held();
    await watch();
    tree.write('/run/udev/data/b8:0', 'x');
    tree.remove('/run/systemd/sessions');
    await sleep(30);
    expect(held()).to.not.equal(before);
    stop();
    await sleep(150);
    expect(held()).to.equal(before);
  });

  it('come a few times in a storm of changes, and the last one is not lost', async () => {
    await watch();
    const end = performance.now() + 600;
    const cpu = process.cpuUsage();
    for (let index = 0; performance.now() < end; index += 1) {
      tree.write(`/run/udev/data/b8:${index % 50}`, String(index));
      if (index % 20 === 0) await sleep(0);
    }
    const { user, system } = process.cpuUsage(cpu);
    await sleep(400);
    expect(hints.filter((hint) => hint === 'media').length).to.be.within(2, 20);
    expect(user + system).to.be.greaterThan(0);
    hints.length = 0;
    tree.write('/run/udev/data/b8:99', 'last');
    expect((await told(1, 0))[0]).to.equal('media');
  });
});

describe('a watched folder', () => {
  it('is left alone in a storm, and looked at again before the storm is told', async () => {
    const tree = createSystemTree();
    tree.folder('/x');
    let told = 0;
    const { stop } = watchFolder(
      {
        folder: `${tree.root}/x`,
        kind: 'x',
        wants: () => false,
        quietMs: 50,
        mostMs: 200,
        onCalm: () => {
          told += 1;
        },
      },
      silentLog,
    );
    for (let index = 0; index < 2000; index += 1) tree.write(`/x/${index % 2}`, '');
    await until('the storm to be told', async () => (told > 0 ? true : undefined));
    await sleep(300);
    // What came while nobody looked may have mattered.
    expect(told).to.be.within(1, 3);
    stop();
    tree.clean();
  });

  it('that is not there costs a line in the log and nothing more', () => {
    const debug = sinon.fake();
    const nowhere = { folder: '/nonexistent/x', kind: 'x', quietMs: 1, mostMs: 2, onCalm: () => {} };
    const folder = watchFolder(nowhere, { ...silentLog, debug });
    for (let index = 0; index < 5; index += 1) folder.look();
    folder.stop();
    expect(debug.calledOnceWith('not-watched')).to.equal(true);
  });
});

describe('the sleep of a machine', () => {
  const at = { wall: 0, awake: 0, sinceBoot: 0 };
  const pass = (wall: number, awake: number, sinceBoot: number) => {
    at.wall += wall;
    at.awake += awake;
    at.sinceBoot += sinceBoot;
  };
  it('shows by the clocks that went on, and a clock set right by a little does not', () => {
    const slept = createSleepWatch({ wall: () => at.wall, awake: () => at.awake, sinceBoot: () => at.sinceBoot });
    expect(slept()).to.equal(false);
    pass(10_000, 10_000, 10_000);
    expect(slept()).to.equal(false);
    pass(40_000, 10_000, 10_000);
    expect(slept()).to.equal(false);
    pass(610_000, 10_000, 610_000);
    expect(slept()).to.equal(true);
    expect(slept()).to.equal(false);
    // Stopped from outside, as a virtual machine is: only the wall clock knows.
    pass(610_000, 10_000, 10_000);
    expect(slept()).to.equal(true);
  });
});

describe('the identifier of a boot', () => {
  it('is the kernel’s, and one of its own where there is none', async () => {
    const kernel = '7c446be2-f63a-4843-96f3-3eef6d037245';
    expect(await createBootId(async () => `${kernel}\n`)()).to.equal(kernel);
    const substitute = createBootId(async () => undefined);
    expect(await substitute())
      .to.equal(await substitute())
      .and.to.match(/^[0-9a-f-]{36}$/);
  });
});
