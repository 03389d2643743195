import { execFile, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Measure } from './measure.ts';

const folders = 1_000;
const filesInFolder = 100;
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const worker = fileURLToPath(new URL('photos-worker.mjs', import.meta.url));
const run = promisify(execFile);

/** Milliseconds of each pair: of `find`, and of what the worker tells. */
type Times = Record<'find' | 'first' | 'looks' | 'unchanged' | 'block', number[]>;

/**
 * The photos of 100,000 files in 1,000 folders on a disk of this machine, counted by the
 * compiled agent in a fresh process each time, in turns with `find`, which lists the
 * same names and does nothing with them.
 */
export async function measurePhotos(pairs: number, say: (line: string) => void): Promise<Measure[]> {
  const home = mkdtempSync(`${tmpdir()}/bench-photos-`);
  try {
    makeFiles(home);
    // The first of each warms the disk's memory and the program's pages.
    findMs(home);
    await ask(home, 'first');
    const times: Times = { find: [], first: [], looks: [], unchanged: [], block: [] };
    for (let pair = 0; pair < pairs; pair += 1) {
      times.find.push(findMs(home));
      for (const what of ['first', 'looks', 'unchanged', 'block'] as const) times[what].push(await ask(home, what));
      const last = Object.entries(times).map(([name, values]) => `${name} ${values.at(-1)?.toFixed(1)} ms`);
      say(`pair ${pair + 1} of ${pairs}: ${last.join(', ')}`);
    }
    return toMeasures(times);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function toMeasures({ find, first, looks, unchanged, block }: Times): Measure[] {
  const tree = 'photos, 100,000 files in 1,000 folders';
  const unit = 'ms' as const;
  return [
    {
      what: `${tree}: first scan`,
      ...{ unit, floor: find, ours: first, reach: { timesFloor: 1.5 } },
      floorIs: '`find HOME -type f`',
      note: 'a fresh process each time: numbers by place; sizes follow in later rounds',
    },
    {
      what: 'the same: a round in which nothing changed, CPU',
      ...{ unit, floor: looks, ours: unchanged, reach: { atMost: 10 } },
      floorIs: 'the same Node, with the same settings of its engine, doing one bare `lstatSync` for each folder',
      note: 'both after 50 such rounds',
    },
    {
      what: 'the same: longest block of the event loop, until all sizes are known',
      ...{ unit, floor: [], ours: block, reach: { atMost: 20 } },
      floorIs: 'none',
    },
  ];
}

/** Mostly photos, some films, some neither, as a nursery's years of albums are. */
function makeFiles(home: string): void {
  for (let folder = 0; folder < folders; folder += 1) {
    const path = `${home}/Pictures/${2000 + (folder % 25)}/album ${folder}`;
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < filesInFolder; file += 1) {
      const ending = file % 10 === 0 ? 'mp4' : file % 17 === 0 ? 'txt' : 'JPG';
      closeSync(openSync(`${path}/IMG_${String(folder * filesInFolder + file).padStart(6, '0')}.${ending}`, 'w'));
    }
  }
}

function findMs(home: string): number {
  const began = performance.now();
  const { status } = spawnSync('find', [home, '-type', 'f'], { stdio: ['ignore', 'ignore', 'ignore'] });
  if (status !== 0) throw new Error(`find ended with ${status}`);
  return performance.now() - began;
}

async function ask(home: string, what: Exclude<keyof Times, 'find'>): Promise<number> {
  const { stdout } = await run(process.execPath, [worker, dist, home, what], { timeout: 300_000 });
  return Number(stdout);
}
