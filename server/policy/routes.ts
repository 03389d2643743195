import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Policy, policyChangeSchema } from '../../shared/policy/document.ts';
import type { Audit } from '../audit/audit.ts';
import { requireConfirmed } from '../http/confirmed.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { Touched } from '../storage/touched.ts';
import { currentPolicy, isLooser, storePolicy } from './policy-store.ts';

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
    changePolicy: async ({ asker, session, body }) => {
      const { touched, policy } = await db.transaction(async (transaction) => {
        const at = instant(clock.now());
        const before = await currentPolicy(transaction, asker.settingId);
        const policy = withNewList(before, { ...before, ...given(body) });
        // What guards a wipe is not taken away by a program, nor by whoever finds a page open.
        if (isLooser(policy.wipeApproval, before.wipeApproval)) requireConfirmed({ session });
        await storePolicy(transaction, asker.settingId, policy, { actor: asker.name, at });
        const data = before.wipeApproval === policy.wipeApproval ? {} : { wipeApproval: policy.wipeApproval };
        await audit(transaction, { settingId: asker.settingId, actor: asker.name, action: 'policy.changed', data });
        return { touched: await judgeSetting(transaction, asker.settingId), policy };
      });
      changed(touched);
      return policy;
    },
  } satisfies Partial<Handlers>;
}

/** What of a change was said at all: a part left out must not overwrite. */
function given(change: z.infer<typeof policyChangeSchema>): Partial<Policy> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/**
 * A list of apps that says something else has a version of its own, which the server
 * counts whatever the asker called it: devices answer by the version for which list
 * they looked, and a number at the end of all numbers would leave none for the next.
 */
function withNewList(before: Policy, after: Policy): Policy {
  if (isDeepStrictEqual(after.apps.apps, before.apps.apps)) return { ...after, apps: before.apps };
  return { ...after, apps: { ...after.apps, version: before.apps.version + 1 } };
}
