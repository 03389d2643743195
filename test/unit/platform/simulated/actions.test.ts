import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DeviceFile, readDevice } from '../../../../agent/platform/simulated/device-file.ts';
import { createSimulatedPlatform } from '../../../../agent/platform/simulated/platform.ts';
import { instant, systemClock } from '../../../../shared/instant.ts';
import { defaultAppList } from '../../../../shared/policy/app-list.ts';
import { known, unknown } from '../../../../shared/reading.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

const now = instant(Date.parse('2026-11-23T08:00:00.000Z'));
const never = new AbortController().signal;
const nothing = { resourceFolder: null };

function make(device: DeviceFile) {
  const folder = makeTempFolder();
  writeFileSync(join(folder, 'device.json'), JSON.stringify(device));
  let cuts = 0;
  const platform = createSimulatedPlatform(folder, systemClock, () => {
    cuts += 1;
  });
  const log = () => readFileSync(join(folder, 'actions.log'), 'utf8').trim().split('\n');
  return { folder, platform, log, cuts: () => cuts };
}

const photos = (places: object[]): DeviceFile['photos'] =>
  ({ value: { places, atLeast: { photos: 0, videos: 0 }, complete: true } }) as DeviceFile['photos'];

describe('actions on a simulated device', () => {
  it('lock it and release it, read back from the device and not from memory', async () => {
    const { platform, folder } = make({});
    await platform.locking.lock({ text: 'Locked', challenge: null });
    expect(await platform.locking.look(never)).to.have.nested.property('value.locked', true);
    expect((await readDevice(folder)).lock?.locked).to.equal(true);
    await platform.locking.release();
    expect(await platform.locking.look(never)).to.have.deep.nested.property('value.refused', []);
  });

  it('clear photos by place and class, the resource folder only when it is named (DEV4), and leave what is unknown', async () => {
    const { platform } = make({
      photos: photos([
        { place: 'camera', count: known({ photos: 5, videos: 2 }, now) },
        { place: 'resources', count: known({ photos: 9, videos: 0 }, now) },
        { place: 'bin', count: unknown('blocked-by-permission', now) },
      ]),
    });
    const cleared = await platform.photoClearing.clear({ ...nothing, only: 'photos' }, never);
    expect(cleared.deleted).to.deep.equal({ photos: 5, videos: 0 });
    const all = await platform.photoClearing.count({ ...nothing, places: ['camera', 'resources', 'bin'] }, never);
    expect(all).to.have.deep.property('value', [
      { place: 'camera', files: { photos: 0, videos: 2 }, leftInCloudFolders: 0 },
      { place: 'resources', files: { photos: 9, videos: 0 }, leftInCloudFolders: 0 },
      { place: 'bin', files: null, leftInCloudFolders: 0 },
    ]);
  });

  it('sign out of the apps meant, of the people meant, and of no others (DEV2)', async () => {
    const signIn = (person: string, app: string) =>
      ({ person, browser: 'firefox', profile: 1, app, state: 'signed-in', since: null, until: null }) as const;
    const { platform, folder } = make({
      apps: {
        value: {
          listVersion: 1,
          apps: [
            { app: 'famly', answer: 'signed-in' },
            { app: 'facebook', answer: 'signed-in' },
          ],
          signIns: [signIn('alice', 'famly'), signIn('ben', 'famly'), signIn('alice', 'facebook')],
          unread: [],
        },
      },
    });
    const famly = defaultAppList.apps.filter(({ app }) => app === 'famly');
    await platform.signOutApps({ apps: famly, people: ['alice'] }, never);
    const { apps } = await readDevice(folder);
    expect(apps).to.have.deep.nested.property('value.signIns', [signIn('ben', 'famly'), signIn('alice', 'facebook')]);
    await platform.signOutApps({ apps: famly, people: undefined }, never);
    expect((await readDevice(folder)).apps).to.have.deep.nested.property('value.apps', [
      { app: 'famly', answer: 'signed-out' },
      { app: 'facebook', answer: 'signed-in' },
    ]);
  });

  it('refuse to destroy a device whose disk is not encrypted, or not known to be', async () => {
    for (const encryption of [undefined, { unknown: 'not-supported' as const }]) {
      const { platform } = make(encryption === undefined ? {} : { encryption });
      expect(await platform.wiping.prepare('device')).to.deep.equal({ ready: false, reason: 'disk-not-encrypted' });
    }
  });

  it('destroy it once, written down before, and it never comes back as a device', async () => {
    const { platform, log, cuts, folder } = make({ encryption: { value: { protection: 'protected', volumes: [] } } });
    void platform.wiping.destroyDevice();
    while (cuts() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log()).to.have.lengthOf(1);
    expect((await readDevice(folder)).destroyed).to.equal(true);
    await platform.bootId();
    expect(cuts()).to.equal(2);
  });
});
