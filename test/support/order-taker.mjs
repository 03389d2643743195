/**
 * Runs inside a laptop or a machine: the agent's own inbox, journal, runner, executors and platform, with a stand-in
 * for the server that acknowledges every move. One line asks, one line of JSON answers: `take ENVELOPE` hands an order
 * over, `moves` gives what the server was told, `idle` waits until nothing is carried out.
 *
 * node order-taker.cjs OPTIONS, JSON: `identity`, `resourceFolder`, and `hold`, a verb of cryptsetup: from its first
 * call on no tool comes to an end any more, so that the power can be cut there.
 */
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { journalKeepingOf } from '../../agent/journal-keeping.ts';
import { composeOrders } from '../../agent/orders.ts';
import { createExec } from '../../agent/platform/exec.ts';
import { forgetful } from '../../agent/platform/keeper.ts';
import { selectPlatform } from '../../agent/platform/select.ts';
import { createJournalStore } from '../../agent/store/journal-store.ts';
import { openStore } from '../../agent/store/store.ts';
import { systemClock } from '../../shared/instant.ts';
import { createLog } from '../../shared/log.ts';
import { defaultDeviceSettings } from '../../shared/policy/device-settings.ts';

const { identity, resourceFolder, hold } = JSON.parse(process.argv[2] ?? '{}');
const log = createLog('info', 'agent');
const tool = createExec();
const forEver = new Promise(() => {});
let isHeld = false;

async function exec(name, args, options) {
  isHeld ||= hold !== undefined && name === 'cryptsetup' && args[0] === hold;
  if (isHeld) process.stdout.write('held\n');
  return isHeld ? forEver : tool(name, args, options);
}

async function main() {
  const settings = () => ({ ...defaultDeviceSettings, resourceFolder, mediaSalt: Buffer.alloc(32).toString('base64') });
  const lockWords = { breakGlass: 'hometime-rescue', codeCommand: ['/bin/true'] };
  const platform = selectPlatform({ clock: systemClock, log, settings, keeper: forgetful, exec, lockWords });
  const store = await openStore({ dataFolder: '/var/lib/hometime', clock: systemClock, log });
  const moves = [];
  const parts = { identity, platform, settings: { current: settings }, observeMode: false, forbids: [] };
  const own = { ...identity, privateKey: 'a secret of this machine' };
  const keeping = journalKeepingOf({ dataFolder: '/var/lib/hometime', identity: own, clock: systemClock, log });
  const journal = createJournalStore(store.database, { ...keeping, onChanged: async () => log.error('told-changed') });
  const { inbox, courier } = composeOrders({ ...parts, clock: systemClock, log }, journal, {
    deliver: async (move) => {
      moves.push(move);
      return { state: 'done' };
    },
    serverTime: { now: () => Date.now(), correct: (at) => at },
    prober: { askAll: async () => ({}), ask: async () => ({}) },
    lockKeeper: {},
    signal: new AbortController().signal,
    journalWholeSince: () => undefined,
  });
  inbox.start();
  inbox.welcomed();
  courier.open(0);

  async function answer(line) {
    if (line.startsWith('take ')) await inbox.take(JSON.parse(line.slice(5)));
    if (line === 'idle') await inbox.idle();
    return moves;
  }
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', async (line) => {
      socket.end(`${JSON.stringify(await answer(line))}\n`);
    });
  });
  server.listen(7070, '127.0.0.1', () => process.stdout.write('listening\n'));
}

main().catch((error) => {
  process.stderr.write(`${error?.stack}\n`);
  process.exit(1);
});
