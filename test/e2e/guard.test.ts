import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DeviceFile, readDevice, writeDevice } from '../../agent/platform/simulated/device-file.ts';
import { deviceViewSchema } from '../../shared/api/devices.ts';
import { pageSchema } from '../../shared/api/page.ts';
import { guardViewSchema, policyViewSchema } from '../../shared/api/policy.ts';
import { defaultSwitches } from '../../shared/policy/switches.ts';
import type { Location } from '../../shared/report/location.ts';
import { type AgentProcesses, createAgentProcesses } from '../support/agent-process.ts';
import { type Running, until } from '../support/processes.ts';
import { createRest, type Rest } from '../support/rest.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const ownGateway = '02:00:5e:00:00:01';
const env = { HOMETIME_AGENT_HOST: '127.0.0.1', HOMETIME_ADDRESS: '127.0.0.1' };

function at(hardwareAddress: string): { value: Location } {
  const gateway = { address: '192.168.1.1', hardwareAddress, link: 'wireless' as const };
  return { value: { gateway, wifi: null, vpn: false } };
}

describe('a device that is carried home unprotected, with its server out of reach (DEV1)', function () {
  this.timeout(240_000);

  let server: ServerProcess;
  let agent: AgentProcesses;
  let running: Running;
  let device: string;
  let rest: () => Rest;

  before(async () => {
    server = await startServerProcess({ dataFolder: makeTempFolder(), env });
    const token = await server.token();
    rest = () => createRest(server.url, token);
    await askOfDevices(rest());
    device = join(makeTempFolder(), 'device');
    mkdirSync(device);
    const anna = { person: 'anna', where: 'console', since: null, activity: 'active', locked: null } as const;
    await writeDevice(device, {
      encryption: { value: { protection: 'not-protected', volumes: [] } },
      sessions: { value: { sessions: [{ id: 's1', ...anna }] } },
      location: at(ownGateway),
    });
    agent = createAgentProcesses();
    await agent.enrol(await server.enrolLink('Laptop 1', ['--address', '127.0.0.1']));
    running = agent.run(['--simulate', device]);
  });
  after(async () => {
    await running.stop();
    await server.stop();
  });

  const change = async (part: Partial<DeviceFile>) => writeDevice(device, { ...(await readDevice(device)), ...part });
  const guardSays = async () => (await agent.attempt(['guard', '--simulate', device])).stdout;
  const lockIs = (locked: boolean, withinMs: number) =>
    until(
      locked ? 'the lock' : 'the release',
      async () => ((await readDevice(device)).lock?.locked === locked ? true : undefined),
      { withinMs },
    );

  it('takes its rules while it is at the setting, and is clear', async () => {
    await until('the rules', async () => (/^Clear/.test(await guardSays()) ? true : undefined), { withinMs: 30_000 });
    expect((await readDevice(device)).lock).to.equal(undefined);
  });

  it('is warned, and blocked within the grace with everybody signed out', async () => {
    await server.killHard();
    await change({ location: at('02:00:5e:00:00:99') });
    const left = Date.now();
    await until('the warning', async () => (/^Warned/.test(await guardSays()) ? true : undefined), {
      withinMs: 20_000,
    });
    expect((await readDevice(device)).lock, 'not yet').to.equal(undefined);
    expect(readFileSync(join(device, 'actions.log'), 'utf8')).to.include(' show-text');
    await lockIs(true, 90_000);
    expect(Date.now() - left).to.be.within(58_000, 90_000);
    const signedOut = async () => {
      const { sessions } = await readDevice(device);
      return sessions !== undefined && 'value' in sessions && sessions.value.sessions.length === 0 ? true : undefined;
    };
    await until('everybody out', signedOut, { withinMs: 20_000 });
    expect(await guardSays()).to.match(/^Blocked since .*not fully encrypted/);
  });

  it('is still blocked after kill -9, after a restart of the device, and after its lock was taken off by hand', async () => {
    await running.killHard();
    expect((await readDevice(device)).lock?.locked).to.equal(true);
    rmSync(join(device, 'boot-id'));
    await change({ lock: { locked: false, since: null } });
    const held = await agent.attempt(['guard', '--hold', '--simulate', device]);
    expect(held.stdout, held.stderr).to.include('the guard is blocked');
    expect((await readDevice(device)).lock?.locked, 'before anybody can sign in').to.equal(true);
    running = agent.run(['--simulate', device]);
    await running.said(/agent-started/, 20_000);
    expect((await readDevice(device)).lock?.locked).to.equal(true);
  });

  it('is released by itself when it is back, and tells it all with its true times once the server is there', async () => {
    const back = Date.now();
    await change({ location: at(ownGateway) });
    await lockIs(false, 30_000);
    expect(await guardSays()).to.match(/^Clear.*came back/);
    const { dataFolder, peoplePort, agentPort } = server;
    server = await startServerProcess({ dataFolder, peoplePort, agentPort, env });
    const id = await firstDevice(rest());
    const told = async () => {
      const view = guardViewSchema.parse((await rest().get(`/devices/${id}/guard`)).body);
      return view.standing?.state === 'clear' && view.items.length >= 3 ? view : undefined;
    };
    const { value } = await until('the moves at the server', told, { withinMs: 60_000 });
    const moves = value.items.map(({ to, because }) => ({ to, because }));
    expect(moves).to.deep.equal([
      { to: 'clear', because: 'back-on-site' },
      { to: 'blocked', because: 'warning-over' },
      { to: 'warned', because: 'unprotected-off-site' },
    ]);
    const times = value.items.map(({ at: moved }) => Date.parse(moved));
    expect(Math.abs((times[0] ?? 0) - back)).to.be.lessThan(30_000);
    expect((times[1] ?? 0) - (times[2] ?? 0)).to.be.within(59_000, 75_000);
    expect(await tamperingOf(id)).to.include('lock-removed');
  });

  it('counts as blocked when its note is altered, until it shows that all is well, and tells of it', async () => {
    await running.killHard();
    const file = join(agent.dataFolder, 'kept', 'guard');
    writeFileSync(file, readFileSync(file, 'utf8').replace('back-on-site', 'protected-now'));
    expect(await guardSays()).to.include('was altered');
    const held = await agent.attempt(['guard', '--hold', '--simulate', device]);
    expect(held.stdout, held.stderr).to.include('the guard is blocked');
    expect((await readDevice(device)).lock?.locked).to.equal(true);
    running = agent.run(['--simulate', device]);
    await lockIs(false, 30_000);
    const id = await firstDevice(rest());
    const isTold = async () => ((await tamperingOf(id)).includes('journal-changed') ? true : undefined);
    await until('the tampering at the server', isTold, { withinMs: 30_000 });
  });

  async function tamperingOf(id: string): Promise<string[]> {
    const { agent: health } = deviceViewSchema.parse((await rest().get(`/devices/${id}`)).body).sections;
    return health.state === 'known' ? (health.value.tampering ?? []).map(({ what }) => what) : [];
  }
});

async function askOfDevices(rest: Rest): Promise<void> {
  const { version, policy } = policyViewSchema.parse((await rest.get('/policy')).body);
  const offSite = { ...defaultSwitches.offSite, warningMinutes: 1 };
  const networks = [{ gatewayHardwareAddress: ownGateway, label: 'the nursery' }];
  const body = {
    basedOn: version,
    reason: 'a test of the guard',
    policy: { ...policy, networks, switches: { ...policy.switches, offSite } },
  };
  const { status, body: answer } = await rest.send('PUT', '/policy', body);
  if (status !== 200) throw new Error(JSON.stringify(answer));
}

async function firstDevice(rest: Rest): Promise<string> {
  const [first] = pageSchema(deviceViewSchema).parse((await rest.get('/devices')).body).items;
  return first?.id ?? '';
}
