import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { expect } from 'chai';
import { Server, type Socket } from 'socket.io';
import { backoffMs } from '../../../../agent/transport/backoff.ts';
import { type Connection, type ConnectionParts, createConnection } from '../../../../agent/transport/connection.ts';
import { instant, systemClock } from '../../../../shared/instant.ts';
import { maxMessageBytes, socketPath } from '../../../../shared/wire/events.ts';
import type { Hello, ReportMessage } from '../../../../shared/wire/messages.ts';
import { freePort } from '../../../support/ports.ts';
import { createHeardLog, morning, sessionsReading } from '../parts.ts';

const hello: Hello = {
  protocol: 1,
  agentVersion: '0.1.0',
  platform: 'simulated',
  epoch: 1,
  bootId: '6f0c2f4e-30a8-4f4e-9c5c-0c4a8b1d2e3f',
  observeMode: false,
  openCommands: [],
};
const welcome = { time: instant(morning), lastSequence: 0, reportAfterMs: 0 };
const report: ReportMessage = { epoch: 1, sequence: 1, at: instant(morning), sections: sessionsReading([]) };
const notValid = { ok: false, error: { code: 'not-valid', message: 'no' } };

/** Every way a message can fare: what the server answers, and what that means for the queue. */
const answers: [string, unknown, object][] = [
  ['done', { ok: true, value: {} }, { state: 'done' }],
  ['an error about the message', notValid, { state: 'refused', code: 'not-valid', message: 'no' }],
  ['an error of the moment', { ok: false, error: { code: 'storage-failed', message: 'full' } }, { state: 'later' }],
  ['garbage', { ok: 'perhaps' }, { state: 'later' }],
  ['an error nobody knows', { ok: false, error: { code: 'made-up', message: '' } }, { state: 'later' }],
];

describe('the agent’s connection', () => {
  let http: HttpServer;
  let port: number;
  let io: Server;
  let connection: Connection | undefined;
  let onSocket: (socket: Socket) => void;

  beforeEach(async () => {
    port = await freePort();
    http = createServer().listen(port, '127.0.0.1');
    await once(http, 'listening');
    io = new Server(http, { path: socketPath, transports: ['websocket'], maxHttpBufferSize: maxMessageBytes });
    onSocket = (socket) => socket.on('hello', (_hello, answer) => answer({ ok: true, value: welcome }));
    io.of('/agent').on('connection', (socket) => onSocket(socket));
  });
  afterEach(async () => {
    connection?.stop();
    connection = undefined;
    await io.close();
  });

  function connect(change: Partial<ConnectionParts> = {}) {
    const heard = createHeardLog();
    const seen = { commands: [] as unknown[], capsules: [] as unknown[], welcomes: 0, downs: 0 };
    connection = createConnection({
      url: `http://127.0.0.1:${port}`,
      tls: {},
      hello: async () => hello,
      onWelcome: async () => {
        seen.welcomes += 1;
      },
      onCommand: (received) => void seen.commands.push(received),
      onCapsule: (received) => void seen.capsules.push(received),
      onDown: () => {
        seen.downs += 1;
      },
      clock: systemClock,
      log: heard.log,
      answerWithinMs: 300,
      random: () => 0,
      ...change,
    });
    connection.start();
    return { connection, seen, events: () => heard.events.map(({ event }) => event), heard };
  }

  async function until(what: () => boolean): Promise<void> {
    for (const end = Date.now() + 8_000; !what(); ) {
      if (Date.now() > end) throw new Error(`not in time: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  for (const [what, answer, delivery] of answers) {
    it(`takes "${what}" from the server for ${JSON.stringify(delivery)}`, async () => {
      const welcoming = onSocket;
      onSocket = (socket) => {
        welcoming(socket);
        socket.on('report', (_report, reply) => reply(answer));
      };
      const { connection: agent, seen, events } = connect();
      await until(() => seen.welcomes === 1 && events().includes('connected'));
      expect(await agent.sendReport(report)).to.deep.equal(delivery);
    });
  }

  it('sends nothing before the welcome, and gives a message up for later when no answer comes', async () => {
    const { connection: agent, events } = connect();
    expect(await agent.sendReport(report)).to.deep.equal({ state: 'later' });
    await until(() => events().includes('connected'));
    expect(await agent.sendReport(report)).to.deep.equal({ state: 'later' });
  });

  it('says farewell within half a second, whether the server answers, knows of no farewell, or says nothing', async () => {
    const said: unknown[] = [];
    const welcoming = onSocket;
    const replies: ((reply: (answer: unknown) => void) => void)[] = [
      (reply) => reply({ ok: true, value: {} }),
      (reply) => reply({ ok: false, error: { code: 'unknown-message', message: 'This server does not know it.' } }),
      () => {},
    ];
    for (const respond of replies) {
      onSocket = (socket) => {
        welcoming(socket);
        socket.on('farewell', (message, reply) => {
          said.push(message);
          respond(reply);
        });
      };
      // As patient as in earnest with any other message.
      const { connection: agent, events } = connect({ answerWithinMs: 10_000 });
      await until(() => events().includes('connected'));
      const started = performance.now();
      await agent.sendFarewell({ epoch: 1, why: 'stopped' });
      expect(performance.now() - started).to.be.lessThan(1_000);
      agent.stop();
    }
    expect(said).to.deep.equal([1, 2, 3].map(() => ({ epoch: 1, why: 'stopped' })));
  });

  it('says no farewell where it is not connected, and waits for nothing', async () => {
    const { connection: agent } = connect({ url: 'http://127.0.0.1:1' });
    expect(await agent.sendFarewell({ epoch: 1, why: 'system-ends' })).to.deep.equal({ state: 'later' });
  });

  it('does not send what is larger than the server takes: it would be cut off at each try', async () => {
    const { connection: agent, events } = connect();
    await until(() => events().includes('connected'));
    const sections = sessionsReading([]);
    const large = { ...report, sections: { ...sections, padding: 'x'.repeat(maxMessageBytes) } };
    expect(await agent.sendReport(large)).to.include({ state: 'refused', code: 'too-large' });
    expect(events()).to.not.include('disconnected');
  });

  it('holds orders back until the welcome is dealt with, and hands them on unparsed', async () => {
    let dealtWith: () => void = () => {};
    onSocket = (socket) =>
      socket.on('hello', (_hello, answer) => {
        socket.emit('command', { any: 'thing' });
        answer({ ok: true, value: welcome });
      });
    const waiting = new Promise<void>((resolve) => {
      dealtWith = resolve;
    });
    const { seen, events } = connect({ onWelcome: () => waiting });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(seen.commands).to.deep.equal([]);
    dealtWith();
    await until(() => events().includes('connected'));
    expect(seen.commands).to.deep.equal([{ any: 'thing' }]);
  });

  it('comes back by itself after the server hung up, says hello anew, and tells that it was down', async () => {
    const { seen } = connect();
    await until(() => seen.welcomes === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    io.of('/agent').disconnectSockets();
    await until(() => seen.welcomes === 2);
    expect(seen.downs).to.equal(1);
  });

  it('comes back after the server was gone', async () => {
    const { seen } = connect();
    await until(() => seen.welcomes === 1);
    await io.close();
    http = createServer().listen(port, '127.0.0.1');
    io = new Server(http, { path: socketPath, transports: ['websocket'] });
    io.of('/agent').on('connection', (socket) => onSocket(socket));
    await until(() => seen.welcomes === 2);
  }).timeout(15_000);

  it('says hello again at once when the clocks are to be compared', async () => {
    const { connection: agent, seen, events } = connect();
    await until(() => events().includes('connected'));
    agent.reconnect();
    await until(() => seen.welcomes === 2);
  });

  it('tells a refused or garbled hello once for each distinct reason, and keeps trying', async () => {
    let hellos = 0;
    const refused = { ok: false, error: { code: 'protocol-not-supported', message: 'Update the agent.' } };
    onSocket = (socket) =>
      socket.on('hello', (_hello, answer) => {
        hellos += 1;
        answer(hellos < 3 ? refused : { ok: true, value: welcome });
      });
    const { seen, events } = connect();
    await until(() => seen.welcomes === 1);
    expect(hellos).to.equal(3);
    expect(events().filter((event) => event === 'connection-failed')).to.have.length(1);
  }).timeout(15_000);

  it('tells a server that refuses the device from one that is not there, once, and with what to do', async () => {
    const refusals: string[] = [];
    let tries = 0;
    io.engine.opts.allowRequest = (_request, decide) => {
      tries += 1;
      decide('certificate-required', tries > 2);
    };
    const { seen, heard } = connect({ onRefused: (code) => refusals.push(code) });
    await until(() => seen.welcomes === 1);
    const failed = heard.events.filter(({ event }) => event === 'connection-failed');
    expect(refusals).to.deep.equal(['refused-by-server', 'refused-by-server']);
    expect(failed.map(({ fields }) => fields.code)).to.deep.equal(['refused-by-server']);
    expect(failed[0]?.fields.error).to.contain('hometime-agent enrol');
  }).timeout(15_000);

  it('ends a connection whose welcome could not be dealt with, and tries again', async () => {
    let tries = 0;
    const { events } = connect({
      onWelcome: async () => {
        tries += 1;
        if (tries === 1) throw new Error('SQLITE_FULL: no room');
      },
    });
    await until(() => tries === 2);
    expect(events()).to.include('connection-failed');
  });

  it('ignores messages it does not know, and says so', async () => {
    const { events } = connect();
    await until(() => events().includes('connected'));
    io.of('/agent').emit('dance', { now: true });
    await until(() => events().includes('message-ignored'));
  });

  it('hands signed settings on, whatever they are, and takes none for an order or the other way round', async () => {
    const { events, seen } = connect();
    await until(() => events().includes('connected'));
    io.of('/agent').emit('capsule', { text: 'settings' });
    io.of('/agent').emit('command', { text: 'order' });
    await until(() => seen.commands.length + seen.capsules.length === 2);
    expect(seen.capsules).to.deep.equal([{ text: 'settings' }]);
    expect(seen.commands).to.deep.equal([{ text: 'order' }]);
    expect(events()).to.not.include('message-ignored');
  });
});

describe('the wait between tries', () => {
  it('doubles from one second to thirty, with chance from half to one and a half', () => {
    expect([1, 2, 3, 6, 50].map((failures) => backoffMs(failures, () => 0.5))).to.deep.equal([
      1_000, 2_000, 4_000, 30_000, 30_000,
    ]);
    expect(backoffMs(1, () => 0)).to.equal(500);
    expect(backoffMs(1, () => 1)).to.equal(1_500);
  });
});
