import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import type { Base } from '../../server/base.ts';
import { createConsoleSockets } from '../../server/realtime/console-sockets.ts';
import { type Role, roleSchema } from '../../shared/api/people.ts';
import { systemClock } from '../../shared/instant.ts';
import { agentEventRules, consoleEventRules, socketPath } from '../../shared/wire/events.ts';
import { connected, openThinAgent, startTestServer, type TestServer } from '../support/in-process-server.ts';
import { pause, until } from '../support/processes.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';
import { openWalkers, type Walker } from './walkers.ts';

type ConsoleEvent = keyof typeof consoleEventRules;
const consoleEvents = Object.keys(consoleEventRules) as ConsoleEvent[];

describe('every event of a socket, as everybody', () => {
  const open: Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });

  it('finds a rule at every event of the console, and tells it to those roles of that setting and to nobody else', async () => {
    const httpServer = createServer().listen(0, '127.0.0.1');
    await once(httpServer, 'listening');
    const address = httpServer.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const sockets = createConsoleSockets({
      httpServer,
      clock: systemClock,
      watcherOf: async ({ headers }) => {
        const [settingId = '', role] = String(headers['x-as']).split(' ');
        return {
          settingId,
          role: roleSchema.parse(role),
          who: { kind: 'person', id: role ?? '' },
          sessionId: `${settingId} ${role}`,
          expiresAt: undefined,
        };
      },
    });
    const heard = new Map<string, string[]>();
    for (const as of ['here', 'elsewhere'].flatMap((setting) =>
      roleSchema.options.map((role) => `${setting} ${role}`),
    )) {
      const socket = io(`http://127.0.0.1:${port}/console`, {
        path: socketPath,
        transports: ['websocket'],
        forceNew: true,
        extraHeaders: { 'x-as': as },
      });
      open.push(socket);
      socket.onAny((event: string) => heard.set(event, [...(heard.get(event) ?? []), as]));
      await connected(socket);
    }
    await pause(100);
    // What is told does not matter here, only to whom: the views are those of other tests.
    const emit = sockets as unknown as Record<ConsoleEvent, (settingId: string, view: unknown, may: unknown) => void>;
    for (const event of consoleEvents) emit[event]('here', { event }, async () => true);
    const isHeard = (event: ConsoleEvent) => (heard.get(event) ?? []).length >= consoleEventRules[event].length;
    await until('everybody to hear', async () => (consoleEvents.every(isHeard) ? true : undefined));
    // Whoever should not hear has had the same time.
    await pause(300);
    for (const event of consoleEvents) {
      const told: Role[] = [...consoleEventRules[event]];
      expect(told.length, event).to.be.greaterThan(0);
      expect(heard.get(event) ?? [], event).to.have.members(told.map((role) => `here ${role}`));
    }
    expect([...heard.keys()]).to.have.members(consoleEvents);
    for (const socket of open.splice(0)) socket.disconnect();
    await sockets.stop();
  }).timeout(20_000);

  describe('at the real server', () => {
    let folder: string;
    let server: TestServer;
    let base: Base;
    let walkers: Walker[];
    before(async function () {
      this.timeout(60_000);
      folder = makeTempFolder();
      server = await startTestServer(folder);
      ({ base, walkers } = await openWalkers(folder));
    });
    after(async () => {
      await base.close();
      await server.stop();
      removeTempFolder(folder);
    });

    const opens = async (url: string, headers: Record<string, string>): Promise<boolean> => {
      const socket = io(url, {
        path: socketPath,
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        rejectUnauthorized: false,
        extraHeaders: headers,
      });
      open.push(socket);
      return await connected(socket).then(
        () => true,
        () => false,
      );
    };

    it('lets in whoever is signed in and not overdue, and nobody else; never from another origin', async () => {
      for (const walker of walkers) {
        const { 'x-csrf-token': _csrf, ...headers } = await walker.headers();
        const origin = { origin: server.peopleUrl };
        const said = walker.name;
        const url = `${server.peopleUrl}/console`;
        expect(await opens(url, { ...headers, ...origin }), said).to.equal(walker.kind !== 'nobody' && !walker.overdue);
        expect(await opens(url, { ...headers, origin: 'https://evil.example' }), said).to.equal(false);
      }
    }).timeout(60_000);

    it('ends the socket of a token that is revoked', async () => {
      const session = walkers.find(
        ({ role, kind, confirmed }) => role === 'administrator' && kind === 'person' && confirmed,
      );
      const headers = (await session?.headers()) ?? {};
      const made = await server.call('makeToken', {
        body: { name: 'watcher', role: 'staff', days: 1 },
        headers: { ...headers, authorization: '' },
      });
      expect(made.error, 'an empty Authorization header stands alone').to.have.property('code', 'not-signed-in');
      const answer = await fetch(`${server.peopleUrl}/api/v1/tokens`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'watcher', role: 'staff', days: 1 }),
      });
      const { id, token } = (await answer.json()) as { id: string; token: string };
      const socket = io(`${server.peopleUrl}/console`, {
        path: socketPath,
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        extraHeaders: { authorization: `Bearer ${token}` },
      });
      open.push(socket);
      await connected(socket);
      const ended = new Promise((resolve) => socket.once('disconnect', resolve));
      await server.call('revokeToken', { params: { id } });
      await ended;
    });

    it('takes no event of an agent from whoever has no device’s certificate, whatever their role', async () => {
      const identity = await server.enrolDevice('Tablet 1');
      for (const event of Object.keys(agentEventRules)) {
        for (const walker of walkers) {
          const headers = await walker.headers();
          const said = `${event} as ${walker.name}`;
          expect(await opens(`https://127.0.0.1:${server.agentPort}/agent`, headers), said).to.equal(false);
          expect(await opens(`${server.peopleUrl}/agent`, headers), said).to.equal(false);
          if (event !== 'hello') break;
        }
        const device = openThinAgent(identity);
        open.push(device);
        await connected(device);
        device.disconnect();
      }
    }).timeout(90_000);
  });
});
