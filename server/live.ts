import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Envelope } from '../shared/command/envelope.ts';
import { type Clock, instant } from '../shared/instant.ts';
import { type Log, messageOf } from '../shared/log.ts';
import type { PlatformName } from '../shared/names.ts';
import type { ReportMessage } from '../shared/wire/messages.ts';
import { viewOfCommand } from './commands/command-store.ts';
import { createDelivery } from './commands/delivery.ts';
import { findDevice, idsSilentSince, noteHello, noteSeen } from './devices/device-store.ts';
import type { Enrolment } from './enrolment/enrolment.ts';
import type { Fleet } from './fleet.ts';
import { findIncident } from './incidents/incident-store.ts';
import type { Authenticator } from './people/authenticate.ts';
import { createCapsules } from './policy/capsules.ts';
import { createSettingsWatch } from './policy/settings-watch.ts';
import { createSilenceWatch } from './policy/silence-watch.ts';
import { createAgentMessages } from './realtime/agent-messages.ts';
import { createAgentSockets } from './realtime/agent-sockets.ts';
import { createAnnouncer } from './realtime/announcer.ts';
import { createConsoleSockets } from './realtime/console-sockets.ts';
import type { Presence } from './realtime/presence.ts';
import type { Database } from './storage/database.ts';
import type { Touched } from './storage/touched.ts';

interface LiveParts {
  db: Database;
  clock: Clock;
  log: Log;
  peopleServer: HttpServer;
  agentServer: HttpsServer;
  fleet: Fleet;
  presence: Presence;
  enrolment: Enrolment;
  authenticator: Authenticator;
  /** The server's Ed25519 key, PEM. */
  signingKey: string;
}

export type Live = ReturnType<typeof createLive>;

/** Everything that happens without being asked over HTTP: sockets, delivery of orders, and what the clock brings. */
export function createLive(parts: LiveParts) {
  const { db, clock, log, peopleServer, agentServer, fleet, presence, enrolment, authenticator, signingKey } = parts;

  const consoleSockets = createConsoleSockets({
    httpServer: peopleServer,
    clock,
    watcherOf: async (request) => {
      const found = await authenticator.authenticate(request.headers);
      if (found === undefined) return undefined;
      return { settingId: found.asker.settingId, sessionId: found.session?.sessionId, expiresAt: found.expiresAt };
    },
  });
  const announcer = createAnnouncer({
    sockets: consoleSockets,
    log,
    devices: fleet.viewsOf,
    command: (id) => viewOfCommand(db, id),
    incident: (id) => findIncident(db, id),
  });

  const touched = ({ deviceIds, incidentIds }: Touched): void => {
    for (const id of deviceIds) announcer.deviceChanged(id);
    for (const id of incidentIds) announcer.incidentChanged(id);
  };

  const delivery = createDelivery({
    db,
    clock,
    log,
    signingKey,
    epochOf: async (deviceId) => (await findDevice(db, deviceId))?.epoch,
    isConnected: (deviceId) => agentSockets.isConnected(deviceId),
    send: (deviceId: string, envelope: Envelope) => agentSockets.send(deviceId, envelope),
    changed: announcer.commandChanged,
  });
  const capsules = createCapsules({
    db,
    clock,
    log,
    signingKey,
    deviceOf: (deviceId) => findDevice(db, deviceId),
    isConnected: (deviceId) => agentSockets.isConnected(deviceId),
    send: (deviceId, capsule) => agentSockets.sendCapsule(deviceId, capsule),
  });
  /** What a device says of itself, and the judgement that it speaks again, in one commit; answers the last report stored. */
  const greet = async (deviceId: string, said: { platform: PlatformName; observeMode: boolean }): Promise<number> => {
    const taken = await db.transaction(async (transaction) => {
      await noteHello(transaction, deviceId, said);
      await noteSeen(transaction, new Map([[deviceId, instant(clock.now())]]));
      return fleet.judgeDevices(transaction, [deviceId]);
    });
    touched(taken);
    return (await findDevice(db, deviceId))?.lastSequence ?? 0;
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
    takeMove: fleet.commands.takeMove,
    came: async (deviceId) => {
      capsules.offer([deviceId]);
      await delivery.deviceCame(deviceId);
    },
    connected: () => agentSockets.count(),
  });
  const agentSockets = createAgentSockets({
    httpsServer: agentServer,
    log,
    peerOf: enrolment.checkCertificate,
    messages,
    spoke: presence.spoke,
    left: presence.left,
  });
  const silence = createSilenceWatch({
    clock,
    log,
    silentSince: (before) => idsSilentSince(db, before),
    judgeNow: fleet.judgeNow,
  });

  const settings = createSettingsWatch({
    log,
    isConnected: (deviceId) => agentSockets.isConnected(deviceId),
    judgeNow: fleet.judgeNow,
  });

  return {
    announcer,
    nudge: delivery.nudge,
    /** The device's certificate is worth nothing any more: its connection ends. */
    shutOut: agentSockets.disconnect,
    signInEnded: consoleSockets.endSignIn,
    touched,
    /** Devices whose setting asks something else of them now. */
    settingsChanged: (deviceIds: Iterable<string>): void => {
      capsules.offer(deviceIds);
      settings.changed(deviceIds);
    },
    start: (): void => {
      delivery.start();
      silence.start();
      consoleSockets.start();
      presence.start((error) => log.error('presence.flush-failed', { error: messageOf(error) }));
    },
    /** Sockets first, so that nothing new arrives; then what is under way is finished. */
    stop: async (): Promise<void> => {
      silence.stop();
      announcer.stop();
      await agentSockets.stop();
      await consoleSockets.stop();
      await delivery.stop();
      await capsules.stop();
      await settings.stop();
      await fleet.ingest.stop();
      await presence.stop();
    },
  };
}
