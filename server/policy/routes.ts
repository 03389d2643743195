import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { currentPolicy, storePolicy } from './policy-store.ts';

interface PolicyRoutesParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  /** Judges every device of the setting again, inside the change. */
  judgeAll: (connection: Connection, settingId: string) => Promise<void>;
  /** Told after the commit. */
  changed: (settingId: string) => void;
}

export function policyRoutes({ db, clock, audit, judgeAll, changed }: PolicyRoutesParts) {
  return {
    showPolicy: async ({ asker }) => currentPolicy(db, asker.settingId),
    changePolicy: async ({ asker, body }) => {
      await db.transaction(async (transaction) => {
        await storePolicy(transaction, asker.settingId, body, { actor: asker.name, at: instant(clock.now()) });
        await judgeAll(transaction, asker.settingId);
        await audit(transaction, { settingId: asker.settingId, actor: asker.name, action: 'policy.changed' });
      });
      changed(asker.settingId);
      return body;
    },
  } satisfies Partial<Handlers>;
}
