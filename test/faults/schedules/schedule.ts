import { setTimeout as pause } from 'node:timers/promises';
import { isFinal } from '../../../shared/command/life.ts';
import type { Random } from '../../support/random.ts';
import { session } from '../../unit/agent/parts.ts';
import { createWorld, type Place, type World } from './world.ts';

export interface Ending {
  /** Every fault that was made, in order. */
  faults: string[];
  /** How often the device was asked to end the session. */
  acts: number;
  signedIn: boolean;
  journal: string | undefined;
  state: string | undefined;
  way: string[];
  evidenceAfter: number | undefined;
}

interface Scene {
  world: World;
  place: Place;
  random: Random;
  orderId: string;
}

/** What goes wrong, or comes right again. */
const steps: Readonly<Record<string, (scene: Scene) => Promise<void> | void>> = {
  async 'kill-agent'({ world, random }) {
    world.weather.agentDiesIn = random.below(12);
    await pause(random.below(8));
    await world.killAgent();
    world.weather.agentDiesIn = -1;
    await world.startAgent();
    world.greet();
  },
  async 'kill-server'({ world, random }) {
    world.weather.serverDiesIn = random.below(4);
    await pause(random.below(8));
    await world.stopServers();
    world.weather.serverDiesIn = -1;
    await world.startServer();
    world.greet();
  },
  cut({ world: { weather }, random }) {
    const way = random.below(3);
    if (way !== 0) weather.up = false;
    if (way !== 1) weather.down = false;
  },
  heal({ world }) {
    Object.assign(world.weather, { up: true, down: true });
    world.greet();
  },
  clock({ world, place, random }) {
    world.weather.agentSkew = (random.below(7) - 3) * 6 * 3_600_000;
    const life = world.life();
    if (life !== undefined) life.clock.at = place.clock.at + world.weather.agentSkew;
  },
  'disk-agent'({ world: { weather } }) {
    weather.agentFull = !weather.agentFull;
  },
  'disk-server'({ world: { weather } }) {
    weather.serverFull = !weather.serverFull;
  },
  async 'two-servers'({ world }) {
    if (world.running().length < 2) await world.startServer();
    world.greet();
  },
  async cancel({ world, place, orderId }) {
    const [server] = world.running();
    await server?.cancel(place.settingId, orderId).catch(() => {});
  },
  calm: ({ random }) => pause(random.below(10)),
};

/** One order to one device while things go wrong at random moments, and then everything is well again. */
export async function runSchedule(place: Place, deviceId: string, random: Random): Promise<Ending> {
  const world = createWorld(place, deviceId, random);
  await world.stopServers();
  const first = await world.startServer();
  await world.startAgent();
  const { id, person, since } = session('1');
  const order = await first.order(place.settingId, deviceId, { id, person, since });
  const scene: Scene = { world, place, random, orderId: order.id };
  const faults: string[] = [];
  const names = Object.keys(steps);
  for (let left = 3 + random.below(5); left > 0; left -= 1) {
    const name = names[random.below(names.length)] ?? 'calm';
    faults.push(name);
    await steps[name]?.(scene);
    await pause(random.below(6));
    if (random.below(2) === 0)
      void world
        .life()
        ?.tellAll()
        .catch(() => {});
  }
  return { faults, ...(await settle(scene)) };
}

const turnsToSettle = 100;

/** Everything is well again: whatever became of the order must come to light now. */
async function settle({ world, orderId }: Scene): Promise<Omit<Ending, 'faults'>> {
  world.clearUp();
  await world.stopServers();
  await world.killAgent();
  const server = await world.startServer();
  await world.startAgent();
  const life = world.life();
  for (let turn = 0; turn < turnsToSettle; turn += 1) {
    world.greet();
    await pause(5);
    await life?.inbox.idle();
    await life?.tellAll();
    const { state } = await server.look(orderId);
    if (state !== undefined && isFinal(state)) break;
  }
  const { state, moves } = await server.look(orderId);
  const journal = await life?.journal.find(orderId);
  const there = await life?.platformSessions();
  await world.killAgent();
  const evidence = moves.at(-1)?.evidence ?? undefined;
  return {
    acts: world.device.ended(),
    signedIn: there?.includes('1') ?? true,
    journal: journal?.state,
    state,
    way: moves.map(({ to }) => to),
    evidenceAfter: evidence !== undefined && 'after' in evidence ? evidence.after.length : undefined,
  };
}
