import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Agent, type AgentParts, createAgent } from '../../../agent/agent.ts';
import { createSettingsHolder } from '../../../agent/guard/settings-holder.ts';
import type { Identity } from '../../../agent/identity/identity.ts';
import { writeDevice } from '../../../agent/platform/simulated/device-file.ts';
import { createSimulatedPlatform } from '../../../agent/platform/simulated/platform.ts';
import { readStatus } from '../../../agent/status.ts';
import { createKeptFiles } from '../../../agent/store/kept-files.ts';
import { openSqlite } from '../../../agent/store/sqlite.ts';
import { systemClock } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import type { FarewellReason } from '../../../shared/policy/farewell.ts';
import { changePolicy } from '../../support/change-policy.ts';
import { startTestServer, type TestServer } from '../../support/in-process-server.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { type EnrolledDevice, enrolSimulated, seen } from './enrolled-device.ts';
import { createHeardLog, session } from './parts.ts';

describe('the agent and a real server', function () {
  this.timeout(60_000);
  let server: TestServer;
  let enrolled: EnrolledDevice;
  let dataFolder: string;
  let device: string;
  let identity: Identity;
  let order: EnrolledDevice['order'];
  let outcome: EnrolledDevice['outcome'];
  const agents: Agent[] = [];

  before(async () => {
    server = await startTestServer(makeTempFolder());
  });
  after(() => server.stop());
  beforeEach(async () => {
    enrolled = await enrolSimulated(server);
    ({ dataFolder, device, identity, order, outcome } = enrolled);
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
  });

  async function startAgent(change: Partial<AgentParts> = {}) {
    const agent = createAgent({ ...enrolled.agentParts(change.log), ...change });
    agents.push(agent);
    await agent.start();
    return agent;
  }

  it('carry out an order that waited for the device’s first connection, and show who is signed in after it (DEV2)', async () => {
    const id = await order();
    await startAgent();
    expect((await outcome(id)).moves.map(({ to }) => to)).to.deep.equal([
      'queued',
      'sent',
      'received',
      'started',
      'verified',
    ]);
    await seen('nobody to be signed in', async () => {
      const shown = await server.call('showDevice', { params: { id: identity.deviceId } });
      const sessions = shown.error ? undefined : shown.body.sections.sessions;
      return sessions?.state === 'known' && sessions.value.sessions.length === 0 ? true : undefined;
    });
    const status = await seen('everything to be acknowledged', async () => {
      const read = await readStatus(dataFolder);
      return read.unacknowledgedReports === 0 && read.openOrders === 0 && read.lastAcknowledgedAt ? read : undefined;
    });
    expect(status).to.include({ enrolled: true, running: true, connected: true, observeMode: false });
  });

  it('say why they end where they are told to, and vanish without a word where they are not (DEV6)', async () => {
    const shown = async () => {
      const answer = await server.call('showDevice', { params: { id: identity.deviceId } });
      return answer.error ? undefined : answer.body.presence;
    };
    const ended = async (why: FarewellReason | undefined, isTold: boolean) => {
      const simulated = createSimulatedPlatform(device, systemClock);
      const platform = why === undefined ? simulated : { ...simulated, ending: async () => why };
      const { log, events } = createHeardLog();
      const agent = await startAgent({ platform, log });
      await seen('the connection', async () => events.some(({ event }) => event === 'connected') || undefined);
      await agent.stop({ isTold });
      return (await shown())?.farewell?.why;
    };
    expect(await ended('stopped', true)).to.equal('stopped');
    expect(await ended('system-ends', true)).to.equal('system-ends');
    expect(await ended(undefined, true), 'a system that does not say').to.equal('unknown');
    expect(await ended('stopped', false), 'its hello takes the last one back').to.equal(undefined);
  });

  it('refuse every order in observe mode, and leave everybody signed in', async () => {
    await startAgent({ observeMode: true });
    const done = await outcome(await order());
    expect(done.moves.at(-1)).to.include({ to: 'refused', reason: 'observe-mode' });
  });

  it('refuse an order from before a lost store, which may have been carried out, and obey the next', async () => {
    const id = await order();
    for (const ending of ['', '-wal', '-shm']) rmSync(join(dataFolder, `agent.db${ending}`), { force: true });
    await startAgent();
    expect((await outcome(id)).moves.at(-1)).to.include({ to: 'refused', reason: 'interrupted' });
    expect((await outcome(await order())).state).to.equal('verified');
  });

  it('are out of touch while changes cannot be written down, for what is shown would be old, and in touch again after', async () => {
    const { log, events } = createHeardLog();
    const shown = () =>
      seen('the sessions shown', async () => {
        const answer = await server.call('showDevice', { params: { id: identity.deviceId } });
        const sessions = answer.error ? undefined : answer.body.sections.sessions;
        return sessions?.state === 'known' ? sessions.value.sessions.map(({ id }) => id).join() : undefined;
      });
    const isConnected = (wanted: boolean) =>
      seen(`connected: ${wanted}`, async () =>
        (await readStatus(dataFolder)).connected === wanted ? true : undefined,
      );
    const times = (name: string) => events.filter(({ event }) => event === name).length;
    await startAgent({ log, stuckAfterMs: 300 });
    await isConnected(true);
    expect(await shown()).to.equal('1');
    const disk = await openSqlite(join(dataFolder, 'agent.db'), 'write');
    // A busy machine's disk may have been slow before.
    const stuckBefore = times('reports-stuck');
    await disk.script("create trigger full before insert on reports begin select raise(abort, 'no room'); end");
    await writeDevice(device, { sessions: { value: { sessions: [session('1'), session('9', 'ben')] } } });
    await isConnected(false);
    const connectedBefore = times('connected');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(times('connected')).to.equal(connectedBefore);
    expect(await shown()).to.equal('1');
    await disk.script('drop trigger full');
    await disk.close();
    await isConnected(true);
    await seen('the change', async () => ((await shown()) === '1,9' ? true : undefined));
    expect(times('reports-stuck')).to.equal(stuckBefore + 1);
  });

  it('say nothing to a server of another authority, and tell why', async () => {
    const other = await startTestServer(makeTempFolder());
    try {
      const { log, events } = createHeardLog();
      await startAgent({ identity: { ...identity, server: { host: '127.0.0.1', port: other.agentPort } }, log });
      const trouble = await seen('a trouble', async () => events.find(({ event }) => event === 'connection-failed'));
      expect(trouble.fields.code).to.equal('unreachable');
      expect(trouble.fields.error).to.match(/certificate|self.signed|verify/i);
      expect(events.map(({ event }) => event)).to.not.include('connected');
    } finally {
      await other.stop();
    }
  });

  it('go by the settings the server signed, the present ones at once after the policy changed, also after a start', async () => {
    const { log, events } = createHeardLog();
    const taken = (version: number) =>
      seen(`settings ${version}`, async () =>
        (await readStatus(dataFolder)).settingsVersion === version ? true : undefined,
      );
    const agent = await startAgent({ log });
    await taken(1);
    await changePolicy(server, { resourceFolder: 'Topics' });
    await taken(2);
    await seen('the server is told', async () => {
      const device = await server.call('showDevice', { params: { id: identity.deviceId } });
      if (device.error || device.body.sections.agent.state === 'unknown') return undefined;
      return device.body.sections.agent.value.settingsVersion === 2 ? true : undefined;
    });
    await agent.stop();
    const versions = events.filter(({ event }) => event === 'settings-taken').map(({ fields }) => fields.version);
    expect(versions).to.deep.equal(['1', '2']);
    const keeper = createKeptFiles({ dataFolder, log: silentLog });
    const settings = createSettingsHolder({ keeper, log: silentLog });
    await settings.open(identity);
    expect(settings.current().resourceFolder).to.equal('Topics');
    expect(settings.current().mediaSalt).to.have.length(44);
    const other = createSettingsHolder({ keeper, log: silentLog });
    await other.open({ ...identity, epoch: identity.epoch + 1 });
    expect(other.version()).to.equal(null);
  });

  it('tell of the agent itself: its start, and the clocks once they were compared', async () => {
    await startAgent();
    const health = await seen('the agent’s health', async () => {
      const answer = await server.call('showDevice', { params: { id: identity.deviceId } });
      const agent = answer.error ? undefined : answer.body.sections.agent;
      return agent?.state === 'known' && agent.value.clockSkewSeconds !== null ? agent.value : undefined;
    });
    expect(health).to.include({ starts: 1, clockSkewSeconds: 0 });
    expect(health.memoryMb).to.be.greaterThan(0);
    expect(health.failures).to.deep.equal([]);
  });

  it('end in time and begin again with everything kept', async () => {
    const first = await startAgent();
    const began = Date.now();
    await first.stop();
    expect(Date.now() - began).to.be.lessThan(3_000);
    expect((await readStatus(dataFolder)).running).to.equal(false);
    await startAgent();
    expect((await readStatus(dataFolder)).running).to.equal(true);
  });
});
