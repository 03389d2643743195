import { setTimeout as pause } from 'node:timers/promises';
import type { DeliverMove } from '../../../agent/command/slices.ts';
import { StatedError } from '../../../shared/api/errors.ts';
import type { Envelope } from '../../../shared/command/envelope.ts';
import { isFinal } from '../../../shared/command/life.ts';
import type { Random } from '../../support/random.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { createDevice, Killed, startLife } from '../../unit/agent/command/simulated-life.ts';
import { session } from '../../unit/agent/parts.ts';
import { ServerGone, type ServerLife } from './server-life.ts';

/** What all schedules of a run share: the place where servers come and go. */
export interface Place {
  settingId: string;
  commandKey: string;
  /** The servers that run now: one, or for a while two on the same database. */
  servers(): readonly ServerLife[];
  startServer(faults: { at(): void; send(envelope: Envelope): void; isConnected(): boolean }): Promise<ServerLife>;
  clock: { at: number };
}

const steps = [
  'kill-agent',
  'kill-server',
  'cut',
  'heal',
  'clock',
  'disk-agent',
  'disk-server',
  'two-servers',
  'cancel',
  'calm',
] as const;

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

/**
 * One order to one device while things go wrong at random moments, and then everything
 * is well again. Agent and server are the real parts on real databases; what lies between
 * them loses messages either way, and answers come late, after others.
 */
export async function runSchedule(place: Place, deviceId: string, random: Random): Promise<Ending> {
  const device = createDevice([session('1'), session('2', 'ben')]);
  const dataFolder = makeTempFolder();
  const faults: string[] = [];
  const state = {
    up: true,
    down: true,
    agentFull: false,
    serverFull: false,
    agentDiesIn: -1,
    serverDiesIn: -1,
    agentSkew: 0,
    calm: false,
  };
  let life: Awaited<ReturnType<typeof startLife>> | undefined;

  const full = (where: string) => Object.assign(new Error(`SQLITE_FULL: ${where}`), { code: 'SQLITE_FULL' });
  const agentAt = (): void => {
    if (state.agentDiesIn === 0) {
      state.agentDiesIn = -1;
      throw new Killed();
    }
    if (state.agentDiesIn > 0) state.agentDiesIn -= 1;
    if (state.agentFull) throw full('agent');
  };
  const serverAt = (): void => {
    if (state.serverDiesIn === 0) {
      state.serverDiesIn = -1;
      throw new ServerGone();
    }
    if (state.serverDiesIn > 0) state.serverDiesIn -= 1;
    if (state.serverFull) throw full('server');
  };

  /** The agent's word to a server, and its answer: either may be lost on the way, and both may take their time. */
  const deliver: DeliverMove = async (message) => {
    if (!state.calm) await pause(random.below(4));
    const servers = place.servers().filter((server) => !server.isGone());
    const server = servers[random.below(Math.max(servers.length, 1))];
    if (!state.up || server === undefined) return { state: 'later' };
    const answer = await answerOf(server.take({ deviceId, settingId: place.settingId }, message));
    if (!state.calm) await pause(random.below(4));
    return state.down ? answer : { state: 'later' };
  };
  const send = (envelope: Envelope): void => {
    if (state.down && life !== undefined) void life.inbox.take(envelope);
  };
  const startAgent = async () => {
    const bench = { deviceId, commandKey: place.commandKey };
    const begun = await startLife({ deviceFolder: device.folder, dataFolder, told: [], bench, at: agentAt, deliver });
    begun.clock.at = place.clock.at + state.agentSkew;
    begun.inbox.welcomed();
    life = begun;
  };
  const killAgent = async () => {
    const dying = life;
    life = undefined;
    await dying?.stop().catch(() => {});
  };
  const startServer = () =>
    place.startServer({ at: serverAt, send, isConnected: () => life !== undefined && state.up && state.down });
  const greet = () => {
    for (const server of place.servers()) if (!server.isGone()) server.deviceCame(deviceId);
  };
  const stopServers = async () => {
    for (const server of [...place.servers()]) await server.stop();
  };

  /** What goes wrong, or comes right again. */
  const make: { readonly [Step in (typeof steps)[number]]: () => Promise<void> | void } = {
    'kill-agent': async () => {
      state.agentDiesIn = random.below(12);
      await pause(random.below(8));
      await killAgent();
      state.agentDiesIn = -1;
      await startAgent();
      greet();
    },
    'kill-server': async () => {
      state.serverDiesIn = random.below(4);
      await pause(random.below(8));
      await stopServers();
      state.serverDiesIn = -1;
      await startServer();
      greet();
    },
    cut: () => {
      const way = random.below(3);
      if (way !== 0) state.up = false;
      if (way !== 1) state.down = false;
    },
    heal: () => {
      state.up = true;
      state.down = true;
      greet();
    },
    clock: () => {
      state.agentSkew = (random.below(7) - 3) * 6 * 3_600_000;
      if (life !== undefined) life.clock.at = place.clock.at + state.agentSkew;
    },
    'disk-agent': () => {
      state.agentFull = !state.agentFull;
    },
    'disk-server': () => {
      state.serverFull = !state.serverFull;
    },
    'two-servers': async () => {
      if (place.servers().filter((server) => !server.isGone()).length < 2) await startServer();
      greet();
    },
    cancel: async () => {
      const server = place.servers().find((one) => !one.isGone());
      await server?.cancel(place.settingId, order.id).catch(() => {});
    },
    calm: () => pause(random.below(10)),
  };

  await stopServers();
  const first = await startServer();
  await startAgent();
  const { id, person, since } = session('1');
  const order = await first.order(place.settingId, deviceId, { id, person, since });
  const many = 3 + random.below(5);
  for (let step = 0; step < many; step += 1) {
    const name = steps[random.below(steps.length)] ?? 'calm';
    faults.push(name);
    await make[name]();
    await pause(random.below(6));
    if (life !== undefined && random.below(2) === 0) void life.tellAll().catch(() => {});
  }
  return settle();

  /** Everything is well again: whatever became of the order must come to light now. */
  async function settle(): Promise<Ending> {
    Object.assign(state, {
      up: true,
      down: true,
      agentFull: false,
      serverFull: false,
      agentDiesIn: -1,
      serverDiesIn: -1,
      agentSkew: 0,
      calm: true,
    });
    await stopServers();
    await killAgent();
    const server = await startServer();
    await startAgent();
    for (let turn = 0; turn < 100; turn += 1) {
      server.deviceCame(deviceId);
      await pause(5);
      await life?.inbox.idle();
      await life?.tellAll();
      const { state: reached } = await server.look(order.id);
      if (reached !== undefined && isFinal(reached)) break;
    }
    const { state: reached, moves } = await server.look(order.id);
    const journal = await life?.journal.find(order.id);
    const there = await life?.platformSessions();
    await killAgent();
    const outcome = moves.at(-1)?.evidence;
    return {
      faults,
      acts: device.ended(),
      signedIn: there?.includes('1') ?? true,
      journal: journal?.state,
      state: reached,
      way: moves.map(({ to }) => to),
      evidenceAfter: outcome !== null && outcome !== undefined && 'after' in outcome ? outcome.after.length : undefined,
    };
  }
}

/** As the agent's connection reads it: what the server could not store is said again later. */
async function answerOf(taking: Promise<void>): ReturnType<DeliverMove> {
  try {
    await taking;
    return { state: 'done' };
  } catch (error) {
    if (!(error instanceof StatedError) || error.code === 'storage-failed' || error.code === 'internal')
      return { state: 'later' };
    return { state: 'refused', code: error.code, message: error.message };
  }
}
