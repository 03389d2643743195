import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { freePort } from '../../../test/support/ports.ts';
import { pause } from '../../../test/support/processes.ts';
import { type ServerProcess, startServerProcess } from '../../../test/support/server-process.ts';
import { makeTempFolder } from '../../../test/support/temp-folder.ts';
import { type Measure, percentile } from '../measure.ts';
import { measureButton } from './button.ts';
import { makeFleet } from './fleet.ts';
import { measureRealAgent } from './real-agent.ts';
import { startTalker, type Talker } from './talker.ts';

export interface CommandsBench {
  rows: readonly string[] | undefined;
  /** How many thin clients. */
  clients: number;
  pairs: number;
  say(line: string): void;
}

export const commandRowNames: readonly string[] = ['fleet', 'button'];

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const tookSchema = z.array(z.number());
const singles = 400;

/** Orders, beside the floor of sockets that carry and keep nothing. */
export async function measureCommands(bench: CommandsBench): Promise<Measure[]> {
  const wanted = bench.rows ?? commandRowNames;
  return [
    ...(wanted.includes('fleet') ? await measureFleet(bench) : []),
    ...(wanted.includes('button') ? await measureButton(bench.pairs, bench.say) : []),
  ];
}

/** The same clients first on the floor and then on the server, in turn: the machine is the same for both. */
async function measureFleet({ clients, pairs, say }: CommandsBench): Promise<Measure[]> {
  const dataFolder = makeTempFolder();
  say(`making ${clients} devices`);
  const fleet = await makeFleet(dataFolder, clients);
  const floor = { one: [] as number[][], all: [] as number[] };
  const ours = { one: [] as number[][], all: [] as number[], agent: [] as number[][] };
  for (let pair = 1; pair <= pairs; pair += 1) {
    say(`pair ${pair}: the floor`);
    await onFloor(dataFolder, fleet, async (server) => {
      floor.one.push(took(await server.ask(`one ${singles}`, 'took')));
      floor.all.push(...took(await server.ask('all', 'took')));
    });
    say(`pair ${pair}: the server`);
    await onServer(dataFolder, fleet, async (server, talker) => {
      ours.one.push(took(await talker.ask(`one ${server.url} ${singles}`, 'took')));
      ours.all.push(...took(await talker.ask(`all ${server.url}`, 'took')));
      ours.agent.push(await measureRealAgent(server, singles / 4));
    });
  }
  return describe(clients, floor, ours);
}

const took = (line: string): number[] => tookSchema.parse(JSON.parse(line));

async function onFloor(folder: string, fleet: string, measure: (server: Talker) => Promise<void>): Promise<void> {
  const port = await freePort();
  const server = startTalker(here('floor-server.ts'), [join(folder, 'authority'), String(port)]);
  const clients = startTalker(here('clients.ts'), [fleet]);
  try {
    await server.hear('listening');
    await clients.ask(`connect ${port}`, 'connected');
    await measure(server);
  } finally {
    await clients.end();
    await server.end();
  }
}

async function onServer(
  dataFolder: string,
  fleet: string,
  measure: (server: ServerProcess, clients: Talker) => Promise<void>,
): Promise<void> {
  const server = await startServerProcess({ dataFolder, env: { HOMETIME_LOG_LEVEL: 'warn' } });
  const clients = startTalker(here('clients.ts'), [fleet]);
  try {
    await clients.ask(`connect ${server.agentPort}`, 'connected');
    await untilCalm(server.process.pid);
    await measure(server, clients);
  } finally {
    await clients.end();
    await server.stop();
  }
}

/** What every new connection brings (its judgement, its settings) is done: the fleet is connected, not connecting. */
async function untilCalm(pid: number): Promise<void> {
  const ticks = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  for (let before = ticks(), look = 0; look < 120; look += 1) {
    await pause(1_000);
    const now = ticks();
    if (now - before < 10) return;
    before = now;
  }
}

function describe(
  clients: number,
  floor: { one: number[][]; all: number[] },
  ours: { one: number[][]; all: number[]; agent: number[][] },
): Measure[] {
  const unit = 'ms' as const;
  const at = (part: number, runs: readonly number[][]) => runs.map((run) => percentile(run, part));
  const floorIs = 'a bare socket.io server on mutual TLS with the same clients: one message and its acknowledgement';
  const note =
    'REST call (node:http on a connection kept open) to the acknowledgement of the last move, committed (FULL), two commits; the fleet at rest, after 100 that do not count';
  const agentIs =
    'REST call (node:http on a connection kept open) until "verified" is in the database (looked at each ms, past the server); an agent that journals on disk and probes again (simulated platform)';
  return [
    {
      what: `one order, ${clients} thin clients: median`,
      unit,
      floorIs,
      note,
      floor: at(0.5, floor.one),
      ours: at(0.5, ours.one),
      reach: { atMost: 5 },
    },
    {
      what: `one order, ${clients} thin clients: p99`,
      unit,
      floorIs,
      note,
      floor: at(0.99, floor.one),
      ours: at(0.99, ours.one),
      reach: { atMost: 20 },
    },
    {
      what: 'one order to a real agent: median',
      unit,
      floorIs: 'none',
      note: agentIs,
      floor: [],
      ours: at(0.5, ours.agent),
      reach: { atMost: 15 },
    },
    {
      what: 'one order to a real agent: p99',
      unit,
      floorIs: 'none',
      note: agentIs,
      floor: [],
      ours: at(0.99, ours.agent),
      reach: { atMost: 60 },
    },
    {
      what: `log out all of ${clients} thin clients, last answer stored`,
      ...{ unit, floor: floor.all, ours: ours.all, reach: { timesFloor: 2 } },
      floorIs: 'emitting to all of them with acknowledgement, in one process',
      note: 'from the REST call; each order, its moves and their records durable',
    },
  ];
}
