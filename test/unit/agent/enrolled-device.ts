import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { enrolDevice } from '../../../agent/enrolling.ts';
import { createSettingsHolder } from '../../../agent/guard/settings-holder.ts';
import { writeDevice } from '../../../agent/platform/simulated/device-file.ts';
import { createSimulatedPlatform } from '../../../agent/platform/simulated/platform.ts';
import { createKeptFiles } from '../../../agent/store/kept-files.ts';
import type { CommandView } from '../../../shared/api/commands.ts';
import { systemClock as clock } from '../../../shared/instant.ts';
import { type Log, silentLog } from '../../../shared/log.ts';
import type { TestServer } from '../../support/in-process-server.ts';
import { until } from '../../support/processes.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { session } from './parts.ts';

/** What is waited for, once it is there. */
export async function seen<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  return (await until(what, look, { withinMs: 15_000 })).value;
}

export type EnrolledDevice = Awaited<ReturnType<typeof enrolSimulated>>;

/** A simulated device, somebody signed in, that joined this server; its agent is not started. */
export async function enrolSimulated(server: TestServer) {
  const dataFolder = makeTempFolder();
  const device = join(makeTempFolder(), 'device');
  mkdirSync(device);
  await writeDevice(device, { sessions: { value: { sessions: [session('1')] } } });
  const made = await server.call('makeEnrolmentLink', { body: { name: `Tablet ${Math.random()}`.slice(0, 20) } });
  if (made.error) throw new Error(made.error.message);
  const order = { link: made.body.link, dataFolder, platform: 'simulated' as const };
  const identity = await enrolDevice({ ...order, clock, log: silentLog });
  return {
    dataFolder,
    device,
    identity,
    /** What an agent of this device is made of. */
    agentParts(log: Log = silentLog) {
      const keeper = createKeptFiles({ dataFolder, log: silentLog });
      const settings = createSettingsHolder({ keeper, log });
      const platform = createSimulatedPlatform(device, clock);
      return { dataFolder, identity, platform, keeper, settings, observeMode: false, forbids: [], clock, log };
    },
    /** Orders a log-out; its id. */
    async order(): Promise<string> {
      const body = { kind: 'logout', args: {}, reason: 'closing time' };
      const ordered = await server.call('orderCommand', { params: { id: identity.deviceId }, body });
      if (ordered.error) throw new Error(ordered.error.message);
      return ordered.body.id;
    },
    /** The order once the device said how it went. */
    outcome: (id: string): Promise<CommandView> =>
      seen('an outcome', async () => {
        const shown = await server.call('showCommand', { params: { id } });
        if (shown.error) throw new Error(shown.error.message);
        return ['verified', 'failed', 'refused'].includes(shown.body.state) ? shown.body : undefined;
      }),
  };
}
