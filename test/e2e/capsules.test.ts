import { expect } from 'chai';
import type { Identity } from '../../agent/identity/identity.ts';
import { openOrder } from '../../shared/command/envelope.ts';
import { openCapsule } from '../../shared/policy/capsule.ts';
import { type Capsule, capsuleSchema, type SignedSettings } from '../../shared/policy/device-settings.ts';
import { changePolicy } from '../support/change-policy.ts';
import {
  ask,
  connected,
  helloOf,
  openThinAgent,
  startTestServer,
  type TestServer,
  type ThinAgent,
} from '../support/in-process-server.ts';
import { pause, until } from '../support/processes.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

describe('the settings a server gives its devices', () => {
  let folder: string;
  let server: TestServer;
  const open: ThinAgent[] = [];

  before(async () => {
    folder = makeTempFolder();
    server = await startTestServer(folder);
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });

  /** A device that listens from the first moment on. */
  async function listen(identity: Identity) {
    const socket = openThinAgent(identity);
    open.push(socket);
    const heard: Capsule[] = [];
    socket.on('capsule', (capsule) => heard.push(capsuleSchema.parse(capsule)));
    await connected(socket);
    const settings = async (count: number): Promise<SignedSettings> => {
      await until(`capsule ${count}`, async () => (heard.length >= count ? true : undefined));
      const last = heard.at(-1);
      const opened = last && openCapsule(last, identity.commandKey);
      if (opened === undefined) throw new Error('it is not of the server');
      return opened;
    };
    return { socket, heard, settings, greet: () => ask(socket, 'hello', helloOf(identity)) };
  }
  it('come after each hello, signed for this device and its enrolment, and to nobody who said none', async () => {
    const identity = await server.enrolDevice('Tablet 1');
    const device = await listen(identity);
    await pause(150);
    expect(device.heard).to.deep.equal([]);
    await device.greet();
    const { deviceId, epoch } = identity;
    expect(await device.settings(1)).to.include({ deviceId, epoch });
    const [capsule] = device.heard;
    expect(
      openOrder({ id: deviceId, text: capsule?.text ?? '', signature: capsule?.signature ?? '' }, identity.commandKey),
    ).to.deep.equal({ ok: false, reason: 'bad-signature' });
    await device.greet();
    await device.settings(2);
  });

  it('come again, with a higher version, to every connected device when the policy changes', async () => {
    const devices = await Promise.all(
      ['Tablet 2', 'Tablet 3'].map(async (name) => listen(await server.enrolDevice(name))),
    );
    for (const device of devices) await device.greet();
    const [before] = await Promise.all(devices.map((device) => device.settings(1)));
    await changePolicy(server, { resourceFolder: 'Topics' });
    for (const device of devices) {
      const { version, settings } = await device.settings(2);
      expect(version).to.equal((before?.version ?? 0) + 1);
      expect(settings).to.include({ resourceFolder: 'Topics', mediaSalt: before?.settings.mediaSalt });
    }
  });

  it('come again when the setting says whose the device is or that children use it, and carry its rules (DEV5, DEV7)', async () => {
    const identity = await server.enrolDevice('Tablet 7');
    const device = await listen(identity);
    await device.greet();
    const first = await device.settings(1);
    expect(first.settings.rules).to.include({ kind: 'laptop', childFacing: false, assignedPeople: null });
    const body = { childFacing: true, assignedPeople: ['alice'] };
    await server.call('changeDevice', { params: { id: identity.deviceId }, body });
    const next = await device.settings(2);
    expect(next.settings.rules).to.deep.include(body);
    expect(next.version).to.equal(first.version);
    expect(next.issuedAt >= first.issuedAt).to.equal(true);
  });

  it('go out with a list of apps as long as a policy may name, sent over HTTP', async () => {
    const device = await listen(await server.enrolDevice('Tablet 6'));
    await device.greet();
    await device.settings(1);
    const hosts = (index: number) =>
      Array.from({ length: 20 }, (_none, each) => `${'h'.repeat(34)}${index}-${each}.school.org`);
    const apps = Array.from({ length: 60 }, (_none, index) => ({
      ...{ app: `app-${index}`, name: `App ${index}`, kind: 'nursery' as const, hosts: hosts(index) },
      ...{ cookies: [], localStorage: [], packages: [] },
    }));
    const list = { version: 1, apps };
    expect(JSON.stringify(list).length).to.be.greaterThan(64 * 1024);
    await changePolicy(server, { apps: list });
    expect((await device.settings(2)).settings.apps.apps).to.deep.equal(apps);
  });

  it('are the same secret after the server started again', async () => {
    const identity = await server.enrolDevice('Tablet 4');
    const first = await listen(identity);
    await first.greet();
    const { settings } = await first.settings(1);
    await server.restart();
    const second = await listen(identity);
    await second.greet();
    expect((await second.settings(1)).settings.mediaSalt).to.equal(settings.mediaSalt);
  });

  it('tell nothing of the secret to people: not in the policy, not in a device', async () => {
    const identity = await server.enrolDevice('Tablet 5');
    const device = await listen(identity);
    await device.greet();
    const { mediaSalt } = (await device.settings(1)).settings;
    const answers = [
      await server.call('showPolicy'),
      await server.call('showDevice', { params: { id: identity.deviceId } }),
    ];
    expect(JSON.stringify(answers)).to.not.include(mediaSalt);
  });
});
