import { moveCase } from '../../shared/incident/case-life.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import { retentionOf } from '../../shared/incident/retention.ts';
import type { Log } from '../../shared/log.ts';
import type { Connection, Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { foldCase, readEntry } from './case-fold.ts';
import { caseOf, forgetConcerns } from './case-store.ts';
import { theServer } from './record.ts';
import { entriesOf, removeContents } from './record-store.ts';
import { removeSteps } from './step-store.ts';
import type { CaseWriter } from './writer.ts';

export interface PurgeCaseParts {
  db: Database;
  log: Log;
  writer: CaseWriter;
  /** Whether a hold lies on the device or the setting of a case, or was set from the case and is in force. */
  isHeld: (
    connection: Connection,
    of: { settingId: string; deviceId: string | null; holdIds: readonly string[] },
  ) => Promise<boolean>;
  /** Takes away who was asked to look at a case, in the transaction that purges it. */
  forget: (connection: Connection, of: { settingId: string; incidentId: string }) => Promise<void>;
}

/** Closed cases whose time to be kept is over by then. */
export function dueCases(connection: Connection, dueUntil: string) {
  return connection('incidents').where({ state: 'closed' }).where('kept_until', '<=', dueUntil);
}

/**
 * Purges one case in one transaction: its words, whom it concerned and was reported by, its device, its steps, and who was asked to look.
 * What stays is the row of a purged case (its kind, its times), its entries without words, and that of its purging. Answers
 * false where it is held, or not due any more, or only the tables say that it is.
 */
export function createPurgeCase({ db, log, writer, isHeld, forget }: PurgeCaseParts) {
  return (id: string, dueUntil: string): Promise<boolean> =>
    db.transaction(async (connection) => {
      await takeWriteLock(connection);
      const row: unknown = await dueCases(connection, dueUntil).where({ id }).first();
      if (row === undefined) return false;
      const { settingId } = caseOf(row);
      const read = (await entriesOf(connection, [id])).flatMap((entry) => readEntry(entry) ?? []);
      // DANGER: whoever changes a row of the tables must not have the server destroy what the entries keep.
      const told = foldCase(read);
      if (told?.state !== 'closed' || told.keptUntil === null || told.keptUntil > dueUntil) {
        log.error('incidents.not-purged', { incidentId: id, error: 'its entries do not say that its time is over' });
        return false;
      }
      const holdIds = read.flatMap((entry) => (entry.kind === 'hold' ? [entry.data.holdId] : []));
      if (await isHeld(connection, { settingId, deviceId: told.deviceId, holdIds })) return false;
      const outcomes = read.flatMap((entry) => (entry.kind === 'outcome' ? [entry.data.outcome] : []));
      const retention = retentionOf(categoryCatalogue[told.category].keep, outcomes);
      const attachments = read.filter(({ kind }) => kind === 'attachment').length;
      const to = moveCase(told.state, 'purged');
      await writer.write(connection, id, [
        { kind: 'state-changed', data: { from: told.state, to }, text: null, by: theServer },
        { kind: 'purged', data: { retention, entries: read.length + 1, attachments }, text: null, by: theServer },
      ]);
      await removeContents(connection, id);
      await forgetConcerns(connection, id);
      await removeSteps(connection, id);
      await forget(connection, { settingId, incidentId: id });
      return true;
    });
}
