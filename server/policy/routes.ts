import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { Touched } from '../storage/touched.ts';
import { currentPolicy, storePolicy } from './policy-store.ts';

interface PolicyRoutesParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  /** Judges every device of the setting again, inside the change; answers what is to be told after the commit. */
  judgeSetting: (connection: Connection, settingId: string) => Promise<Touched>;
  /** Told after the commit. */
  changed: (touched: Touched) => void;
}

export function policyRoutes({ db, clock, audit, judgeSetting, changed }: PolicyRoutesParts) {
  return {
    showPolicy: async ({ asker }) => currentPolicy(db, asker.settingId),
    changePolicy: async ({ asker, body }) => {
      const touched = await db.transaction(async (transaction) => {
        const at = instant(clock.now());
        await storePolicy(transaction, asker.settingId, body, { actor: asker.name, at });
        await audit(transaction, { settingId: asker.settingId, actor: asker.name, action: 'policy.changed' });
        return judgeSetting(transaction, asker.settingId);
      });
      changed(touched);
      return body;
    },
  } satisfies Partial<Handlers>;
}
