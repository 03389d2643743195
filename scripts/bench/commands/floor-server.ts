/**
 * The floor: a bare socket.io server on mutual TLS, in one process, that knows neither
 * orders nor a database. `all`: emits to every socket and waits for every
 * acknowledgement; `one N`: the same N times to one at random. Prints milliseconds.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';
import { Server } from 'socket.io';
import { socketPath } from '../../../shared/wire/events.ts';

const [folder = '', port = ''] = process.argv.slice(2);
const pem = readFileSync(`${folder}/server.pem`, 'utf8');
const authority = readFileSync(`${folder}/authority.pem`, 'utf8');
const https = createServer({
  key: pem,
  cert: pem,
  ca: authority,
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
});
const io = new Server(https, {
  path: socketPath,
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
});
const agents = io.of('/agent');
agents.on('connection', (socket) => {
  socket.on('hello', (_message: unknown, answer: (answer: object) => void) =>
    answer({ ok: true, value: { time: new Date().toISOString(), lastSequence: 0, reportAfterMs: 0 } }),
  );
});

/** Messages before those that count. */
const warmUp = 100;
/** As long as a signed order. */
const envelope = { id: '00000000-0000-4000-8000-000000000000', text: 'x'.repeat(300), signature: 'y'.repeat(88) };

async function toAll(): Promise<number[]> {
  const began = performance.now();
  await Promise.all([...agents.sockets.values()].map((socket) => socket.emitWithAck('floor', envelope)));
  return [performance.now() - began];
}

async function toOne(times: number): Promise<number[]> {
  const sockets = [...agents.sockets.values()];
  const took: number[] = [];
  for (let time = -warmUp; time < times; time += 1) {
    const began = performance.now();
    await sockets[Math.floor(Math.random() * sockets.length)]?.emitWithAck('floor', envelope);
    if (time >= 0) took.push(performance.now() - began);
  }
  return took;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [what, count = '1'] = line.split(' ');
  void (what === 'all' ? toAll() : toOne(Number(count))).then((took) =>
    process.stdout.write(`took ${JSON.stringify(took)}\n`),
  );
});
https.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
