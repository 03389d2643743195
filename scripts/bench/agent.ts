import { measureCycle } from './cycle.ts';
import { makeScene, type Scene } from './laptop.ts';
import { measureLogin } from './login.ts';
import type { Measure } from './measure.ts';
import { measurePhotos } from './photos.ts';
import { measureRest } from './rest.ts';

export interface AgentBench {
  /** Which rows; all of them unless said. */
  rows: readonly string[] | undefined;
  minutes: number;
  pairs: number;
  say(line: string): void;
}

/** The rows in their order. Each has a laptop of its own, so that none disturbs another. */
const onLaptop: Record<string, (scene: Scene, bench: AgentBench) => Promise<Measure[]>> = {
  rest: (scene, { pairs, minutes, say }) => measureRest(scene, { pairs, minutes, say }),
  cycle: (scene, { pairs, say }) => measureCycle(scene, pairs, say),
  login: (scene, { pairs }) => measureLogin(scene, pairs),
};

export const rowNames: readonly string[] = [...Object.keys(onLaptop), 'photos'];

export async function measureAgent(bench: AgentBench): Promise<Measure[]> {
  const wanted = bench.rows ?? rowNames;
  const measures: Measure[] = [];
  for (const [name, measure] of Object.entries(onLaptop)) {
    if (!wanted.includes(name)) continue;
    bench.say(`measuring: ${name}`);
    const scene = await makeScene(`bench-${name}`);
    try {
      measures.push(...(await measure(scene, bench)));
    } finally {
      await scene.close();
    }
  }
  if (wanted.includes('photos')) measures.push(...(await measurePhotos(bench.pairs, bench.say)));
  return measures;
}
