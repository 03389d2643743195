/**
 * The floor of an agent at rest: bare Node with socket.io-client on mutual TLS, connected as an
 * enrolled device to the same server, and nothing else. It says hello, for a server lets nobody in
 * who does not; after that it answers pings, as every agent does.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkServerIdentity } from 'node:tls';
import { io } from 'socket.io-client';

const [dataFolder, path, protocol, name] = process.argv.slice(2);
const read = (file) => readFileSync(join(dataFolder, 'identity', file), 'utf8');
const { authority, certificate, server, epoch } = JSON.parse(read('identity.json'));

const socket = io(`https://${server.host}:${server.port}/agent`, {
  path,
  transports: ['websocket'],
  ca: authority,
  cert: certificate,
  key: read('key.pem'),
  servername: name,
  checkServerIdentity: (_address, presented) => checkServerIdentity(name, presented),
});
socket.on('connect', async () => {
  const answer = await socket.emitWithAck('hello', {
    protocol: Number(protocol),
    agentVersion: '0.1.0',
    platform: 'linux',
    epoch,
    bootId: '00000000-0000-4000-8000-000000000000',
    observeMode: true,
    openCommands: [],
  });
  process.stdout.write(answer.ok ? 'welcomed\n' : `refused ${answer.error.code}\n`);
});
socket.on('connect_error', (error) => process.stderr.write(`${error}\n`));
