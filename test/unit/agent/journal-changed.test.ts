import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Agent, createAgent } from '../../../agent/agent.ts';
import type { Identity } from '../../../agent/identity/identity.ts';
import { journalKeepingOf } from '../../../agent/journal-keeping.ts';
import { readDevice } from '../../../agent/platform/simulated/device-file.ts';
import { createEnrolmentStore, enrolmentOf } from '../../../agent/store/enrolment-store.ts';
import { createJournalStore } from '../../../agent/store/journal-store.ts';
import { openStore } from '../../../agent/store/store.ts';
import type { Envelope } from '../../../shared/command/envelope.ts';
import { systemClock as clock, instant } from '../../../shared/instant.ts';
import { silentLog as log } from '../../../shared/log.ts';
import { ask, greet, startTestServer, type TestServer } from '../../support/in-process-server.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { type EnrolledDevice, enrolSimulated, seen } from './enrolled-device.ts';
import { byHand } from './store/journal-rig.ts';

describe('an agent whose journal somebody changed, and its server', function () {
  this.timeout(60_000);
  let server: TestServer;
  let enrolled: EnrolledDevice;
  let dataFolder: string;
  let device: string;
  let identity: Identity;
  let order: EnrolledDevice['order'];
  let agent: Agent | undefined;

  before(async () => {
    server = await startTestServer(makeTempFolder());
  });
  after(() => server.stop());
  beforeEach(async () => {
    enrolled = await enrolSimulated(server);
    ({ dataFolder, device, identity, order } = enrolled);
  });
  afterEach(async () => {
    await agent?.stop();
    agent = undefined;
  });

  async function startAgent(): Promise<void> {
    agent = createAgent(enrolled.agentParts());
    await agent.start();
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

  const outcome = async (id: string) => (await enrolled.outcome(id)).moves.at(-1);

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
    await seen('the finding', async () => ((await findings()).includes(tampered) ? true : undefined));
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
    await seen('the finding', async () => ((await findings()).includes(tampered) ? true : undefined));
  });

  it('carries out nothing from before when an order is gone, for it may have been carried out', async () => {
    const { id } = await receive();
    await byHand(dataFolder, 'delete from orders');
    await startAgent();
    expect(await outcome(id)).to.include({ to: 'refused', reason: 'interrupted' });
    await seen('the finding', async () => ((await findings()).includes(tampered) ? true : undefined));
    expect(await outcome(await order())).to.include({ to: 'verified' });
  });
});
