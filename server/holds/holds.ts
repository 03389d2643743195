import { randomUUID } from 'node:crypto';
import { StatedError } from '../../shared/api/errors.ts';
import type { HoldView } from '../../shared/api/safeguards.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker } from '../http/asker.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { addHold, findHold, markLifted, pageOfHolds } from './hold-store.ts';

/** Where a hold lies. */
interface HeldPlace {
  settingId: string;
  /** null: the whole setting. */
  deviceId: string | null;
}

interface HoldsParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  deviceExists: (connection: Connection, settingId: string, deviceId: string) => Promise<boolean>;
  /** Cancels the orders there that a hold refuses and that have not left, in the hold's own transaction; answers which. */
  cancelHeld: (connection: Connection, place: HeldPlace, by: string) => Promise<string[]>;
  /** Told after the commit. */
  changed: (place: HeldPlace, cancelled: readonly string[]) => void;
}

/**
 * Holds of the safeguarding lead: while one lies on a device or its setting, nothing
 * there is wiped or cleared, and no device leaves the fleet. What is with a device already goes on: nobody can call it back.
 */
export function createHolds({ db, clock, audit, deviceExists, cancelHeld, changed }: HoldsParts) {
  const viewOf = async (asker: Asker, id: string): Promise<HoldView> => {
    const hold = await findHold(db, id);
    if (hold?.settingId !== asker.settingId)
      throw new StatedError('not-found', 'There is no such hold in your setting.');
    return hold.view;
  };

  /** Sets a hold, in a transaction of its own. Errors: forbidden, not-found. */
  const set = async (
    asker: Asker,
    { deviceId, reason }: { deviceId: string | null; reason: string },
  ): Promise<HoldView> => {
    mustBeLead(asker);
    const id = randomUUID();
    const { settingId, name: by } = asker;
    const cancelled = await db.transaction(async (transaction) => {
      if (deviceId !== null && !(await deviceExists(transaction, settingId, deviceId)))
        throw new StatedError('not-found', 'There is no such device in your setting. Look it up in the list.');
      await addHold(transaction, { id, settingId, deviceId, reason, by, at: instant(clock.now()) });
      await audit(transaction, { settingId, actor: by, action: 'hold.set', subject: id, data: { deviceId, reason } });
      return cancelHeld(transaction, { settingId, deviceId }, by);
    });
    changed({ settingId, deviceId }, cancelled);
    return viewOf(asker, id);
  };

  const routes = {
    listHolds: async ({ asker, query }) => pageOfHolds(db, asker.settingId, query),
    setHold: ({ asker, body }) => set(asker, body),

    liftHold: async ({ asker, params, body: { reason } }) => {
      mustBeLead(asker);
      const { deviceId, id } = await viewOf(asker, params.id ?? '');
      const { settingId, name: by } = asker;
      await db.transaction(async (transaction) => {
        if (!(await markLifted(transaction, id, { by, at: instant(clock.now()), because: reason })))
          throw new StatedError('conflict', 'This hold has been lifted already.');
        await audit(transaction, { settingId, actor: by, action: 'hold.lifted', subject: id, data: { reason } });
      });
      changed({ settingId, deviceId }, []);
      return viewOf(asker, id);
    },
  } satisfies Partial<Handlers>;
  return { set, routes };
}

/** The route says so too; what keeps evidence is worth saying twice. */
function mustBeLead({ role }: Asker): void {
  if (role !== 'safeguarding-lead')
    throw new StatedError('forbidden', 'Only the safeguarding lead sets and lifts holds. Ask them.');
}
