import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { createMediaProbe } from '../../../../agent/platform/android/media.ts';
import { parseMounts } from '../../../../agent/platform/android/mount-text.ts';
import { parsePackageVersions } from '../../../../agent/platform/android/package-text.ts';
import { androidHost } from '../../../../agent/platform/android/process-host.ts';
import { createProgramsProbe } from '../../../../agent/platform/android/programs.ts';
import { createRightsProbe } from '../../../../agent/platform/android/rights.ts';
import { createSystemProbe } from '../../../../agent/platform/android/system.ts';
import { parseBatteryStatus } from '../../../../agent/platform/android/system-text.ts';
import { createExec, type ExecResult } from '../../../../agent/platform/exec.ts';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { createMediaTracker } from '../../../../agent/platform/media/media-tracker.ts';
import { mediaSchema } from '../../../../shared/report/media.ts';
import { programsSchema } from '../../../../shared/report/programs.ts';
import { systemSchema } from '../../../../shared/report/system.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';

const dump = readFileSync(
  new URL('../../../fixtures/platform/android/getprop-fbe-android14.txt', import.meta.url),
  'utf8',
);
const recorded = new Map([...dump.matchAll(/^\[([^\]]+)\]: \[([^\]]*)\]/gm)].map(([, name, value]) => [name, value]));
const signal = () => AbortSignal.timeout(5_000);

/** Forms of answers from documentation and public code; of the properties a recording is at hand. */
const build: Record<string, string> = {
  'ro.product.manufacturer': 'samsung',
  'ro.product.model': 'SM-X200',
  'ro.build.version.release': '14',
  'ro.build.version.security_patch': '2026-09-01',
  'ro.build.display.id': 'UP1A.231005.007',
  'ro.build.version.sdk': '34',
};
const getprop =
  (given: Record<string, string> = {}) =>
  ([name = '']: readonly string[]) =>
    `${given[name] ?? build[name] ?? recorded.get(name) ?? ''}\n`;
const charge = JSON.stringify({ health: 'GOOD', percentage: 62, plugged: 'UNPLUGGED', status: 'DISCHARGING' }, null, 2);
const packages = 'package:com.termux versionCode:1020\npackage:co.famly.app versionCode:42\n';
const card = [
  '/dev/block/dm-48 /data f2fs rw,seclabel 0 0',
  '/dev/fuse /storage/emulated fuse rw,nosuid 0 0',
  '/dev/block/vold/public:179,65 /mnt/media_rw/13F6-100D vfat rw,dirsync 0 0',
  '/dev/fuse /storage/13F6-100D fuse rw,nosuid 0 0',
  '',
].join('\n');

describe('what an Android device is', () => {
  const ask = async (given: Record<string, string> = {}, battery: string | ExecResult = charge) => {
    const exec = playback({ getprop: getprop(given), 'termux-battery-status': battery });
    const volume = async () => ({ total: 64e9, free: 20.5e9 });
    const reading = await createSystemProbe({ exec, clock: atNoon, volume, uptimeSeconds: () => 3600 })(signal());
    if (reading.state === 'known') systemSchema.parse(reading.value);
    return reading;
  };

  it('tells model, version with its security patch, start, free space and battery', async () => {
    expect(await ask()).to.have.deep.property('value', {
      model: 'samsung SM-X200',
      os: { name: 'Android', version: '14', build: 'UP1A.231005.007, security patch 2026-09-01' },
      bootedAt: '2026-11-21T11:00:00.000Z',
      updates: { state: 'unknown', reason: 'not-supported', detail: 'update-service', at: '2026-11-21T12:00:00.000Z' },
      disk: { totalGb: 64, freeGb: 20 },
      battery: { percent: 60, charging: false },
    });
  });

  it('does without what is not told, but not without a version', async () => {
    const bare = {
      'ro.build.display.id': '',
      'ro.build.version.security_patch': 'soon',
      'ro.product.manufacturer': '',
    };
    const reading = await ask(bare, { kind: 'missing' });
    expect(reading).to.have.nested.property('value.os.version', '14');
    expect(reading).to.have.nested.property('value.model', 'SM-X200');
    expect(reading).to.have.nested.property('value.battery', null);
    expect(await ask({ 'ro.build.version.release': '' })).to.include({ reason: 'not-understood', detail: 'getprop' });
    const probe = createSystemProbe({ exec: playback({}), clock: atNoon, volume: async () => undefined });
    expect(await probe(signal())).to.include({ reason: 'tool-missing' });
  });

  it('does not wait again at each look for an app that does not answer', async () => {
    const exec = playback({ getprop: getprop(), 'termux-battery-status': { kind: 'timed-out' } });
    const probe = createSystemProbe({ exec, clock: atNoon, volume: async () => undefined });
    for (const _look of [1, 2, 3]) await probe(signal());
    expect(exec.calls.filter((call) => call.startsWith('termux'))).to.have.length(1);
  });

  it('reads the battery from whole answers only', () => {
    expect(parseBatteryStatus(charge.replace('UNPLUGGED', 'PLUGGED_USB'))).to.deep.equal({
      percent: 60,
      charging: true,
    });
    for (const text of damaged(charge)) expect(parseBatteryStatus(text)?.percent).to.be.oneOf([60, undefined]);
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => void parseBatteryStatus(text)));
  });
});

describe('installed apps on Android (DEV8)', () => {
  const look = async (pm: string | ExecResult, level = '34') => {
    const exec = playback({ pm, getprop: getprop({ 'ro.build.version.sdk': level }) });
    const reading = await createProgramsProbe({ exec, clock: atNoon, keeper: forgetful })(signal());
    if (reading.state === 'known') programsSchema.parse(reading.value);
    return reading;
  };

  it('counts what is shown, and says since Android 11 that it may be a part', async () => {
    expect(await look(packages)).to.have.deep.property('value', {
      count: 2,
      since: '2026-11-21T12:00:00.000Z',
      changes: [],
      unread: [{ source: 'packages', reason: 'permission-denied' }],
    });
    expect(await look(packages, '29')).to.have.deep.nested.property('value.unread', []);
    expect(await look(packages, ''))
      .to.have.nested.property('value.unread')
      .with.length(1);
  });

  it('tells an app that was installed, although the list may be a part', async () => {
    let said = packages;
    const exec = playback({ pm: () => said, getprop: getprop() });
    const probe = createProgramsProbe({ exec, clock: atNoon, keeper: forgetful });
    await probe(signal());
    said += 'package:com.roblox.client versionCode:1950\n';
    const reading = await probe(signal());
    expect(reading.state === 'known' && reading.value.changes[0]).to.include({
      what: 'installed',
      program: 'com.roblox.client',
    });
  });

  it('takes no list for an empty one, and says why there is none', async () => {
    for (const text of ['', 'Failure calling service package', 'package:\n', `${packages}x`])
      expect(await look(text)).to.include({ state: 'unknown', reason: 'not-understood' });
    expect(await look({ kind: 'missing' })).to.include({ reason: 'tool-missing', detail: 'package-list' });
    expect(await look(exited('', 255))).to.include({ reason: 'tool-failed' });
    for (const text of damaged(packages)) parsePackageVersions(text);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => expect(parsePackageVersions(text)).to.equal(undefined) && undefined,
      ),
    );
  });

  it('starts tools that call others by name, as Android’s own do, in its own folders only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'android-'));
    writeFileSync(join(folder, 'pm'), '#!/bin/sh\ncmd package "$@"\n', { mode: 0o755 });
    writeFileSync(join(folder, 'cmd'), '#!/bin/sh\necho "package:com.termux versionCode:$#"\n', { mode: 0o755 });
    const result = await createExec([folder], androidHost([folder]))('pm', ['list', 'packages']);
    rmSync(folder, { recursive: true });
    expect(result).to.deep.equal(exited('package:com.termux versionCode:3\n'));
  });
});

describe('removable media and rights on Android (DEV7, DEV8, DEV10)', () => {
  const device = () => {
    const state: { text: string | undefined } = { text: card };
    const tracker = createMediaTracker({ clock: atNoon, settings: () => ({ mediaSalt: null }) });
    const probe = createMediaProbe({ clock: atNoon, tracker, read: async () => state.text });
    const look = async (text: string | undefined) => {
      state.text = text;
      const reading = await probe(signal());
      if (reading.state === 'known') mediaSchema.parse(reading.value);
      return reading;
    };
    return look;
  };

  it('lists a card once, in the open, by its bus', async () => {
    expect(await device()(card)).to.have.deep.nested.property('value.attached', [
      { id: null, bus: 'sd', sizeGb: null, encryption: 'not-encrypted', inUse: true, since: null },
    ]);
    expect(parseMounts(card.replace('179,65', '8,1'))?.[0]?.bus).to.equal('usb');
    expect(parseMounts('/dev/fuse /storage/13F6-100D fuse rw 0 0\n')?.[0]?.bus).to.equal('other');
  });

  it('lists a medium with another file system or without a name, but not what belongs to the device', () => {
    const uuid = '3f2c1b0a-1d2e-4f50-8a9b-0c1d2e3f4a5b';
    const found = (line: string) => parseMounts(`${line} rw,nosuid 0 0\n`)?.map(({ key, bus }) => [key, bus]);
    // Shapes from multirom-dev/multirom pull request #12 and phhusson/treble_experimentations issue #275.
    expect(found(`/dev/block/vold/public:8,17 /mnt/media_rw/${uuid} ext4`)).to.deep.equal([[uuid, 'usb']]);
    expect(found('/dev/block/vold/public:8,17 /mnt/media_rw/public:8,17 vfat')).to.deep.equal([['public:8,17', 'usb']]);
    expect(found('/dev/block/vold/public:179_65 /mnt/media_rw/13F6-100D exfat')).to.deep.equal([['13F6-100D', 'sd']]);
    expect(found(`/dev/fuse /storage/${uuid} fuse`)).to.deep.equal([]);
    expect(found(`/dev/block/dm-50 /mnt/expand/${uuid} ext4`)).to.deep.equal([]);
    expect(found('/mnt/media_rw/13F6-100D/photos /storage/emulated/0/photos sdcardfs')).to.deep.equal([]);
  });

  it('never says that none is attached where an app is not shown all mounts, but sees one go', async () => {
    const look = device();
    const without = card.replace(/^.*13F6-100D.*\n/gm, '');
    expect(await look(without)).to.include({ state: 'unknown', reason: 'permission-denied' });
    expect(await look(undefined)).to.include({ state: 'unknown', reason: 'permission-denied' });
    await look(card);
    expect(await look(without)).to.have.nested.property('value.recent[0].what', 'removed');
  });

  it('parses any text without throwing', () => {
    for (const text of damaged(card)) parseMounts(text);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(parseMounts(text)).to.have.length(0) && undefined),
    );
  });

  it('says nothing of rights: whoever holds the device is no account, and no screen lock can be proved', async () => {
    expect(await createRightsProbe(atNoon)(signal())).to.include({ state: 'unknown', detail: 'screen-lock' });
  });
});
