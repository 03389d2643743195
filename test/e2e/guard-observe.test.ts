import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDevice, writeDevice } from '../../agent/platform/simulated/device-file.ts';
import { policyViewSchema } from '../../shared/api/policy.ts';
import { createAgentProcesses } from '../support/agent-process.ts';
import { until } from '../support/processes.ts';
import { createRest } from '../support/rest.ts';
import { startServerProcess } from '../support/server-process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const env = { HOMETIME_AGENT_HOST: '127.0.0.1', HOMETIME_ADDRESS: '127.0.0.1' };
const ownGateway = '02:00:5e:00:00:01';

describe('a device in observe mode that is away and unprotected', function () {
  this.timeout(120_000);

  it('is blocked neither by its agent nor at the start of the device', async () => {
    const server = await startServerProcess({ dataFolder: makeTempFolder(), env });
    const rest = createRest(server.url, await server.token());
    const { version, policy } = policyViewSchema.parse((await rest.get('/policy')).body);
    const offSite = { ...policy.switches.offSite, warningMinutes: 0 };
    const networks = [{ gatewayHardwareAddress: ownGateway, label: 'the nursery' }];
    const changed = { ...policy, networks, switches: { ...policy.switches, offSite } };
    const put = await rest.send('PUT', '/policy', { basedOn: version, reason: 'a test', policy: changed });
    expect(put.status).to.equal(200);
    const device = join(makeTempFolder(), 'device');
    mkdirSync(device);
    const gateway = { address: '192.168.1.1', hardwareAddress: '02:00:5e:00:00:99', link: 'wireless' as const };
    await writeDevice(device, {
      encryption: { value: { protection: 'not-protected', volumes: [] } },
      location: { value: { gateway, wifi: null, vpn: false } },
    });
    const agent = createAgentProcesses();
    await agent.enrol(await server.enrolLink('Laptop 1', ['--address', '127.0.0.1']));
    const running = agent.run(['--observe', '--simulate', device]);
    const guardSays = async () => (await agent.attempt(['guard', '--simulate', device])).stdout;
    await until('the warning', async () => (/^Warned/.test(await guardSays()) ? true : undefined), {
      withinMs: 30_000,
    });
    await running.stop();
    await server.stop();
    const held = await agent.attempt(['guard', '--hold', '--simulate', device]);
    expect(held.stdout, held.stderr).to.include('the guard is warned');
    expect((await readDevice(device)).lock?.locked ?? false).to.equal(false);
  });
});
