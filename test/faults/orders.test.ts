import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDevice, writeDevice } from '../../agent/platform/simulated/device-file.ts';
import { type CommandView, commandViewSchema } from '../../shared/api/commands.ts';
import { deviceViewSchema } from '../../shared/api/devices.ts';
import { pageSchema } from '../../shared/api/page.ts';
import { isFinal } from '../../shared/command/life.ts';
import type { Session } from '../../shared/report/sessions.ts';
import { createAgentProcesses } from '../support/agent-process.ts';
import { pause, type Running, until } from '../support/processes.ts';
import { createRandom } from '../support/random.ts';
import { createRest, type Rest } from '../support/rest.ts';
import { startServerProcess } from '../support/server-process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const kills = 24;

describe('kill -9 of server and agent', function () {
  this.timeout(600_000);

  it(`carries out no order twice, loses no outcome, and tells the truth at the end (${kills} random moments)`, async () => {
    const random = createRandom('moments of the kills');
    const env = { HOMETIME_AGENT_HOST: '127.0.0.1', HOMETIME_ADDRESS: '127.0.0.1' };
    const device = join(makeTempFolder(), 'device');
    mkdirSync(device);
    await writeDevice(device, { sessions: { value: { sessions: [] } }, slowMs: 60 });
    let server = await startServerProcess({ dataFolder: makeTempFolder(), env });
    const token = await server.token();
    const rest = () => createRest(server.url, token);
    const agent = createAgentProcesses();
    await agent.enrol(await server.enrolLink('Tablet 1', ['--address', '127.0.0.1']));
    const begin = () => agent.run(['--simulate', device]);
    let running: Running = begin();
    const id = await firstDevice(rest());
    const orders: { id: string; session: string }[] = [];

    for (let kill = 0; kill < kills; kill += 1) {
      const session = `s${kill}`;
      await signIn(device, session);
      orders.push({ id: await orderLogout(rest(), id, session), session });
      await pause(random.below(500));
      const victim = random.pick(['agent', 'server', 'both'] as const);
      if (victim !== 'server') await running.killHard();
      if (victim !== 'agent') {
        await server.killHard();
        const { dataFolder, peoplePort, agentPort } = server;
        server = await startServerProcess({ dataFolder, peoplePort, agentPort, env });
      }
      if (victim !== 'server') running = begin();
    }

    for (const order of orders) await checkOutcome(rest(), device, order);
    await until('the server to show what the device is', () => agreement(rest(), id, device), { withinMs: 40_000 });
    await running.stop();
    await server.stop();
  });
});

/** The order came to an outcome, was carried out at most once, and "verified" is the truth. */
async function checkOutcome(rest: Rest, device: string, order: { id: string; session: string }): Promise<void> {
  const { session } = order;
  const { value } = await until(`the outcome of ${session}`, () => finished(rest, order.id), { withinMs: 90_000 });
  expect(['verified', 'failed'], JSON.stringify(value.moves)).to.include(value.state);
  expect(timesEnded(device, session), `${session} ${value.state}`).to.be.at.most(1);
  const signedIn = (await sessionsOf(device)).some((one) => one.id === session);
  if (value.state === 'verified') expect(signedIn, session).to.equal(false);
}

/** True when the server shows the very sessions that the device has. */
async function agreement(rest: Rest, id: string, device: string): Promise<true | undefined> {
  const shown = deviceViewSchema.parse((await rest.get(`/devices/${id}`)).body).sections.sessions;
  if (shown.state !== 'known') return undefined;
  const ids = (sessions: readonly Session[]) => JSON.stringify(sessions.map((session) => session.id).sort());
  return ids(shown.value.sessions) === ids(await sessionsOf(device)) ? true : undefined;
}

async function sessionsOf(device: string): Promise<Session[]> {
  const { sessions } = await readDevice(device);
  return sessions !== undefined && 'value' in sessions ? sessions.value.sessions : [];
}

/** The file may be rewritten by the agent at the same moment: looked at again until the session is in it. */
async function signIn(device: string, id: string): Promise<void> {
  const session: Session = { id, person: 'alice', where: 'console', since: null, activity: 'active', locked: null };
  while (!(await sessionsOf(device)).some((one) => one.id === id)) {
    const now = await readDevice(device);
    await writeDevice(device, { ...now, sessions: { value: { sessions: [...(await sessionsOf(device)), session] } } });
    await pause(10);
  }
}

async function firstDevice(rest: Rest): Promise<string> {
  const { body } = await rest.get('/devices');
  const [device] = pageSchema(deviceViewSchema).parse(body).items;
  return device?.id ?? '';
}

async function orderLogout(rest: Rest, deviceId: string, session: string): Promise<string> {
  const { status, body } = await rest.send('POST', `/devices/${deviceId}/commands`, {
    kind: 'logout',
    args: { sessions: [{ id: session, person: 'alice', since: null }] },
    reason: 'a test',
  });
  if (status !== 202) throw new Error(JSON.stringify(body));
  return commandViewSchema.parse(body).id;
}

async function finished(rest: Rest, id: string): Promise<CommandView | undefined> {
  const view = commandViewSchema.parse((await rest.get(`/commands/${id}`)).body);
  return isFinal(view.state) ? view : undefined;
}

/** How often the device was really asked to end a session; written before it acts. */
function timesEnded(device: string, session: string): number {
  const file = join(device, 'actions.log');
  if (!existsSync(file)) appendFileSync(file, '');
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(` end-session ${session}`)).length;
}
