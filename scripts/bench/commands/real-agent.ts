import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createAgentProcesses } from '../../../test/support/agent-process.ts';
import { pause, until } from '../../../test/support/processes.ts';
import type { ServerProcess } from '../../../test/support/server-process.ts';
import { makeTempFolder } from '../../../test/support/temp-folder.ts';

const answerSchema = z.object({ id: z.string(), state: z.string() });

/** A real agent on a simulated device, beside the thin clients: from the REST call until `verified` can be read back. */
export async function measureRealAgent(server: ServerProcess, times: number): Promise<number[]> {
  const device = join(makeTempFolder(), 'device');
  mkdirSync(device);
  writeFileSync(join(device, 'device.json'), JSON.stringify({ sessions: { value: { sessions: [] } } }));
  const link = await server.enrolLink(`Agent ${Date.now()}`, ['--address', '127.0.0.1']);
  const deviceId = new URLSearchParams(new URL(link).hash.slice(1)).get('device') ?? '';
  const agent = createAgentProcesses({ env: { HOMETIME_LOG_LEVEL: 'warn' } });
  await agent.enrol(link);
  const running = agent.run(['--simulate', device]);
  const token = await server.token();
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return answerSchema.parse(await (await fetch(`${server.url}/api/v1${path}`, init)).json());
  };
  const took: number[] = [];
  try {
    await pause(4_000);
    for (let time = 0; time < times; time += 1) {
      const began = performance.now();
      const { id } = await call('POST', `/devices/${deviceId}/commands`, {
        kind: 'refresh',
        args: {},
        reason: 'a measure',
      });
      await until(
        'the answer',
        async () => ((await call('GET', `/commands/${id}`)).state === 'verified' ? true : undefined),
        {
          withinMs: 20_000,
          everyMs: 1,
        },
      );
      took.push(performance.now() - began);
      await pause(20);
    }
  } finally {
    await running.stop();
  }
  return took;
}
