import { utimesSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { createHomeFiles, createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { realInventory } from '../../../../agent/platform/linux/machine-model.ts';
import { parseOsRelease } from '../../../../agent/platform/linux/os-release.ts';
import { createSystemProbe, parseBootTime } from '../../../../agent/platform/linux/system.ts';
import { parseUpdateNotes } from '../../../../agent/platform/linux/update-notes.ts';
import { volumeAt } from '../../../../agent/platform/machine/disk-space.ts';
import type { Look } from '../../../../agent/platform/platform.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { sameAnswer } from '../../../../shared/reading.ts';
import { type SystemFacts, systemSchema } from '../../../../shared/report/system.ts';
import { createSystemTree, type SystemTree } from './system-tree.ts';

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n';
const live = () => new AbortController().signal;
const ubuntuNotes = `
Expanded Security Maintenance for Applications is not enabled.

12 updates can be applied immediately.
3 of these updates are standard security updates.
To see these additional updates run: apt list --upgradable

5 additional security updates can be applied with ESM Apps.
`;

describe('what a Linux device is', () => {
  let tree: SystemTree;
  beforeEach(() => {
    tree = createSystemTree();
    tree.write('/proc/stat', 'cpu 1\nbtime 1795245000\n');
    tree.write('/etc/os-release', debian);
    tree.write('/sys/class/dmi/id/sys_vendor', 'Dell Inc.\n');
    tree.write('/sys/class/dmi/id/product_name', 'Latitude 3190\n');
  });
  afterEach(() => tree.clean());

  function setup(free = { bytes: 83.4e9 }) {
    const asked: string[] = [];
    const inventory = {
      board: async () => {
        asked.push('board');
        return { manufacturer: 'ASUSTeK COMPUTER INC.', model: 'PRIME B450M-A' };
      },
    };
    const probe = createSystemProbe({
      clock: systemClock,
      files: createSystemFiles(tree.root),
      slowFiles: createHomeFiles(tree.root),
      inventory,
      volume: async () => ({ total: 256e9, free: free.bytes }),
      kernel: () => '6.1.0-50-amd64',
    });
    const look = async (): Promise<SystemFacts> => {
      const reading = await probe(live());
      if (reading.state !== 'known') throw new Error(reading.reason);
      return systemSchema.parse(reading.value);
    };
    return { probe, look, asked };
  }

  function battery(name: string, files: Record<string, string>) {
    for (const [file, text] of Object.entries(files))
      tree.write(`/sys/class/power_supply/${name}/${file}`, `${text}\n`);
  }

  it('names model, system, kernel, disk and battery in coarse steps', async () => {
    battery('BAT0', { type: 'Battery', status: 'Discharging', capacity: '78', present: '1' });
    const { updates, ...facts } = await setup().look();
    expect(facts).to.deep.equal({
      model: 'Dell Inc. Latitude 3190',
      os: { name: 'Debian GNU/Linux', version: '12', build: '6.1.0-50-amd64' },
      bootedAt: '2026-11-21T07:10:00.000Z',
      disk: { totalGb: 256, freeGb: 83 },
      battery: { percent: 80, charging: false },
    });
    expect(updates).to.include({ state: 'unknown', reason: 'not-supported', detail: 'update-service' });
  });

  it('does not drift: small steps of clock and free space are the same answer', async () => {
    const free = { bytes: 83.9e9 };
    const { probe } = setup(free);
    const first = await probe(live());
    tree.write('/proc/stat', 'btime 1795245007\n');
    free.bytes = 84.3e9;
    expect(sameAnswer(first, await probe(live()))).to.equal(true);
    free.bytes = 70e9;
    expect(sameAnswer(first, await probe(live()))).to.equal(false);
  });

  it('names the model by the device tree, by what Lenovo calls it, or by the board, which is asked for once', async () => {
    tree.write('/sys/class/dmi/id/sys_vendor', 'LENOVO\n');
    tree.write('/sys/class/dmi/id/product_version', 'ThinkPad X13 Gen 2\n');
    expect((await setup().look()).model).to.equal('LENOVO ThinkPad X13 Gen 2');
    tree.write('/sys/class/dmi/id/sys_vendor', 'To Be Filled By O.E.M.\n');
    tree.write('/sys/class/dmi/id/product_name', 'System Product Name\n');
    const { look, asked } = setup();
    expect((await look()).model).to.equal('ASUSTeK COMPUTER INC. PRIME B450M-A');
    await look();
    expect(asked).to.deep.equal(['board']);
    tree.write('/proc/device-tree/model', 'Raspberry Pi 4 Model B Rev 1.4\0');
    expect((await setup().look()).model).to.equal('Raspberry Pi 4 Model B Rev 1.4');
  });

  it('does not guess a model where the kernel has no table of it', async () => {
    tree.remove('/sys/class/dmi');
    const { look, asked } = setup();
    expect([(await look()).model, asked]).to.deep.equal([null, []]);
  });

  it('takes two batteries together, leaves out a mouse’s, and knows the mains adapter', async () => {
    battery('hidpp_battery_0', { type: 'Battery', scope: 'Device', capacity: '5', status: 'Discharging' });
    expect((await setup().look()).battery).to.equal(null);
    battery('BAT0', { type: 'Battery', status: 'Unknown', capacity: '100', energy_now: '20000', energy_full: '20000' });
    battery('BAT1', {
      type: 'Battery',
      status: 'Discharging',
      capacity: '50',
      energy_now: '30000',
      energy_full: '60000',
    });
    battery('AC', { type: 'Mains', online: '0' });
    expect((await setup().look()).battery).to.deep.equal({ percent: 65, charging: false });
    battery('AC', { type: 'Mains', online: '1' });
    expect((await setup().look()).battery).to.deep.equal({ percent: 65, charging: true });
  });

  it('goes without what cannot be told', async () => {
    tree.remove('/etc/os-release');
    battery('BAT0', { type: 'Battery', capacity: 'full' });
    expect(await setup({ bytes: 300e9 }).look()).to.deep.include({ disk: null, battery: null });
  });

  it('tells the updates that Ubuntu itself noted, and whether one waits for a restart', async () => {
    tree.write('/var/lib/update-notifier/updates-available', ubuntuNotes);
    expect((await setup().look()).updates).to.deep.include({ value: { pending: 12, security: 3, restart: false } });
    tree.write('/run/reboot-required', '*** System restart required ***\n');
    expect((await setup().look()).updates).to.deep.include({ value: { pending: 12, security: 3, restart: true } });
  });

  it('does not say how many updates there are by lists that were fetched long ago', async () => {
    tree.write('/var/lib/update-notifier/updates-available', '0 updates can be applied immediately.\n');
    tree.write('/var/lib/apt/periodic/update-success-stamp', '');
    const stamp = `${tree.root}/var/lib/apt/periodic/update-success-stamp`;
    utimesSync(stamp, new Date(), new Date());
    expect((await setup().look()).updates).to.have.property('state', 'known');
    utimesSync(stamp, new Date(), new Date('2026-01-01T00:00:00Z'));
    expect((await setup().look()).updates).to.have.property('state', 'unknown');
  });

  it('asks the kernel for its boot time again in a round once the clock was set or the device slept, and whenever it is asked anew', async () => {
    let [now, steady] = [Date.parse('2026-11-21T12:00:00.000Z'), 5_000];
    const probe = createSystemProbe({
      clock: { now: () => now },
      steadyMs: () => steady,
      files: createSystemFiles(tree.root),
      slowFiles: createHomeFiles(tree.root),
      inventory: realInventory,
      volume: async () => undefined,
    });
    const bootedAt = async (look: Look) => {
      const reading = await probe(live(), look);
      return reading.state === 'known' ? Date.parse(reading.value.bootedAt) / 1000 : reading.reason;
    };
    expect(await bootedAt('glance')).to.equal(1795245000);
    tree.write('/proc/stat', 'btime 1795255000\n');
    now += 60_000;
    steady += 60_000;
    expect(await bootedAt('glance')).to.equal(1795245000);
    expect(await bootedAt('new')).to.equal(1795255000);
    tree.write('/proc/stat', 'btime 1795265000\n');
    now += 3_600_000;
    steady += 1_000;
    expect(await bootedAt('glance')).to.equal(1795265000);
    tree.write('/proc/stat', 'no time\n');
    now -= 7_200_000;
    expect(await bootedAt('glance')).to.equal('not-understood');
  });

  it('says the same in rounds that find the same, with the time of now, and another thing once it is another', async () => {
    const { probe } = setup();
    const first = await probe(live(), 'glance');
    expect(sameAnswer(first, await probe(live(), 'glance'))).to.equal(true);
    tree.write('/etc/os-release', debian.replaceAll('12', '13'));
    const after = await probe(live(), 'glance');
    expect(sameAnswer(first, after)).to.equal(false);
    expect(after.state === 'known' && after.value.os.version).to.equal('13');
  });

  it('is unknown when the kernel tells no boot time', async () => {
    tree.write('/proc/stat', 'cpu\n');
    expect(await setup().probe(live())).to.include({ state: 'unknown' });
  });

  it('asks this very machine, in a form that may travel', async function () {
    if (process.platform !== 'linux') this.skip();
    const [files, slowFiles] = [createSystemFiles(), createHomeFiles()];
    const parts = { clock: systemClock, files, slowFiles, inventory: realInventory, volume: volumeAt('/') };
    const reading = await createSystemProbe(parts)(live());
    expect(reading.state).to.equal('known');
    if (reading.state === 'known') systemSchema.parse(reading.value);
    expect(await realInventory.board()).to.have.property('model');
  });
});

describe('texts about a Linux system', () => {
  it('are read in their several forms', () => {
    expect(parseOsRelease("NAME='Fedora Linux'\r\nVERSION_ID=40\r\n")).to.deep.equal({
      name: 'Fedora Linux',
      version: '40',
    });
    expect(parseOsRelease('NAME="Arch Linux"\nBUILD_ID=rolling\n')).to.deep.equal({
      name: 'Arch Linux',
      version: 'rolling',
    });
    expect(parseUpdateNotes('\n0 updates can be applied immediately.\n\n')).to.deep.equal({ pending: 0, security: 0 });
    expect(parseUpdateNotes('1 package can be updated.\n1 update is a security update.\n')).to.deep.equal({
      pending: 1,
      security: 1,
    });
    expect(parseUpdateNotes('12 Aktualisierungen können sofort angewendet werden.\n')).to.deep.equal({
      pending: 12,
      security: null,
    });
    expect(parseUpdateNotes('')).to.equal(undefined);
  });

  it('never make a parser throw, and let no control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseBootTime(text);
        parseUpdateNotes(`3 ${text}`);
        expect(parseOsRelease(`NAME=${text}`)?.name ?? '').to.not.match(/\p{Cc}/u);
      }),
    );
    const noise = '9 a\x00 security '.repeat(600_000);
    parseUpdateNotes(noise);
    parseOsRelease(noise);
  });
});
