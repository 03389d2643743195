import { StatedError } from '../../shared/api/errors.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Health } from '../../shared/report/health.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { pageOfMoves } from './move-store.ts';

interface GuardRoutesParts {
  db: Database;
  /** The device, when the setting has it. */
  deviceOf: (connection: Connection, settingId: string, id: string) => Promise<{ id: string } | undefined>;
  /** The last word of a device's agent on itself. */
  healthOf: (connection: Connection, deviceId: string) => Promise<Reading<Health>>;
}

/** What the guard of a device did, for its page. */
export function guardRoutes({ db, deviceOf, healthOf }: GuardRoutesParts) {
  return {
    showGuard: async ({ asker, params, query }) => {
      const device = await deviceOf(db, asker.settingId, params.id ?? '');
      if (device === undefined)
        throw new StatedError(
          'not-found',
          'There is no such device in your setting. Look it up in the list of devices.',
        );
      const health = await healthOf(db, device.id);
      const standing = health.state === 'known' ? (health.value.guard ?? null) : null;
      const toldAt = standing === null ? null : health.at;
      return { standing, toldAt, ...(await pageOfMoves(db, device.id, query)) };
    },
  } satisfies Partial<Handlers>;
}
