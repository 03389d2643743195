import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Agent, createAgent } from '../../../agent/agent.ts';
import { enrolDevice } from '../../../agent/enrolling.ts';
import { createSettingsHolder } from '../../../agent/guard/settings-holder.ts';
import type { Identity } from '../../../agent/identity/identity.ts';
import { journalKeepingOf } from '../../../agent/journal-keeping.ts';
import { readDevice, writeDevice } from '../../../agent/platform/simulated/device-file.ts';
import { createSimulatedPlatform } from '../../../agent/platform/simulated/platform.ts';
import { createEnrolmentStore, enrolmentOf } from '../../../agent/store/enrolment-store.ts';
import { createJournalStore } from '../../../agent/store/journal-store.ts';
import { createKeptFiles } from '../../../agent/store/kept-files.ts';
import { openStore } from '../../../agent/store/store.ts';
import type { Envelope } from '../../../shared/command/envelope.ts';
import { systemClock as clock, instant } from '../../../shared/instant.ts';
import { silentLog as log } from '../../../shared/log.ts';
import { ask, greet, startTestServer, type TestServer } from '../../support/in-process-server.ts';
import { until } from '../../support/processes.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { session } from './parts.ts';
import { byHand } from './store/journal-rig.ts';

describe('an agent whose journal somebody changed, and its server', function () {
  this.timeout(60_000);
  let server: TestServer;
  let dataFolder: string;
  let device: string;
  let identity: Identity;
  let agent: Agent | undefined;

  before(async () => {
    server = await startTestServer(makeTempFolder());
  });
  after(() => server.stop());
  beforeEach(async () => {
    dataFolder = makeTempFolder();
    device = join(makeTempFolder(), 'device');
    mkdirSync(device);
    await writeDevice(device, { sessions: { value: { sessions: [session('1')] } } });
    const made = await server.call('makeEnrolmentLink', { body: { name: `Tablet ${Math.random()}`.slice(0, 20) } });
    if (made.error) throw new Error(made.error.message);
    identity = await enrolDevice({ link: made.body.link, dataFolder, platform: 'simulated', clock, log });
  });
  afterEach(async () => {
    await agent?.stop();
    agent = undefined;
  });

  async function startAgent(): Promise<void> {
    const keeper = createKeptFiles({ dataFolder, log });
    const settings = createSettingsHolder({ keeper, log });
    const platform = createSimulatedPlatform(device, clock);
    const parts = { dataFolder, identity, platform, settings, keeper, clock, log };
    agent = createAgent({ ...parts, observeMode: false, forbids: [] });
    await agent.start();
  }

  async function order(): Promise<string> {
    const body = { kind: 'logout', args: {}, reason: 'closing time' };
    const made = await server.call('orderCommand', { params: { id: identity.deviceId }, body });
    if (made.error) throw new Error(made.error.message);
    return made.body.id;
  }

  /** As an agent that took the order, told so, and was ended before it carried it out. */
  async function receive(): Promise<Envelope> {
    const { socket } = await greet(identity);
    const offered = new Promise<Envelope>((resolve) => socket.once('command', resolve));
    const id = await order();
    const envelope = await offered;
    const move = { commandId: id, to: 'received', at: instant(clock.now()) } as const;
    await ask(socket, 'move', move);
    socket.disconnect();
    const store = await openStore({ dataFolder, clock, log });
    const keeping = journalKeepingOf({ dataFolder, identity, clock, log });
    await createEnrolmentStore(store.database, keeping.seal).open(enrolmentOf(identity));
    const journal = createJournalStore(store.database, { ...keeping, onChanged: async () => {} });
    await journal.receive(envelope, instant(clock.now() + 3_600_000), move);
    await store.close();
    return envelope;
  }

  async function outcome(id: string) {
    const { value } = await until('an outcome', async () => {
      const shown = await server.call('showCommand', { params: { id } });
      if (shown.error) throw new Error(shown.error.message);
      return ['verified', 'failed', 'refused'].includes(shown.body.state) ? shown.body.moves.at(-1) : undefined;
    });
    return value;
  }

  async function findings(): Promise<string[]> {
    const shown = await server.call('showDevice', { params: { id: identity.deviceId } });
    if (shown.error) throw new Error(shown.error.message);
    return shown.body.findings.map(({ code, text }) => `${code}: ${text}`);
  }

  const tampered = 'agent-tampered: Somebody was at what guards this device: its record of what it did was changed.';

  it('does not carry out the order that was altered, tells the setting, and obeys the next (DEV6, INC1)', async () => {
    const { id } = await receive();
    expect(await byHand(dataFolder, "update orders set expires_at = '2030-01-01T00:00:00.000Z'")).to.equal(1);
    await startAgent();
    expect(await outcome(id)).to.include({ to: 'refused', reason: 'journal-changed' });
    const { sessions } = await readDevice(device);
    expect(JSON.stringify(sessions)).to.contain('anna');
    await until('the finding', async () => ((await findings()).includes(tampered) ? true : undefined));
    expect(await outcome(await order())).to.include({ to: 'verified' });
  });

  it('carries out what waited when nobody was at it, and accuses nobody (DEV6)', async () => {
    const { id } = await receive();
    await startAgent();
    expect(await outcome(id)).to.include({ to: 'verified' });
    expect((await findings()).filter((one) => one.startsWith('agent-'))).to.deep.equal([]);
  });

  it('starts also where a folder lies in the place of its mark, and tells (DEV6)', async () => {
    const { id } = await receive();
    await byHand(dataFolder, 'delete from journal_head');
    await byHand(dataFolder, 'update orders set seal = null');
    rmSync(join(dataFolder, 'kept', 'journal'), { force: true });
    mkdirSync(join(dataFolder, 'kept', 'journal'), { recursive: true });
    await startAgent();
    expect(await outcome(id)).to.include({ to: 'refused', reason: 'journal-changed' });
    await until('the finding', async () => ((await findings()).includes(tampered) ? true : undefined));
  });

  it('carries out nothing from before when an order is gone, for it may have been carried out', async () => {
    const { id } = await receive();
    await byHand(dataFolder, 'delete from orders');
    await startAgent();
    expect(await outcome(id)).to.include({ to: 'refused', reason: 'interrupted' });
    await until('the finding', async () => ((await findings()).includes(tampered) ? true : undefined));
    expect(await outcome(await order())).to.include({ to: 'verified' });
  });
});
