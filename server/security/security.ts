import { StatedError } from '../../shared/api/errors.ts';
import type { SecurityEventCode } from '../../shared/api/safeguards.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { findEvent, markSeen, type Noticed, noteEvent, pageOfEvents } from './event-store.ts';

interface SecurityParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  /** Told an event's id: that it began, was counted again, or was looked at. It is read anew when it is shown. */
  changed: (eventId: number) => void;
  /** Has people told of an event that is listed anew, in the transaction that wrote it down. */
  tell?: (connection: Connection, event: { settingId: string; code: SecurityEventCode; id: number }) => Promise<void>;
  /** Told, in the transaction that notes it, that somebody has looked at an event: nobody else has to. */
  seen?: (connection: Connection, event: { settingId: string; id: number }) => Promise<void>;
}

/** Repeats within this are counted and not listed again. */
const sameWithinMs = 60 * 60_000;

export type Security = ReturnType<typeof createSecurity>;

/** What may be an attack, or a fault that looks like one: told to people, and kept. */
export function createSecurity({ db, clock, audit, changed, tell, seen }: SecurityParts) {
  /** Writes an event down in the transaction of what it was noticed by; answers its id, to be told after the commit. */
  const note = async (connection: Connection, noticed: Noticed): Promise<number> => {
    const now = clock.now();
    const { settingId, code, deviceId, commandId } = noticed;
    const within = { at: instant(now), since: instant(now - sameWithinMs) };
    const { id, listed } = await noteEvent(connection, noticed, within);
    // What is only counted again is not in the log of all: whoever forges could fill it.
    if (!listed) return id;
    await audit(connection, {
      settingId,
      actor: 'server',
      action: `security.${code}`,
      subject: deviceId ?? settingId,
      ...(commandId === undefined ? {} : { data: { commandId } }),
    });
    await tell?.(connection, { settingId, code, id });
    return id;
  };

  return {
    note,
    /** Told after the commit of what `note` wrote. */
    noted: (eventIds: Iterable<number>): void => {
      for (const id of eventIds) changed(id);
    },
    /** The same in a transaction of its own: for what is noticed outside of any. */
    raise: async (noticed: Noticed): Promise<void> => {
      changed(await db.transaction((transaction) => note(transaction, noticed)));
    },
    routes: {
      listSecurityEvents: async ({ asker, query }) => pageOfEvents(db, asker.settingId, query),
      markSecurityEventSeen: async ({ asker, params }) => {
        const id = Number(params.id);
        const found = Number.isSafeInteger(id) ? await findEvent(db, id) : undefined;
        if (found?.settingId !== asker.settingId)
          throw new StatedError('not-found', 'There is no such security event in your setting.');
        const marked = await db.transaction(async (transaction) => {
          if (!(await markSeen(transaction, id, asker.name, instant(clock.now())))) return false;
          const { settingId, name: actor } = asker;
          await audit(transaction, { settingId, actor, action: 'security-event.seen', subject: String(id) });
          await seen?.(transaction, { settingId, id });
          return true;
        });
        if (marked) changed(id);
        return (await findEvent(db, id))?.view ?? found.view;
      },
    } satisfies Partial<Handlers>,
  };
}
