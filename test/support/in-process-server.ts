import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { enrol } from '../../agent/identity/enrol.ts';
import type { Identity } from '../../agent/identity/identity.ts';
import { tlsOptions } from '../../agent/identity/tls-options.ts';
import { openBase } from '../../server/base.ts';
import { readConfig } from '../../server/config.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import { type ErrorBody, errorAnswerSchema } from '../../shared/api/errors.ts';
import {
  type AnswerOf,
  apiPrefix,
  type Download,
  downloadTypes,
  type RouteName,
  routes,
} from '../../shared/api/routes.ts';
import { type Clock, systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { type AgentToServer, type ServerToAgent, socketPath } from '../../shared/wire/events.ts';
import { type Answer, type Hello, protocolVersion, type Welcome } from '../../shared/wire/messages.ts';
import { freePort } from './ports.ts';

export type Answered<Value> = { status: number; body: Value; error?: undefined } | { status: number; error: ErrorBody };

/** A real server in this process, on ports of its own, with an administrator's token. */
export interface TestServer {
  folder: string;
  peopleUrl: string;
  agentPort: number;
  token: string;
  /** Calls a route with the administrator's token, or with what is given. */
  call<Name extends RouteName>(name: Name, options?: CallOptions): Promise<Answered<AnswerOf<Name>>>;
  /** Makes a link and enrols a device through it, as the agent does. */
  enrolDevice(name: string): Promise<Identity>;
  stop(): Promise<void>;
  /** Starts it again on the same folder and ports. */
  restart(): Promise<void>;
}

interface CallOptions {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
}

/** `elapsed`: milliseconds that only ever rise, for tests that let hours pass. */
export async function startTestServer(
  folder: string,
  clock: Clock = systemClock,
  elapsed?: () => number,
): Promise<TestServer> {
  const [people, agents] = [await freePort(), await freePort()];
  const env = {
    HOMETIME_PEOPLE_PORT: String(people),
    HOMETIME_AGENT_PORT: String(agents),
    HOMETIME_AGENT_HOST: '127.0.0.1',
    HOMETIME_ADDRESS: '127.0.0.1',
  };
  const config = readConfig(env, join(folder, 'server'));
  const begin = () =>
    startServer({
      config,
      clock,
      log: silentLog,
      dashboardFolder: join(folder, 'none'),
      version: 'test',
      ...(elapsed === undefined ? {} : { elapsed }),
    });
  const base = await openBase(config, { clock, log: silentLog });
  const { secret } = await base.people.addToken({ name: 'test', role: 'administrator' }, 'test');
  await base.close();
  let running: RunningServer = await begin();
  const peopleUrl = `http://127.0.0.1:${people}`;
  const server: TestServer = {
    folder,
    peopleUrl,
    agentPort: agents,
    token: secret,
    call: (name, options = {}) =>
      callRoute(peopleUrl, name, { ...options, headers: { authorization: `Bearer ${secret}`, ...options.headers } }),
    enrolDevice: async (name) => {
      const made = await server.call('makeEnrolmentLink', { body: { name } });
      if (made.error) throw new Error(made.error.message);
      return enrol({
        link: made.body.link,
        dataFolder: join(folder, `device-${made.body.deviceId}`),
        platform: 'simulated',
        log: silentLog,
      });
    },
    stop: () => running.stop(),
    restart: async () => {
      await running.stop();
      running = await begin();
    },
  };
  return server;
}

/** One request of the contract over real HTTP; the answer is parsed by the route's own schema. */
export async function callRoute<Name extends RouteName>(
  base: string,
  name: Name,
  options: CallOptions,
): Promise<Answered<AnswerOf<Name>>> {
  const route = routes[name];
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, key: string) =>
    encodeURIComponent(options.params?.[key] ?? ''),
  );
  const query = options.query === undefined ? '' : `?${new URLSearchParams(options.query).toString()}`;
  const response = await fetch(`${base}${apiPrefix}${path}${query}`, {
    method: route.method.toUpperCase(),
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  if (response.ok && route.answer === 'download') {
    return { status: response.status, body: downloaded(response) as AnswerOf<Name> };
  }
  const json: unknown = await response.json();
  if (!response.ok) return { status: response.status, error: errorAnswerSchema.parse(json).error };
  if (route.answer === 'download') throw new Error('a file was expected');
  return { status: response.status, body: route.answer.parse(json) as AnswerOf<Name> };
}

/** A file as it arrived, in the contract's own shape. */
function downloaded(response: Response): Download {
  const type = response.headers.get('content-type')?.split(';')[0];
  const name = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const known = downloadTypes.find((each) => each === type);
  if (known === undefined || name === undefined) {
    throw new Error(`not a file of ours: ${type} ${name}`);
  }
  return {
    type: known,
    name,
    pieces: (async function* () {
      if (known.startsWith('image/') || known === 'application/pdf') yield new Uint8Array(await response.arrayBuffer());
      else yield await response.text();
    })(),
  };
}

/** An agent's socket without an agent behind it: says and hears exactly what a test wants. */
export type ThinAgent = Socket<ServerToAgent, AgentToServer>;

export function openThinAgent(
  identity: Identity,
  options: Record<string, unknown> = {},
  namespace = '/agent',
): ThinAgent {
  return io(`https://127.0.0.1:${identity.server.port}${namespace}`, {
    path: socketPath,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...tlsOptions(identity),
    ...options,
  });
}

/** A connection cut between its two handshakes says neither yes nor no: after this long it counts as failed. */
const connectWithinMs = 3_000;

interface Connecting {
  once(event: 'connect', done: () => void): unknown;
  once(event: 'connect_error', failed: (error: Error) => void): unknown;
  disconnect(): unknown;
}

export function connected(socket: Connecting): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      socket.disconnect();
      reject(new Error('no answer'));
    }, connectWithinMs);
    socket.once('connect', () => {
      clearTimeout(limit);
      resolve();
    });
    socket.once('connect_error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
  });
}

export function helloOf(identity: Identity, changes: Partial<Hello> = {}): Hello {
  return {
    protocol: protocolVersion,
    agentVersion: '0.1.0',
    platform: 'simulated',
    epoch: identity.epoch,
    bootId: '00000000-0000-4000-8000-000000000000',
    observeMode: false,
    openCommands: [],
    ...changes,
  };
}

/** Connects and says hello. */
export async function greet(identity: Identity): Promise<{ socket: ThinAgent; welcome: Welcome }> {
  const socket = openThinAgent(identity);
  await connected(socket);
  const answer = await ask<Welcome>(socket, 'hello', helloOf(identity));
  if (!answer.ok) throw new Error(answer.error.message);
  return { socket, welcome: answer.value };
}

/** Sends any message, known or not, and waits for its answer. */
export async function ask<Value>(socket: ThinAgent, event: string, message: unknown): Promise<Answer<Value>> {
  // The point of the test is what the types forbid: any event, any message.
  const untyped = socket as unknown as Socket;
  return (await untyped.timeout(5_000).emitWithAck(event, message)) as Answer<Value>;
}
