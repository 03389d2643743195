import { createPublicKey } from 'node:crypto';
import type { CommandKind } from '../shared/command/kinds.ts';
import type { Clock } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { createExecutors } from './command/executors.ts';
import { createInbox } from './command/inbox.ts';
import { type Bench, judgeOrder } from './command/judge.ts';
import type { LockKeeper } from './command/lock.ts';
import { createMoveSender } from './command/move-sender.ts';
import { createPersist } from './command/persist.ts';
import { createReceipt } from './command/receipt.ts';
import { createRunner } from './command/runner.ts';
import type { DeliverMove, DeliverMoves } from './command/slices.ts';
import { ownWords } from './guard/lock-guard.ts';
import type { SettingsHolder } from './guard/settings-holder.ts';
import type { Identity } from './identity/identity.ts';
import type { Platform } from './platform/platform.ts';
import type { Prober } from './probe/prober.ts';
import { hasLeft } from './retirement.ts';
import type { JournalStore } from './store/journal-store.ts';
import { mayPass } from './store/passing-trouble.ts';
import { createCourier } from './transport/courier.ts';
import type { ServerTime } from './transport/server-time.ts';

interface OrdersParts {
  identity: Identity;
  platform: Platform;
  settings: Pick<SettingsHolder, 'current'>;
  observeMode: boolean;
  forbids: readonly CommandKind[];
  clock: Clock;
  log: Log;
  onLeft?: () => void;
}

interface OrdersSurroundings {
  deliver: DeliverMove;
  deliverAll: DeliverMoves;
  serverTime: ServerTime;
  prober: Prober;
  lockKeeper: LockKeeper;
  /** Fires when the agent ends. */
  signal: AbortSignal;
  journalWholeSince(): Bench['journalWholeSince'];
}

/** Joins all that takes orders, carries them out and tells of them. */
export function composeOrders(parts: OrdersParts, journal: JournalStore, around: OrdersSurroundings) {
  const { identity, platform, settings, observeMode, forbids, clock, log, onLeft } = parts;
  const { signal, serverTime, prober } = around;
  const sender = createMoveSender({
    ...{ shelf: journal, deliver: around.deliver, deliverAll: around.deliverAll },
    ...{ correct: serverTime.correct, log },
  });
  const courier = createCourier({
    async sendOldest() {
      const sent = await sender.sendOldest();
      if (sent === 'nothing' && onLeft !== undefined && (await hasLeft(journal, identity))) onLeft();
      return sent;
    },
    log,
  });
  const commandKey = createPublicKey(identity.commandKey);
  const bench = (): Bench => ({
    ...{ ...identity, commandKey, observeMode, forbids },
    serverNow: serverTime.now(),
    journalWholeSince: around.journalWholeSince(),
  });
  const persist = createPersist({ signal, log, isHopeless: (error) => !mayPass(error) });
  const common = { journal, persist, clock, log, signal, onMoved: createTelling(courier.nudge) };
  const runner = createRunner({
    ...common,
    executors: createExecutors({
      ...{ platform, prober, settings: settings.current },
      lockKeeper: { ...around.lockKeeper, ownWords },
    }),
    judge: (order) => judgeOrder(order.envelope, bench()),
    ...(platform.refusal !== undefined && { refusal: platform.refusal }),
    isBusy: () => platform.isBusy().catch(() => false),
    isTold: createReceipt({ isTold: journal.isTold }),
  });
  const inbox = createInbox({
    ...common,
    runner,
    judge: (envelope) => judgeOrder(envelope, bench()),
    tell(move) {
      sender.tell(move);
      courier.nudge();
    },
  });
  return { courier, inbox };
}

/** An order that is quickly done is told in one message: received and started wait this long for what follows. */
const soonMs = 25;

/** Calls now, or in a moment; what is to be told now takes what waited along. */
function createTelling(call: () => void): (tell: 'now' | 'soon') => void {
  let timer: NodeJS.Timeout | undefined;
  return (tell) => {
    if (tell === 'soon') {
      timer ??= setTimeout(() => {
        timer = undefined;
        call();
      }, soonMs).unref();
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    call();
  };
}
