import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Executors } from '../../../../agent/command/executor.ts';
import { createExecutors } from '../../../../agent/command/executors.ts';
import { createInbox } from '../../../../agent/command/inbox.ts';
import { type Bench, judgeOrder } from '../../../../agent/command/judge.ts';
import { createMoveSender } from '../../../../agent/command/move-sender.ts';
import { createPersist } from '../../../../agent/command/persist.ts';
import { createReceipt } from '../../../../agent/command/receipt.ts';
import { createRunner } from '../../../../agent/command/runner.ts';
import type { DeliverMove } from '../../../../agent/command/slices.ts';
import type { Actions } from '../../../../agent/platform/actions.ts';
import { createSimulatedPlatform } from '../../../../agent/platform/simulated/platform.ts';
import { createProber } from '../../../../agent/probe/prober.ts';
import { createJournalStore, type JournalStore } from '../../../../agent/store/journal-store.ts';
import { mayPass } from '../../../../agent/store/passing-trouble.ts';
import { openStore } from '../../../../agent/store/store.ts';
import { silentLog } from '../../../../shared/log.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import type { MoveMessage } from '../../../../shared/wire/messages.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { noHealth } from '../../platform/platform-parts.ts';
import { commandKey, createTestClock, deviceId, journalKeeping } from '../parts.ts';

/** A device in a folder, with whoever is signed in. */
export function createDevice(sessions: Session[], more: object = {}) {
  const folder = makeTempFolder();
  const write = (device: object) => writeFileSync(join(folder, 'device.json'), JSON.stringify(device));
  write({ sessions: { value: { sessions } }, ...more });
  const logFile = join(folder, 'actions.log');
  return {
    folder,
    write,
    /** How often a session was told to end, over all runs of the agent. */
    ended: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n').length : 0),
  };
}

/** The process is gone at this moment: nothing after it happens, no wait goes on. */
export class Killed extends Error {}

export interface LifeOptions {
  deviceFolder: string;
  dataFolder: string;
  /** What the server takes: each move it acknowledged is added. */
  told: MoveMessage[];
  bench?: Partial<Bench>;
  /** Called before and after each step that touches disk or device; it may throw what that step would, or Killed. */
  at?: (moment: string) => void;
  deliver?: DeliverMove;
  isBusy?: () => Promise<boolean>;
  refusal?: Actions['refusal'];
  /** How long a receipt waits for what there is to do: by default as long as it takes, however slow this machine is. */
  momentMs?: number;
  /** In the place of those of the agent. */
  executors?: Partial<Executors>;
}

/** One run of the agent's obeying part, on a real journal and a simulated device. */
export async function startLife({
  deviceFolder,
  dataFolder,
  told,
  bench = {},
  at: happen = () => {},
  deliver,
  isBusy = async () => false,
  refusal,
  momentMs = 20_000,
  executors: others = {},
}: LifeOptions) {
  const clock = createTestClock();
  const store = await openStore({ dataFolder, clock, log: silentLog });
  const ending = new AbortController();
  const at = (moment: string) => {
    try {
      happen(moment);
    } catch (error) {
      if (error instanceof Killed) ending.abort(error);
      throw error;
    }
  };
  const journal = guarded(createJournalStore(store.database, journalKeeping({ clock })), at);
  const platform = createSimulatedPlatform(deviceFolder, clock);
  const { signal } = ending;
  const sender = createMoveSender({
    shelf: journal,
    deliver:
      deliver ??
      (async (message) => {
        told.push(message);
        return { state: 'done' };
      }),
    correct: (time) => time,
    log: silentLog,
  });
  const sane = { deviceId, epoch: 1, commandKey, observeMode: false, forbids: [], journalWholeSince: undefined };
  const judge = (given: Parameters<typeof judgeOrder>[0]) =>
    judgeOrder(given, { ...sane, serverNow: clock.now(), ...bench });
  const prober = createProber({ platform, clock, log: silentLog, health: noHealth, onReading: () => {} });
  const executors = createExecutors({
    platform: {
      ...platform,
      async endSession(session) {
        at('before end-session');
        const result = await platform.endSession(session);
        at('after end-session');
        return result;
      },
    },
    prober,
    lockKeeper: {
      lock: (text) => platform.locking.lock({ text, challenge: null }),
      release: () => platform.locking.release(),
      ownWords: 'Please ask your manager.',
    },
    settings: () => defaultDeviceSettings,
    logoutTimes: { patienceMs: 100, settleMs: 10 },
  });
  const persist = createPersist({ signal, log: silentLog, retryMs: 10, isHopeless: (error) => !mayPass(error) });
  const common = { journal, persist, clock, log: silentLog, signal, onMoved: () => {} };
  const runner = createRunner({
    ...{ ...common, momentMs },
    executors: { ...executors, ...others },
    judge: (order) => judge(order.envelope),
    isBusy,
    ...(refusal !== undefined && { refusal }),
    isTold: createReceipt({ isTold: journal.isTold, limitMs: 200, pauseMs: 10 }),
  });
  const inbox = createInbox({ ...common, runner, judge, tell: sender.tell });
  inbox.start();
  return {
    inbox,
    journal,
    store,
    clock,
    sender,
    /** Who is signed in to the device now, by the sessions' ids. */
    async platformSessions(): Promise<string[]> {
      const reading = await platform.probes.sessions(new AbortController().signal);
      return reading.state === 'known' ? reading.value.sessions.map(({ id }) => id) : [];
    },
    /** Tells the server everything that waits. */
    async tellAll(): Promise<void> {
      while ((await sender.sendOldest()) === 'settled');
    },
    async stop(): Promise<void> {
      ending.abort(new Error('ended'));
      await inbox.idle();
      await store.close();
    },
  };
}

/** The journal with a moment before and after each of its calls. */
function guarded(journal: JournalStore, at: (moment: string) => void): JournalStore {
  const around =
    <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      at(`before ${name}`);
      const result = await call(...args);
      at(`after ${name}`);
      return result;
    };
  return {
    ...journal,
    find: around('find', journal.find),
    receive: around('receive', journal.receive),
    move: around('move', journal.move),
    inState: around('in-state', journal.inState),
    tellAgain: around('tell-again', journal.tellAgain),
  };
}
