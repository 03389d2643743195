import { type Clock, instant } from '../shared/instant.ts';
import { type Log, messageOf } from '../shared/log.ts';
import type { Identity } from './identity/identity.ts';
import { createOutbox } from './report/outbox.ts';
import { createReportSender } from './report/report-sender.ts';
import { enrolmentOf } from './store/enrolment-store.ts';
import { createFactsStore, type Fact } from './store/facts-store.ts';
import { createOutboxStore } from './store/outbox-store.ts';
import type { Store } from './store/store.ts';
import type { Connection } from './transport/connection.ts';
import { createCourier } from './transport/courier.ts';
import type { ServerTime } from './transport/server-time.ts';

interface ReportsParts {
  identity: Identity;
  observeMode: boolean;
  clock: Clock;
  log: Log;
  stuckAfterMs?: number;
}

/** Joins all that turns readings into reports, and sends them. */
export function composeReports(
  { identity, clock, log, stuckAfterMs }: ReportsParts,
  store: Store,
  to: { connection: Connection; serverTime: ServerTime; onAcknowledged(): void; onStuck(stuck: boolean): void },
) {
  const shelf = createOutboxStore(store.database, enrolmentOf(identity));
  const sender = createReportSender({
    epoch: identity.epoch,
    shelf,
    deliver: to.connection.sendReport,
    correct: to.serverTime.correct,
    measureAgain: () => to.connection.reconnect(),
    onAcknowledged: to.onAcknowledged,
    log,
  });
  const courier = createCourier({ sendOldest: sender.sendOldest, log });
  const patience = stuckAfterMs === undefined ? {} : { stuckAfterMs };
  const { onStuck } = to;
  const outbox = createOutbox({ queue: shelf, clock, log, onQueued: courier.nudge, onStuck, ...patience });
  return { courier, outbox };
}

/** What `status` shows; a store that cannot take it loses nothing that matters. */
export function createNotes({ observeMode, clock, log }: ReportsParts, store: Store, serverTime: ServerTime) {
  const facts = createFactsStore(store.database);
  const ignore = (error: unknown) => log.debug('status-not-written', { error: messageOf(error) });
  let refusal: Fact<'status'>['refusal'] = null;
  function write(connected: boolean): void {
    if (connected) refusal = null;
    facts.write('status', { observeMode, connected, at: instant(clock.now()), refusal }).catch(ignore);
  }
  return {
    connected: write,
    refused(code: string): void {
      refusal = { code, at: instant(clock.now()) };
      write(false);
    },
    acknowledged(): void {
      facts.write('acknowledged', { at: instant(serverTime.now()) }).catch(ignore);
    },
  };
}
