import { serverCertificateName } from '../../shared/enrolment.ts';
import { socketPath } from '../../shared/wire/events.ts';
import { protocolVersion } from '../../shared/wire/messages.ts';
import { loginAs, signEverybodyOut } from '../../test/support/laptop-people.ts';
import { pause, type Running } from '../../test/support/processes.ts';
import { agentProgram, endIn, pidIn, type Scene } from './laptop.ts';
import type { Measure } from './measure.ts';
import { type Usage, usageOf } from './usage.ts';

interface RestOptions {
  pairs: number;
  minutes: number;
  say(line: string): void;
}

/** The first cycle of all probes, the first report, and the engine's tidying up after them. */
const settleMs = 90_000;

/**
 * Agents at rest beside bare clients at rest. All pairs run side by side on one
 * laptop, with one person signed in, for the same minutes: whatever the machine
 * does meanwhile, it does to all of them.
 */
export async function measureRest(scene: Scene, { pairs, minutes, say }: RestOptions): Promise<Measure[]> {
  const person = await loginAs(scene.laptop, 'alice');
  const floorScript = await scene.bring('floor-agent.mjs');
  const floors: Running[] = [];
  const agents: Running[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    floors.push(await startFloor(scene, floorScript, `floor-${pair}`));
    agents.push(await startAgent(scene, `agent-${pair}`));
  }
  try {
    await pause(settleMs);
    const before = { floors: floors.map(usage), agents: agents.map(usage) };
    say(`${pairs} agents and ${pairs} bare clients rest for ${minutes} minutes`);
    await pause(minutes * 60_000);
    const after = { floors: floors.map(usage), agents: agents.map(usage) };
    const floorCpu = after.floors.map((each, index) => cpuSince(each, before.floors[index]));
    const agentCpu = after.agents.map((each, index) => cpuSince(each, before.agents[index]));
    return describeRest(after, { floorCpu, agentCpu, minutes });
  } finally {
    for (const running of [...floors, ...agents]) await endIn(running);
    await signEverybodyOut(scene.laptop);
    await person.ended;
  }
}

async function startFloor(scene: Scene, script: string, name: string): Promise<Running> {
  const { dataFolder } = await scene.enrol(name);
  const args = [dataFolder, socketPath, String(protocolVersion), serverCertificateName];
  const floor = scene.laptop.start(['node', script, ...args]);
  await floor.said(/^welcomed/m);
  return floor;
}

async function startAgent(scene: Scene, name: string): Promise<Running> {
  const { dataFolder, deviceId } = await scene.enrol(name);
  const agent = scene.laptop.start(['node', agentProgram, 'run', '--data', dataFolder]);
  await scene.untilOnline(deviceId);
  return agent;
}

function usage(running: Running): Usage {
  return usageOf(pidIn(running));
}

function cpuSince(after: Usage, before: Usage | undefined): number {
  if (before === undefined) throw new Error('a process was not measured before');
  return after.cpuMs + after.childrenMs - before.cpuMs - before.childrenMs;
}

function describeRest(
  after: { floors: Usage[]; agents: Usage[] },
  { floorCpu, agentCpu, minutes }: { floorCpu: number[]; agentCpu: number[]; minutes: number },
): Measure[] {
  const floorIs = 'bare Node with socket.io-client on mutual TLS, connected to the same server as a device';
  const note = `at the end of ${minutes} minutes at rest; the agent sets V8 to spare memory, the floor is Node as it comes`;
  return [
    {
      what: 'agent at rest, connected: resident memory',
      ...{ unit: 'MB', floorIs, note, reach: { timesFloor: 1.2 } },
      floor: after.floors.map(({ residentMb }) => residentMb),
      ours: after.agents.map(({ residentMb }) => residentMb),
    },
    {
      what: 'its own (anonymous) memory',
      ...{ unit: 'MB', floorIs, note, reach: { atMost: 24 } },
      floor: after.floors.map(({ anonymousMb }) => anonymousMb),
      ours: after.agents.map(({ anonymousMb }) => anonymousMb),
    },
    {
      what: `CPU at rest over ${minutes} minutes, nothing changing, every probe at its own rhythm`,
      ...{ unit: 'ms', floorIs, reach: { timesFloor: 1.7 } },
      note: 'all threads, and all processes it started',
      floor: floorCpu,
      ours: agentCpu,
    },
  ];
}
