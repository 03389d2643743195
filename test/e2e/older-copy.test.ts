import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeDevice } from '../../agent/platform/simulated/device-file.ts';
import { deviceViewSchema } from '../../shared/api/devices.ts';
import { policyViewSchema } from '../../shared/api/policy.ts';
import { createAgentProcesses } from '../support/agent-process.ts';
import { changePolicyOver } from '../support/change-policy.ts';
import { type Running, until } from '../support/processes.ts';
import { createRest, type Rest } from '../support/rest.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const env = { HOMETIME_AGENT_HOST: '127.0.0.1', HOMETIME_ADDRESS: '127.0.0.1' };

describe('a server that is put back from an older copy', function () {
  this.timeout(120_000);
  const dataFolder = makeTempFolder();
  const copy = join(makeTempFolder(), 'copy');
  let server: ServerProcess;
  let running: Running;
  let rest: Rest;
  let deviceId: string;

  before(async () => {
    server = await startServerProcess({ dataFolder, env });
    rest = createRest(server.url, await server.token());
    const device = join(makeTempFolder(), 'device');
    mkdirSync(device);
    await writeDevice(device, {});
    const agent = createAgentProcesses();
    const link = await server.enrolLink('Laptop 1', ['--address', '127.0.0.1']);
    deviceId = new URLSearchParams(new URL(link).hash.slice(1)).get('device') ?? '';
    await agent.enrol(link);
    running = agent.run(['--simulate', device]);
  });
  after(async () => {
    await running.stop();
    await server.stop();
  });

  const change = async (silentAfterHours: number) =>
    (await changePolicyOver(rest, () => ({ silentAfterHours }))).version;
  const deviceHas = (version: number) =>
    until(
      `version ${version} on the device`,
      async () => {
        const { sections } = deviceViewSchema.parse((await rest.get(`/devices/${deviceId}`)).body);
        return sections.agent.state === 'known' && sections.agent.value.settingsVersion === version ? true : undefined;
      },
      { withinMs: 60_000 },
    );
  async function startAgain(): Promise<void> {
    const { peoplePort, agentPort } = server;
    server = await startServerProcess({ dataFolder, env, peoplePort, agentPort });
  }

  it('has its devices take up its rules again once they are saved once', async () => {
    await deviceHas(await change(30));
    await server.stop();
    cpSync(dataFolder, copy, { recursive: true });
    await startAgain();
    for (const hours of [31, 32, 33]) await change(hours);
    await deviceHas(5);
    await server.stop();
    rmSync(dataFolder, { recursive: true });
    cpSync(copy, dataFolder, { recursive: true });
    await startAgain();
    expect(policyViewSchema.parse((await rest.get('/policy')).body).version).to.equal(2);
    // It sends everything again to a server that holds less than it was told.
    await deviceHas(5);
    expect(await change(40)).to.equal(6);
    await deviceHas(6);
  });
});
