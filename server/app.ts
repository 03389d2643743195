import { createServer } from 'node:http';
import { type Clock, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { createAgentListener } from './agent-listener.ts';
import type { Base } from './base.ts';
import { createServerBeacon } from './beacon/server-beacon.ts';
import { createCases } from './cases.ts';
import type { Config } from './config.ts';
import { noteSeen } from './devices/device-store.ts';
import { createEnrolledDevices } from './devices/enrolled-devices.ts';
import { createEnrolEndpoint } from './enrolment/enrol-endpoint.ts';
import { createEnrolment, type Enrolment } from './enrolment/enrolment.ts';
import { createFleet, endFindings, type Fleet } from './fleet.ts';
import { createHandlers } from './handlers.ts';
import { createWeb } from './http/web.ts';
import { createLive, type Live } from './live.ts';
import { createEntryNotices } from './noticed-entries.ts';
import { createNotifying } from './notifying.ts';
import { createOrders, type Orders } from './orders.ts';
import { ownAddress } from './own-address.ts';
import { countAdministrators } from './people/administrator-count.ts';
import { createAuthenticator } from './people/authenticate.ts';
import { listSettings } from './people/people-store.ts';
import { createPresence } from './realtime/presence.ts';
import { createReturns } from './returned-devices.ts';
import { createSecurity } from './security/security.ts';
import { canStore } from './storage/database.ts';
import { eventsLookedAt, tellingOfApprovals, tellingOfEvents, tellingOfFindings } from './told-matters.ts';

export interface AppParts {
  config: Config;
  clock: Clock;
  log: Log;
  /** The built dashboard's folder. */
  dashboardFolder: string;
  version: string;
  /** Milliseconds that only ever rise, whatever is done to the clock; for tests another one. */
  elapsed?: () => number;
}

export type App = ReturnType<typeof assemble>;

/** Puts the features together and passes each what joins it to the others; nothing runs or listens yet. */
export function assemble(parts: AppParts, base: Base) {
  const { config, clock, log, dashboardFolder, version, elapsed = () => performance.now() } = parts;
  const { db, authority, audit, auditSigner, people } = base;
  const notify = createNotifying({ config, base, clock, log, elapsed, viewsOf: (ids) => fleet.viewsOf(ids) });
  const presence = createPresence({
    clock,
    elapsed,
    changed: (id) => live.announcer.deviceChanged(id),
    flush: (seen) => noteSeen(db, seen),
  });
  const security = createSecurity({
    db,
    clock,
    audit,
    changed: (id) => live.announcer.securityChanged(id),
    tell: tellingOfEvents(notify.notices),
    seen: eventsLookedAt(notify.notices),
  });
  const incidents = createCases({
    config,
    base,
    clock,
    elapsed,
    log,
    notices: notify.notices,
    security: () => security,
    fleet: () => fleet,
    orders: () => orders,
    changed: (ids) => live.touched({ deviceIds: new Set(), incidentIds: new Set(ids) }),
  });
  const orders: Orders = createOrders({
    db,
    clock,
    log,
    audit,
    presence,
    security,
    administratorsOf: (connection, settingId, since) =>
      countAdministrators(connection, settingId, { now: instant(clock.now()), since }),
    spendConfirmation: (connection, { session }) => people.useUpConfirmation(connection, session),
    approvers: tellingOfApprovals(notify.notices),
    revoke: (connection, order) => enrolment.revokeWithin(connection, order),
    endFindings: (connection, deviceId) =>
      endFindings(connection, { misuse: incidents.misuse, deviceId, at: instant(clock.now()) }),
    isConnected: (id) => live.isConnected(id),
    told: {
      commandsChanged: (ids) => live.announcer.commandsChanged(ids),
      incidentsChanged: (ids) => live.touched({ deviceIds: new Set(), incidentIds: new Set(ids) }),
      nudge: (ids) => live.nudge(ids),
      hand: (commands) => live.hand(commands),
      sealAhead: (command) => live.sealAhead(command),
      devicesChanged: (place) => live.devicesChanged(place),
      deviceLeft: (id) => live.deviceLeft(id),
    },
  });
  const fleet: Fleet = createFleet({
    db,
    clock,
    log,
    presence,
    security,
    openCommandsOf: orders.openViews,
    misuse: incidents.misuse,
    tellFinding: tellingOfFindings(notify.notices, clock),
    touched: (touched) => live.touched(touched),
  });
  /** Orders that ended with an earlier enrolment, to be told after its commit; each is read anew when told. */
  const endedOrders: string[] = [];
  const enrolment = watchedEnrolment(
    createEnrolment({
      db,
      clock,
      log,
      audit,
      authority,
      devices: createEnrolledDevices(),
      onRevoked: (id) => live.shutOut(id),
      onEnrolled: async (connection, device) => {
        endedOrders.push(...(await orders.ends.endEarlier(connection, device)));
        await fleet.judgeDevices(connection, [device.id]);
      },
      mayBeEnrolledAnew: orders.ends.mustHaveNoneThatDestroys,
      onRevokedShown: createReturns({ db, log, elapsed, raise: security.raise }),
    }),
    (deviceId) => {
      presence.forget(deviceId);
      live.announcer.commandsChanged(endedOrders.splice(0));
      live.announcer.deviceChanged(deviceId);
    },
  );
  const authenticator = createAuthenticator({ people, db, audit });
  const agentServer = createAgentListener({
    authority,
    log,
    enrolEndpoint: createEnrolEndpoint({ enrolment, clock, log }),
  });
  const peopleServer = createServer();
  const address = { host: config.address ?? ownAddress(), port: config.agentPort };
  const signingKey = authority.commandKey.privatePem;
  const live: Live = createLive({
    db,
    clock,
    log,
    peopleServer,
    agentServer,
    audit,
    fleet,
    orders,
    presence,
    enrolment,
    authenticator,
    signingKey,
  });
  const beacon = createServerBeacon({ isOn: config.beacon, seed: base.beaconSeed, clock, elapsed, log });
  const { touched, settingsChanged } = live;
  const handlers = createHandlers({
    db,
    clock,
    audit,
    auditSigner,
    people,
    enrolment,
    fleet,
    orders,
    security,
    incidents,
    beacon,
    notify,
    signingKey,
    address,
    touched,
    settingsChanged,
  });
  const ready = () => canStore(db, config.databaseUrl);
  peopleServer.on(
    'request',
    createWeb({
      handlers,
      gatekeeper: authenticator,
      ready,
      trustedProxy: config.trustedProxy,
      dashboardFolder,
      version,
      log,
    }),
  );
  const settingIds = async () => (await listSettings(db)).map(({ id }) => id);
  const noticed = createEntryNotices({ log, raise: security.raise, settingIds });
  return { live, noticed, peopleServer, agentServer, address, beacon, notify, incidents };
}

/** Tells when a device has enrolled, after the commit. */
function watchedEnrolment(enrolment: Enrolment, enrolled: (deviceId: string) => void): Enrolment {
  return {
    ...enrolment,
    enrol: async (request, from) => {
      const grant = await enrolment.enrol(request, from);
      enrolled(grant.deviceId);
      return grant;
    },
  };
}
