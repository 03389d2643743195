import { StatedError } from '../../shared/api/errors.ts';
import type { IncidentAct, IncidentCase } from '../../shared/api/incidents.ts';
import type { DeadlineCalendar } from '../../shared/incident/clocks.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Asker } from '../http/asker.ts';
import type { Connection, Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { actorOf, type Desk, type OpenedCase } from './desk.ts';
import type { NewEntry } from './record.ts';
import type { Actor } from './record-store.ts';
import type { TellCase } from './telling.ts';
import type { CaseWriter } from './writer.ts';

/** The setting's own calendar, as clocks and days need it. */
export interface SettingTime {
  calendar: DeadlineCalendar;
  /** The setting's own day now. */
  today: string;
}

export interface ActingParts {
  db: Database;
  desk: Desk;
  writer: CaseWriter;
  tell: TellCase;
  now: () => Instant;
  timeOf: (connection: Connection, settingId: string, at: Instant) => Promise<SettingTime>;
  /** Told after the commit which cases are not what they were. */
  changed: (incidentIds: readonly string[]) => void;
}

/** What an act writes, and what follows in the same transaction. */
interface Deed {
  entries: NewEntry[];
  afterwards?: (connection: Connection) => Promise<void>;
}

/** One act of one person on one case: judged, written and told in one transaction, and shown as it stands then. */
export function createActing({ db, desk, writer, now, changed }: ActingParts) {
  return {
    /** @throws StatedError `not-found`, `forbidden`, `conflict` */
    act: async (
      { asker, id, act }: { asker: Asker; id: string; act: IncidentAct },
      deedOf: (opened: OpenedCase, connection: Connection, by: Actor) => Promise<Deed> | Deed,
    ): Promise<IncidentCase> => {
      const shown = await db.transaction(async (connection) => {
        await takeWriteLock(connection);
        const opened = await desk.openFor(connection, asker, { id, act });
        const { entries, afterwards } = await deedOf(opened, connection, actorOf(asker));
        await writer.write(connection, id, entries);
        await afterwards?.(connection);
        // Whoever takes a case out of their own sight sees it a last time.
        const after = await desk.open(connection, asker, id).catch((error: unknown) => {
          if (error instanceof StatedError && error.code === 'not-found') return opened;
          throw error;
        });
        return desk.show(connection, asker, after);
      });
      changed([id]);
      return shown;
    },
    now,
  };
}

/** Somebody looks after it now, whatever they do first. */
export function taking({ seen }: OpenedCase, by: Actor): NewEntry[] {
  if (seen.found.facts.state !== 'open') return [];
  return [{ kind: 'state-changed', data: { from: 'open', to: 'in-hand' }, text: null, by }];
}
