/**
 * Thin clients in one process: each a socket on mutual TLS with a certificate of its
 * own, that answers an order at once with every move of it, in one message, and keeps nothing.
 * `connect PORT`; `one URL N [DEVICE]`: so many single orders; `all URL`: log out everybody. Prints milliseconds.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { pinnedTo } from '../../../agent/identity/tls-options.ts';
import type { Envelope } from '../../../shared/command/envelope.ts';
import { sectionNames } from '../../../shared/report/report.ts';
import { socketPath } from '../../../shared/wire/events.ts';
import { type Answer, type MovesTaken, protocolVersion } from '../../../shared/wire/messages.ts';
import { call } from './call.ts';
import type { Fleet } from './fleet.ts';

const fleet: Fleet = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const previewSchema = z.object({ fingerprint: z.string() });
const batchSchema = z.object({ ordered: z.number() });
const sockets: Socket[] = [];
/** By the order's id: called when the server has acknowledged its last move. */
const waiting = new Map<string, () => void>();
let answered = 0;
let onAnswered: () => void = () => {};
const atOnce = 60;
/** Orders before those that count; so many messages as well on the floor. */
const warmUp = 100;

const evidences: Record<string, object> = {
  logout: { before: [], after: [] },
  refresh: { sections: sectionNames, unknown: [] },
};

function answerOrder(socket: Socket, { id, text }: Envelope): void {
  const kind = /"order":\{"kind":"([a-z-]+)"/.exec(text)?.[1] ?? '';
  const at = new Date().toISOString();
  const move = (to: string, more: object = {}) => ({ commandId: id, to, at, ...more });
  const moves = [move('received'), move('started'), move('verified', { evidence: evidences[kind] })];
  void socket.emitWithAck('moves', { moves }).then((answer: Answer<MovesTaken>) => {
    if (!answer.ok || answer.value.refused.length > 0)
      throw new Error(`the server refused a move: ${JSON.stringify(answer)}`);
    answered += 1;
    waiting.get(id)?.();
    onAnswered();
  });
}

async function connectOne(port: string, { certificate }: Fleet['devices'][number]): Promise<Socket> {
  const socket = io(`https://127.0.0.1:${port}/agent`, {
    ...{ path: socketPath, transports: ['websocket'], forceNew: true, reconnection: false },
    ...{ ...pinnedTo(fleet.authority), cert: certificate, key: fleet.privateKey },
  });
  socket.on('command', (envelope: Envelope) => answerOrder(socket, envelope));
  socket.on('floor', (_message: unknown, answer: () => void) => answer());
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const hello = { protocol: protocolVersion, agentVersion: '0.1.0', platform: 'simulated', epoch: 1 };
  const boot = { bootId: '00000000-0000-4000-8000-000000000000', observeMode: false, openCommands: [] };
  const welcome: { ok: boolean } = await socket.emitWithAck('hello', { ...hello, ...boot });
  if (!welcome.ok) throw new Error(JSON.stringify(welcome));
  return socket;
}

async function connect(port: string): Promise<void> {
  const queue = [...fleet.devices];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let device = queue.pop(); device !== undefined; device = queue.pop())
        sockets.push(await connectOne(port, device));
    }),
  );
  process.stdout.write(`connected ${sockets.length}\n`);
}

/** From the call to the acknowledgement of the device's last move, which follows its commit. */
async function one(url: string, times: number): Promise<number[]> {
  const took: number[] = [];
  for (let time = -warmUp; time < times; time += 1) {
    const device = fleet.devices[Math.floor(Math.random() * fleet.devices.length)];
    const before = answered;
    const done = new Promise<void>((resolve) => {
      onAnswered = () => answered > before && resolve();
    });
    const began = performance.now();
    await call(url, fleet.token, `/devices/${device?.id}/commands`, { kind: 'refresh', args: {}, reason: 'a measure' });
    await done;
    if (time >= 0) took.push(performance.now() - began);
  }
  return took;
}

async function all(url: string): Promise<number[]> {
  // The real agent of an earlier measure is enrolled too, and not there.
  const question = { filter: { presence: 'online' }, order: { kind: 'logout', args: {} } };
  const preview = await call(url, fleet.token, '/command-batches/preview', question);
  const { fingerprint } = previewSchema.parse(preview);
  answered = 0;
  const done = new Promise<void>((resolve) => {
    onAnswered = () => answered >= fleet.devices.length && resolve();
  });
  const began = performance.now();
  const batch = await call(url, fleet.token, '/command-batches', { ...question, fingerprint, reason: 'a measure' });
  const { ordered } = batchSchema.parse(batch);
  if (ordered !== fleet.devices.length) throw new Error(`only ${ordered} were ordered`);
  await done;
  return [performance.now() - began];
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [what, where = '', count = '1'] = line.split(' ');
  const work = what === 'connect' ? connect(where) : what === 'all' ? all(where) : one(where, Number(count));
  work.then(
    (took) => took && process.stdout.write(`took ${JSON.stringify(took)}\n`),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
