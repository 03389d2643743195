import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openSqlite } from '../../../agent/store/sqlite.ts';
import { createAgentProcesses } from '../../../test/support/agent-process.ts';
import { pause } from '../../../test/support/processes.ts';
import type { ServerProcess } from '../../../test/support/server-process.ts';
import { makeTempFolder } from '../../../test/support/temp-folder.ts';
import { call } from './call.ts';

const commandSchema = z.object({ id: z.string() });
const stateSchema = z.object({ state: z.string() });

/** Orders before those that count: both programs are at work by then, as they are in real life. */
const warmUp = 10;

/** A real agent on a simulated device, beside the thin clients: from the REST call until `verified` is stored. */
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
  const order = async (): Promise<string> => {
    const wanted = { kind: 'refresh', args: {}, reason: 'a measure' };
    return commandSchema.parse(await call(server.url, token, `/devices/${deviceId}/commands`, wanted)).id;
  };
  const stored = await openSqlite(join(server.dataFolder, 'hometime.db'), 'read');
  /** The database is looked at, which costs the server nothing. */
  const answered = async (id: string): Promise<void> => {
    for (const giveUpAt = performance.now() + 20_000; performance.now() < giveUpAt; ) {
      const [row] = await stored.all(stateSchema, 'select state from commands where id = ?', id);
      if (row?.state === 'verified') return;
      await pause(1);
    }
    throw new Error('no answer within 20 s');
  };
  const took: number[] = [];
  try {
    await pause(4_000);
    for (let time = -warmUp; time < times; time += 1) {
      const began = performance.now();
      const id = await order();
      await answered(id);
      if (time >= 0) took.push(performance.now() - began);
      await pause(20);
    }
  } finally {
    await stored.close();
    await running.stop();
  }
  return took;
}
