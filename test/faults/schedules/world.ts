import { setTimeout as pause } from 'node:timers/promises';
import type { DeliverMove } from '../../../agent/command/slices.ts';
import { StatedError } from '../../../shared/api/errors.ts';
import type { Envelope } from '../../../shared/command/envelope.ts';
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

/** Nothing is wrong. `diesIn`: so many moments from now; below 0: not. */
const allIsWell = {
  up: true,
  down: true,
  agentFull: false,
  serverFull: false,
  agentDiesIn: -1,
  serverDiesIn: -1,
  agentSkew: 0,
};
export type Weather = typeof allIsWell & { calm: boolean };

export type World = ReturnType<typeof createWorld>;

/**
 * One device and its agent, the place's servers, and what lies between them: real parts on
 * real databases. `weather` says what is wrong at the moment; messages are lost either way by it,
 * and answers take their time, so that later ones come first.
 */
export function createWorld(place: Place, deviceId: string, random: Random) {
  const device = createDevice([session('1'), session('2', 'ben')]);
  const dataFolder = makeTempFolder();
  const weather: Weather = { ...allIsWell, calm: false };
  let life: Awaited<ReturnType<typeof startLife>> | undefined;

  const running = () => place.servers().filter((server) => !server.isGone());
  const deliver: DeliverMove = async (message) => {
    if (!weather.calm) await pause(random.below(4));
    const server = running()[random.below(Math.max(running().length, 1))];
    if (!weather.up || server === undefined) return { state: 'later' };
    const answer = await answerOf(server.take({ deviceId, settingId: place.settingId }, message));
    if (!weather.calm) await pause(random.below(4));
    return weather.down ? answer : { state: 'later' };
  };

  return {
    weather,
    device,
    running,
    life: () => life,
    async startAgent(): Promise<void> {
      const bench = { deviceId, commandKey: place.commandKey };
      const at = () => agentMoment(weather);
      const begun = await startLife({ deviceFolder: device.folder, dataFolder, told: [], bench, at, deliver });
      begun.clock.at = place.clock.at + weather.agentSkew;
      begun.inbox.welcomed();
      life = begun;
    },
    async killAgent(): Promise<void> {
      const dying = life;
      life = undefined;
      await dying?.stop().catch(() => {});
    },
    startServer: () =>
      place.startServer({
        at: () => serverMoment(weather),
        send(envelope) {
          if (weather.down && life !== undefined) void life.inbox.take(envelope);
        },
        isConnected: () => life !== undefined && weather.up && weather.down,
      }),
    async stopServers(): Promise<void> {
      for (const server of [...place.servers()]) await server.stop();
    },
    /** The device says hello: what it may have missed is offered again. */
    greet(): void {
      for (const server of running()) server.deviceCame(deviceId);
    },
    clearUp: () => Object.assign(weather, allIsWell, { calm: true }),
  };
}

function agentMoment(weather: Weather): void {
  if (weather.agentDiesIn === 0) {
    weather.agentDiesIn = -1;
    throw new Killed();
  }
  if (weather.agentDiesIn > 0) weather.agentDiesIn -= 1;
  if (weather.agentFull) throw diskFull();
}

function serverMoment(weather: Weather): void {
  if (weather.serverDiesIn === 0) {
    weather.serverDiesIn = -1;
    throw new ServerGone();
  }
  if (weather.serverDiesIn > 0) weather.serverDiesIn -= 1;
  if (weather.serverFull) throw diskFull();
}

function diskFull(): Error {
  return Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL' });
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
