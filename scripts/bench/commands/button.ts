import { z } from 'zod';
import { loginAs } from '../../../test/support/laptop-people.ts';
import { pause, until } from '../../../test/support/processes.ts';
import { agentProgram, endIn, makeScene } from '../laptop.ts';
import type { Measure } from '../measure.ts';

const commandSchema = z.object({ id: z.string(), state: z.string() });

/** A real laptop: from the REST call of the button to `verified`, the session gone from logind. */
export async function measureButton(pairs: number, say: (line: string) => void): Promise<Measure[]> {
  say('measuring: button');
  const scene = await makeScene('bench-button');
  const ours: number[] = [];
  try {
    const { laptop, rest } = scene;
    const { dataFolder, deviceId } = await scene.enrol('button');
    const agent = laptop.start(['node', agentProgram, 'run', '--data', dataFolder]);
    await scene.untilOnline(deviceId);
    await pause(5_000);
    for (let pair = 0; pair < pairs; pair += 1) {
      const person = await loginAs(laptop, 'alice');
      await pause(2_000);
      const order = { kind: 'logout', args: { people: ['alice'] }, reason: 'a measure' };
      const began = performance.now();
      const { id } = commandSchema.parse((await rest.send('POST', `/devices/${deviceId}/commands`, order)).body);
      await until(
        'the order to be verified',
        async () =>
          commandSchema.parse((await rest.get(`/commands/${id}`)).body).state === 'verified' ? true : undefined,
        { withinMs: 20_000, everyMs: 10 },
      );
      ours.push(performance.now() - began);
      await person.ended;
    }
    await endIn(agent);
  } finally {
    await scene.close();
  }
  return [
    {
      what: 'a real laptop: from the button to verified, the session gone',
      ...{ unit: 'ms', floor: [], ours, reach: { atMost: 1_500 } },
      floorIs: 'none',
      note: 'both calls are a program started in the server’s network, 0.1 s each, counted in; half a second is the device’s second look',
    },
  ];
}
