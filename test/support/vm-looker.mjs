/**
 * Runs inside the machine, in /opt/hometime: the agent's own prober and platform in one long-lived
 * process, as in `run`, asked over loopback instead of by a server. One line asks, one line of JSON
 * answers: `ask SECTION` looks now, `glance SECTION` as a round of the agent does, `start` begins its
 * own rounds and hints, `stop` ends them, `last SECTION` gives what they saw last. With each answer go the tools that were started since the one before.
 */
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { createExec } from './dist/agent/platform/exec.js';
import { forgetful } from './dist/agent/platform/keeper.js';
import { selectPlatform } from './dist/agent/platform/select.js';
import { createProber } from './dist/agent/probe/prober.js';
import { systemClock } from './dist/shared/instant.js';
import { silentLog } from './dist/shared/log.js';
import { defaultDeviceSettings } from './dist/shared/policy/device-settings.js';
import { unknown } from './dist/shared/reading.js';

const mediaSalt = Buffer.alloc(32, 7).toString('base64');
const parts = { clock: systemClock, log: silentLog };
const exec = createExec();
let tools = [];
const last = {};

const platform = selectPlatform({
  ...parts,
  settings: () => ({ ...defaultDeviceSettings, mediaSalt }),
  keeper: forgetful,
  exec: (tool, args, options) => {
    tools.push(tool);
    return exec(tool, args, options);
  },
});
const prober = createProber({
  ...parts,
  platform,
  health: async () => unknown('not-supported', new Date().toISOString()),
  onReading: (reading) => Object.assign(last, reading),
});

async function readingFor(verb, section) {
  if (verb === 'ask') return (await prober.ask([section]))[section];
  if (verb === 'glance') return platform.probes[section](new AbortController().signal, 'glance');
  return last[section];
}

async function answer(line) {
  const [verb, section] = line.trim().split(' ');
  if (verb === 'start') prober.start();
  if (verb === 'stop') prober.stop();
  const reading = await readingFor(verb, section);
  const started = tools;
  tools = [];
  return { reading: reading ?? null, tools: started };
}

const server = createServer((socket) => {
  socket.on('error', () => {});
  createInterface({ input: socket }).on('line', async (line) => {
    socket.end(`${JSON.stringify(await answer(line))}\n`);
  });
});
server.listen(7070, '127.0.0.1', () => process.stdout.write('listening\n'));
