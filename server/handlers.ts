import type { Clock } from '../shared/instant.ts';
import type { Audit } from './audit/audit.ts';
import type { HeadSigner } from './audit/chain.ts';
import { auditRoutes } from './audit/routes.ts';
import { beaconRoutes, type ServerBeacon } from './beacon/server-beacon.ts';
import { findDeviceOf } from './devices/device-store.ts';
import { deviceRoutes } from './devices/routes.ts';
import type { Enrolment } from './enrolment/enrolment.ts';
import { enrolmentRoutes } from './enrolment/routes.ts';
import type { Fleet } from './fleet.ts';
import { houseRuleRoutes } from './house-rules.ts';
import type { Handlers } from './http/handlers.ts';
import type { Incidents } from './incidents/incidents.ts';
import type { Notify } from './notify/notify.ts';
import type { Orders } from './orders.ts';
import { accountRoutes } from './people/account-routes.ts';
import type { People } from './people/people.ts';
import { peopleRoutes } from './people/routes.ts';
import { releaseCodeRoutes } from './policy/release-key.ts';
import type { Security } from './security/security.ts';
import type { Database } from './storage/database.ts';
import type { Touched } from './storage/touched.ts';

interface HandlersParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  auditSigner: HeadSigner;
  people: People;
  enrolment: Enrolment;
  fleet: Fleet;
  orders: Orders;
  security: Security;
  incidents: Incidents;
  beacon: ServerBeacon;
  notify: Notify;
  /** The server's Ed25519 key, PEM. */
  signingKey: string;
  /** Where devices reach the agents' listener. */
  address: { host: string; port: number };
  /** Told after the commit. */
  touched: (touched: Touched) => void;
  /** These devices are to look by another policy from now on; told after the commit. */
  settingsChanged: (deviceIds: Iterable<string>) => void;
}

/** Every route's handler, from the features that own them. */
export function createHandlers({
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
}: HandlersParts): Handlers {
  return {
    ...auditRoutes({
      db,
      clock,
      audit,
      signer: auditSigner,
      broken: (settingId) => security.raise({ settingId, code: 'audit-broken' }),
    }),
    ...accountRoutes(people),
    ...peopleRoutes(people),
    ...enrolmentRoutes(enrolment, address),
    ...incidents.routes,
    ...houseRuleRoutes({
      db,
      clock,
      audit,
      rules: fleet.rulesOf,
      views: fleet.views,
      factsOf: fleet.factsOf,
      judgeSetting: fleet.judgeSetting,
      changed: (changed) => {
        touched(changed);
        settingsChanged(changed.deviceIds);
      },
    }),
    ...orders.routes,
    ...security.routes,
    ...beaconRoutes(beacon),
    ...notify.routes,
    ...releaseCodeRoutes({ db, audit, signingKey, deviceOf: findDeviceOf }),
    ...deviceRoutes({
      db,
      audit,
      views: fleet.views,
      judge: (connection, deviceId) => fleet.judgeDevices(connection, [deviceId], 'setting'),
      // Whose it is and whether children use it is in its capsule.
      changed: (changed) => {
        touched(changed);
        settingsChanged(changed.deviceIds);
      },
      retire: orders.retire,
    }),
  };
}
