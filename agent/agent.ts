import type { CommandKind } from '../shared/command/kinds.ts';
import type { Clock } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { type Hello, protocolVersion, type Welcome } from '../shared/wire/messages.ts';
import { withBeacons } from './beacon/with-beacons.ts';
import { watchClosing } from './closing-watch.ts';
import type { Bench } from './command/judge.ts';
import { sayFarewell } from './farewell.ts';
import { giveBackMemory } from './give-back.ts';
import type { SettingsHolder } from './guard/settings-holder.ts';
import { composeGuard, uptimeOf } from './guarding.ts';
import { enrolledAfter, type Identity } from './identity/identity.ts';
import { tlsOptions } from './identity/tls-options.ts';
import { composeJournal, journalKeepingOf, unlessItPasses } from './journal-keeping.ts';
import { composeLockGuard } from './lock-guarding.ts';
import { composeOrders } from './orders.ts';
import type { Keeper } from './platform/keeper.ts';
import type { Platform } from './platform/platform.ts';
import { createHealth } from './probe/health.ts';
import { createProber } from './probe/prober.ts';
import { composeReports, createNotes } from './reports.ts';
import { hasLeft } from './retirement.ts';
import { createEnrolmentStore, enrolmentOf, type Guard as JournalGuard } from './store/enrolment-store.ts';
import type { JournalStore } from './store/journal-store.ts';
import { openStore, type Store } from './store/store.ts';
import { type Connection, createConnection } from './transport/connection.ts';
import { createServerTime } from './transport/server-time.ts';

/** Said in hello. */
export const agentVersion = '0.1.0';

export interface AgentParts {
  dataFolder: string;
  identity: Identity;
  platform: Platform;
  /** What the platform looks by; the server's capsules go there. */
  settings: SettingsHolder;
  keeper: Keeper;
  /** Report, and refuse every order. */
  observeMode: boolean;
  /** Kinds of command that this device's own administrator has forbidden. */
  forbids: readonly CommandKind[];
  clock: Clock;
  log: Log;
  /** The store was found damaged while in use: end, and start again. */
  onFailure?: (error: unknown) => void;
  /** The device has left the fleet and the server knows: end, and remove what is kept (`leaveFleet`). */
  onLeft?: () => void;
  /** How long the disk may take no changes before the agent goes out of touch; outbox.ts says how long unless told otherwise. */
  stuckAfterMs?: number;
}

export interface Agent {
  /** Takes the data folder, begins to look and to connect. Rejects with FolderInUse or StoreFault. */
  start(): Promise<void>;
  /**
   * Ends cleanly: what is being written is written; an order that was started is left for the next run to look at.
   * `isTold`: somebody or something told it to, and it says so to the server.
   */
  stop(how?: { isTold: boolean }): Promise<void>;
}

/** One device's agent: it observes, tells and obeys. */
export function createAgent(parts: AgentParts): Agent {
  let running: { stop(isTold: boolean): Promise<void> } | undefined;
  return {
    async start() {
      if (running !== undefined) return;
      const { dataFolder, clock, log, onFailure } = parts;
      const store = await openStore({ dataFolder, clock, log, ...(onFailure && { onDamage: onFailure }) });
      try {
        running = await compose(parts, store);
      } catch (error) {
        await store.close();
        throw error;
      }
    },
    async stop({ isTold } = { isTold: false }) {
      const ending = running;
      running = undefined;
      await ending?.stop(isTold);
    },
  };
}

/** Joins the rooms, which do not know each other, and sets them going. */
async function compose(parts: AgentParts, store: Store): Promise<{ stop(isTold: boolean): Promise<void> }> {
  const { identity, platform, settings, clock, log } = parts;
  const ending = new AbortController();
  let isRunning = false;
  const serverTime = createServerTime({ clock, notBefore: enrolledAfter(identity) });
  const keeping = journalKeepingOf(parts);
  const enrolments = createEnrolmentStore(store.database, keeping.seal);
  const enrolment = enrolmentOf(identity);
  let journalGuard = await enrolments.open(enrolment);
  await settings.open(identity);
  const lockGuard = composeLockGuard({
    ...parts,
    settings: settings.current,
    onRemoved: () => guard.tampered('lock-removed'),
  });
  const guard = await composeGuard(parts, { lock: lockGuard, onChanged: tellHealth });
  // Before anything else: a device that blocks has to do so whatever becomes of the rest.
  await guard.open();
  if (journalGuard.state === 'awaits-server') guard.journalLost();
  const note = createNotes(parts, store, serverTime);

  const journal = composeJournal(store.database, keeping, {
    guard,
    async onOpened() {
      journalGuard = await enrolments.open(enrolment);
    },
    onChangedInUse: parts.onFailure,
  });
  await journal.open().catch(unlessItPasses(log));
  const connection: Connection = createConnection({
    url: urlOf(identity.server),
    tls: tlsOptions(identity),
    hello: () => helloOf(parts, journal),
    onWelcome,
    onCommand: (received) => void orders.inbox.take(received),
    onCapsule: (received) => void takeSettings(received),
    onAlive: () => prober.awake(),
    onDown() {
      reports.courier.close();
      orders.courier.close();
      note.connected(false);
      prober.inTouch(false);
    },
    onRefused(code) {
      note.refused(code);
      // Asked again with each refusal.
      if (code === 'refused-by-server') leaveIfRetired({ refused: true }).catch(() => {});
    },
    clock,
    log,
  });
  /** A retire order that was carried out is kept as soon as the server knows, or shuts the door. */
  async function leaveIfRetired(how: { refused: boolean }): Promise<void> {
    if (parts.onLeft !== undefined && (await hasLeft(journal, identity, how))) parts.onLeft();
  }
  const reports = composeReports(parts, store, {
    connection,
    serverTime,
    onAcknowledged: note.acknowledged,
    // Out of touch, as the server then shows it, is the truth: what it holds is old, and nothing new can reach it.
    onStuck(stuck) {
      if (stuck) connection.stop();
      else if (!ending.signal.aborted) connection.start();
    },
  });
  const health = createHealth({
    clock,
    keeper: parts.keeper,
    skewMs: serverTime.skewMs,
    settingsVersion: settings.version,
    lock: lockGuard.standing,
    guard: async () => ({ ...(await guard.health()), ...closing.standing() }),
  });
  const prober = createProber({
    platform: withBeacons(platform, { clock, settings: settings.current, deviceId: identity.deviceId }),
    clock,
    log,
    async health(signal) {
      // Before its memory is told: a minute after the start, and every ten minutes from then on.
      giveBackMemory();
      return health.probe(signal);
    },
    onReading(readings) {
      health.saw(readings);
      guard.saw(readings);
      closing.saw(readings);
      reports.outbox.take(readings);
    },
  });
  const closing = watchClosing(
    { ...parts, uptimeMs: uptimeOf(platform) },
    {
      prober,
      now: () => guard.time().now(),
      isTimeCompared: () => serverTime.skewMs() !== null,
      onChanged: tellHealth,
      signal: ending.signal,
    },
  );
  const orders = composeOrders(parts, journal, {
    deliver: connection.sendMove,
    deliverAll: connection.sendMoves,
    serverTime,
    prober,
    lockKeeper: {
      lock: lockGuard.lock,
      async release(by) {
        await guard.release();
        return lockGuard.release(by);
      },
    },
    signal: ending.signal,
    journalWholeSince: () => wholeSince(journalGuard),
  });

  async function onWelcome(welcome: Welcome, sentAt: number, answeredAt: number): Promise<void> {
    const offsetMs = serverTime.measure(sentAt, answeredAt, welcome.time);
    log.debug('clock-compared', { ms: offsetMs });
    guard.measured(serverTime.now());
    // Where a full disk kept it shut until now: what it is worth is found first, and only then changed by this welcome.
    await journal.open();
    const before = journalGuard;
    journalGuard = await enrolments.welcomed(enrolment, welcome.time, welcome.lastSequence);
    if (journalGuard.state === 'since' && before.state !== 'since')
      log.warn('journal-began-late', { reason: journalGuard.since });
    await reports.outbox.welcomed(welcome.lastSequence);
    await journal.prune(serverTime.now());
    orders.inbox.welcomed();
    orders.courier.open(0);
    reports.courier.open(welcome.reportAfterMs);
    note.connected(true);
    prober.inTouch(!isThisComputer(identity.server.host));
    // The clocks were compared: that is news of the agent itself.
    void prober.ask(['agent']);
  }

  /** What is looked for differently now is looked at now; by which settings, is told when all of it was. */
  async function takeSettings(received: unknown): Promise<void> {
    const before = settings.version();
    const sections = await settings.take(received);
    if (settings.version() !== before) {
      guard.settingsChanged();
      closing.settingsChanged();
    }
    if (ending.signal.aborted) return;
    await prober.ask(sections);
    if (settings.version() !== before && !ending.signal.aborted) await prober.ask(['agent']);
  }

  /** What the device tells of its guard is news at once. */
  function tellHealth(): void {
    if (isRunning && !ending.signal.aborted) void prober.ask(['agent']);
  }

  // Ended between the server's word and the removal: nobody is there any more who could be met.
  await leaveIfRetired({ refused: false }).catch(unlessItPasses(log));
  await reports.outbox.start();
  note.connected(false);
  orders.inbox.start();
  prober.start();
  isRunning = true;
  connection.start();
  log.info('agent-started', { deviceId: identity.deviceId, epoch: identity.epoch, kind: platform.name });
  return {
    async stop(isTold) {
      // While the network may still be there.
      if (isTold) await sayFarewell({ platform, epoch: identity.epoch, connection });
      ending.abort(new Error('the agent ends'));
      prober.stop();
      closing.stop();
      connection.stop();
      await Promise.all([reports.courier.stop(), orders.courier.stop(), orders.inbox.idle()]);
      await guard.stop();
      await reports.outbox.stop();
      await store.close();
      log.info('agent-stopped');
    },
  };
}

async function helloOf(
  { identity, platform, observeMode, forbids }: AgentParts,
  journal: JournalStore,
): Promise<Hello> {
  return {
    protocol: protocolVersion,
    agentVersion,
    platform: platform.name,
    epoch: identity.epoch,
    bootId: await platform.bootId(),
    observeMode,
    ...(forbids.length === 0 ? {} : { forbids: [...forbids] }),
    openCommands: await journal.openIds(500),
  };
}

function urlOf({ host, port }: Identity['server']): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A connection that never leaves the computer tells nothing of the network. */
function isThisComputer(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function wholeSince(guard: JournalGuard): Bench['journalWholeSince'] {
  if (guard.state === 'none') return undefined;
  return guard.state === 'since' ? guard.since : 'not-known-yet';
}
