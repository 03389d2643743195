import { z } from 'zod';
import { loginAs, signEverybodyOut } from '../../test/support/laptop-people.ts';
import type { Scene } from './laptop.ts';
import { type Measure, median } from './measure.ts';

const resultSchema = z.object({
  asked: z.number(),
  floor: z.array(z.number()),
  ours: z.array(z.number()),
  means: z.array(z.number()),
  proofs: z.array(z.number()),
  started: z.array(z.number()),
  threads: z.array(z.number()),
  tools: z.array(z.string()),
  disturbed: z.number(),
  changes: z.array(z.string()),
  unknown: z.array(z.string()),
});

/** A whole round of every section while nothing changes, on a laptop on which one person is signed in. */
export async function measureCycle(scene: Scene, pairs: number, say: (line: string) => void): Promise<Measure[]> {
  const person = await loginAs(scene.laptop, 'alice');
  try {
    const script = await scene.bring('cycle-worker.mjs');
    // A process namespace of its own: what is started in it can be counted without a tracer.
    const command = ['unshare', '--pid', '--fork', '--kill-child', 'node', script, String(pairs)];
    const { stdout, stderr, code } = await scene.laptop.exec(command, { timeoutMs: 220_000 + pairs * 45_000 });
    if (code !== 0) throw new Error(`the rounds ended with ${code}: ${stderr}`);
    const found = resultSchema.parse(JSON.parse(stdout));
    const { asked, floor, ours, means, proofs, started, changes, unknown } = found;
    const changed = `answers that changed: ${changes.join(', ') || 'none'}`;
    say(`a round reads ${asked} files and folders; ${changed}; not known here: ${unknown.join(', ') || 'none'}`);
    const note = `the median of the usual rounds among 10, one a second (their mean: ${median(means).toFixed(2)} ms); the filter's proof, which is given again for up to 10 s, is apart; ${changed}`;
    const floorIs = `bare Node reading the same ${asked} files and folders of the kernel`;
    return [
      {
        what: 'a cycle of all sections in which nothing changed: CPU',
        unit: 'ms',
        floorIs,
        note,
        floor,
        ours,
        reach: { atMost: 5 },
      },
      {
        what: 'such a round with the proof of the filter by the network: CPU',
        unit: 'ms',
        floorIs: 'none',
        floor: [],
        ours: proofs,
        note: `${proofs.length} proofs, until their last answer; in real life one every 15 minutes`,
      },
      {
        what: 'the same: processes started',
        unit: 'processes',
        floorIs: 'none',
        floor: [],
        ours: started,
        reach: { atMost: 0 },
        note: describeStarted(found),
      },
    ];
  } finally {
    await signEverybodyOut(scene.laptop);
    await person.ended;
  }
}

/** Threads bear numbers like processes do, and an event of the kernel's is a change. */
function describeStarted({ threads, tools, disturbed }: z.infer<typeof resultSchema>): string {
  const parts = ['by the gap in the numbers of a process namespace, less the threads that came'];
  parts.push(`threads: ${threads.reduce((sum, each) => sum + each, 0)}`, `tools: ${tools.join(', ') || 'none'}`);
  if (disturbed > 0)
    parts.push(`${disturbed} series left out, for the kernel told of a device or a link on the machine meanwhile`);
  return parts.join('; ');
}
