import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Envelope } from '../shared/command/envelope.ts';
import { type Clock, instant } from '../shared/instant.ts';
import { type Log, messageOf } from '../shared/log.ts';
import type { FarewellMessage, Hello, ReportMessage } from '../shared/wire/messages.ts';
import type { Audit } from './audit/audit.ts';
import { settingsAndViews } from './commands/command-views.ts';
import { createDelivery } from './commands/delivery.ts';
import { noteSpokeAgain } from './commands/wipe-watch.ts';
import { findDevice, idsOfSetting, idsSilentSince, noteHello, noteSeen } from './devices/device-store.ts';
import { noteBack, noteFarewell } from './devices/farewell-store.ts';
import { idsToJudge, putOffJudging, resumeGraces } from './devices/judged-state.ts';
import type { Enrolment } from './enrolment/enrolment.ts';
import type { Fleet } from './fleet.ts';
import { holdsOnDevices } from './holds/hold-store.ts';
import { secondFactorRequired } from './http/confirmed.ts';
import { findCase } from './incidents/case-store.ts';
import { sightOfCase } from './incidents/sight.ts';
import type { Orders } from './orders.ts';
import type { Authenticator } from './people/authenticate.ts';
import { createCapsules } from './policy/capsules.ts';
import { createDueWatch } from './policy/due-watch.ts';
import { createSettingsWatch } from './policy/settings-watch.ts';
import { createSilenceWatch } from './policy/silence-watch.ts';
import { createAgentMessages } from './realtime/agent-messages.ts';
import { createAgentSockets } from './realtime/agent-sockets.ts';
import { createAnnouncer } from './realtime/announcer.ts';
import { createConsoleSockets } from './realtime/console-sockets.ts';
import type { Presence } from './realtime/presence.ts';
import { findEvent } from './security/event-store.ts';
import type { Database } from './storage/database.ts';
import type { Touched } from './storage/touched.ts';

interface LiveParts {
  db: Database;
  clock: Clock;
  log: Log;
  peopleServer: HttpServer;
  agentServer: HttpsServer;
  audit: Audit;
  fleet: Fleet;
  orders: Orders;
  presence: Presence;
  enrolment: Enrolment;
  authenticator: Authenticator;
  /** The server's Ed25519 key, PEM. */
  signingKey: string;
}

/** The acknowledgement is on its way by then; the certificate counts for nothing from the commit on. */
const leaveWithinMs = 250;

/** What of a hello is kept. */
type Greeting = Pick<Hello, 'platform' | 'observeMode' | 'forbids'>;

export type Live = ReturnType<typeof createLive>;

/** Everything that happens without being asked over HTTP: sockets, delivery of orders, and what the clock brings. */
export function createLive(parts: LiveParts) {
  const { db, clock, log, audit, peopleServer, agentServer, fleet, orders, presence, enrolment } = parts;
  const { authenticator, signingKey } = parts;

  const consoleSockets = createConsoleSockets({
    httpServer: peopleServer,
    clock,
    watcherOf: async (request) => {
      const found = await authenticator.authenticate(request.headers);
      if (found === undefined) return undefined;
      if (found.session?.secondFactor.overdue === true) throw secondFactorRequired();
      const { settingId, role, id, kind } = found.asker;
      // A token that is revoked ends its sockets as a sign-in does.
      return {
        settingId,
        role,
        who: { kind, id },
        sessionId: found.session?.sessionId ?? id,
        expiresAt: found.expiresAt,
      };
    },
  });
  const announcer = createAnnouncer({
    sockets: consoleSockets,
    log,
    devices: fleet.viewsOf,
    commands: (ids) => settingsAndViews(db, ids),
    incident: async (incidentId) => {
      const found = await findCase(db, incidentId);
      if (found === undefined) return undefined;
      const now = instant(clock.now());
      return {
        settingId: found.settingId,
        mayHear: async ({ who, role, settingId }) =>
          (await sightOfCase(db, { ...who, role, settingId }, { incidentId, now })) !== 'nothing',
      };
    },
    securityEvent: (id) => findEvent(db, id),
  });

  const touched = ({ deviceIds, incidentIds }: Touched): void => {
    for (const id of deviceIds) announcer.deviceChanged(id);
    for (const id of incidentIds) announcer.incidentChanged(id);
  };

  const delivery = createDelivery({
    db,
    clock,
    log,
    audit,
    signingKey,
    holdsOf: holdsOnDevices,
    approvers: orders.approvers,
    isConnected: (deviceId) => agentSockets.isConnected(deviceId),
    send: (deviceId: string, envelope: Envelope) => agentSockets.send(deviceId, envelope),
    changed: announcer.commandsChanged,
  });
  const capsules = createCapsules({
    db,
    clock,
    log,
    signingKey,
    deviceOf: (deviceId) => findDevice(db, deviceId),
    rulesOf: fleet.rulesOf.inForce,
    isConnected: (deviceId) => agentSockets.isConnected(deviceId),
    send: (deviceId, capsule) => agentSockets.sendCapsule(deviceId, capsule),
  });
  /** What a device says of itself, and the judgement that it speaks again, in one commit; answers the last report stored. */
  const greet = async (deviceId: string, { platform, observeMode, forbids }: Greeting): Promise<number> => {
    const taken = await db.transaction(async (transaction) => {
      const at = instant(clock.now());
      await noteHello(transaction, deviceId, { platform, observeMode, forbids: forbids ?? [] });
      await resumeGraces(transaction, deviceId, at);
      await noteSeen(transaction, new Map([[deviceId, at]]));
      await noteSpokeAgain(transaction, deviceId, at);
      await noteBack(transaction, deviceId, at);
      return fleet.judgeDevices(transaction, [deviceId]);
    });
    touched(taken);
    return (await findDevice(db, deviceId))?.lastSequence ?? 0;
  };
  /** Judged with it: when an agent that was stopped is to be back is known from then on. */
  const takeFarewell = async (deviceId: string, { why }: FarewellMessage): Promise<void> => {
    const taken = await db.transaction(async (transaction) => {
      await noteFarewell(transaction, deviceId, { why, at: instant(clock.now()) });
      return fleet.judgeDevices(transaction, [deviceId]);
    });
    touched(taken);
  };
  /** A device whose report could not be stored is not "in touch": what is shown of it is not what it says. */
  const takeReport = async (deviceId: string, report: ReportMessage): Promise<void> => {
    try {
      await fleet.ingest.take(deviceId, report);
      presence.kept(deviceId);
    } catch (error) {
      presence.lost(deviceId);
      throw error;
    }
  };
  const messages = createAgentMessages({
    clock,
    noteHello: (deviceId, said) => greet(deviceId, said),
    takeReport: (deviceId, report) => takeReport(deviceId, report),
    takeMove: orders.intake.take,
    takeMoves: orders.intake.takeAll,
    takeGarbledMove: orders.intake.takeGarbled,
    takeFarewell,
    came: async (deviceId) => {
      capsules.offer([deviceId]);
      delivery.deviceCame(deviceId);
    },
    connected: () => agentSockets.count(),
  });
  const agentSockets = createAgentSockets({
    httpsServer: agentServer,
    log,
    peerOf: enrolment.checkCertificate,
    messages,
    lives: (deviceId) => {
      presence.lives(deviceId);
      // A receipt given before is no proof of its end, also when its hello is refused: an agent of another version lives.
      noteSpokeAgain(db, deviceId, instant(clock.now())).catch((error: unknown) =>
        log.error('agent.not-noted', { deviceId, error: messageOf(error) }),
      );
    },
    spoke: presence.spoke,
    left: presence.left,
  });
  const silence = createSilenceWatch({
    clock,
    log,
    silentSince: (before) => idsSilentSince(db, before),
    judgeNow: fleet.judgeNow,
  });

  const due = createDueWatch({
    clock,
    log,
    dueDevices: (now, most) => idsToJudge(db, now, most),
    judgeNow: fleet.judgeTogether,
    putOff: (deviceId, until) => putOffJudging(db, deviceId, until),
  });

  const settings = createSettingsWatch({
    log,
    isConnected: (deviceId) => agentSockets.isConnected(deviceId),
    judgeNow: fleet.judgeNow,
  });

  return {
    announcer,
    isConnected: agentSockets.isConnected,
    nudge: delivery.nudge,
    hand: delivery.hand,
    sealAhead: delivery.sealAhead,
    /** The device's certificate is worth nothing any more: its connection ends. */
    shutOut: agentSockets.disconnect,
    /** It left the fleet. Its last word is acknowledged first: that is what its agent waits for. */
    deviceLeft: (deviceId: string): void => {
      presence.forget(deviceId);
      announcer.deviceChanged(deviceId);
      setTimeout(() => agentSockets.disconnect(deviceId), leaveWithinMs).unref();
    },
    /** A device's view changed, or that of all devices of a setting. */
    devicesChanged: ({ settingId, deviceId }: { settingId: string; deviceId: string | null }): void => {
      const ids = deviceId === null ? idsOfSetting(db, settingId) : Promise.resolve([deviceId]);
      ids
        .then((changed) => {
          for (const id of changed) announcer.deviceChanged(id);
        })
        .catch((error: unknown) => log.error('console.announce-failed', { error: messageOf(error) }));
    },
    signInEnded: consoleSockets.endSignIn,
    touched,
    /** Devices whose setting asks something else of them now. */
    settingsChanged: (deviceIds: Iterable<string>): void => {
      capsules.offer(deviceIds);
      settings.changed(deviceIds);
    },
    start: (): void => {
      delivery.start();
      orders.wipeWatch.start();
      silence.start();
      due.start();
      capsules.start();
      consoleSockets.start();
      presence.start((error) => log.error('presence.flush-failed', { error: messageOf(error) }));
    },
    /** Sockets first, so that nothing new arrives; then what is under way is finished. */
    stop: async (): Promise<void> => {
      await silence.stop();
      await due.stop();
      announcer.stop();
      await agentSockets.stop();
      await consoleSockets.stop();
      await orders.wipeWatch.stop();
      await orders.intake.stop();
      await delivery.stop();
      await capsules.stop();
      await settings.stop();
      await fleet.ingest.stop();
      await presence.stop();
    },
  };
}
