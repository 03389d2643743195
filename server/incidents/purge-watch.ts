import { moveCase } from '../../shared/incident/case-life.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import { retentionOf } from '../../shared/incident/retention.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { AttachmentFiles } from './attachment-files.ts';
import { foldCase, readEntry } from './case-fold.ts';
import { caseOf } from './case-store.ts';
import { theServer } from './record.ts';
import { entriesOf, holdRecord, removeContents } from './record-store.ts';
import type { CaseWriter } from './writer.ts';

interface PurgeWatchParts {
  db: Database;
  clock: Clock;
  log: Log;
  writer: CaseWriter;
  files: AttachmentFiles;
  /** Whether a hold lies on the device or the setting of a case, or was set from the case and is in force. */
  isHeld: (
    connection: Connection,
    of: { settingId: string; deviceId: string | null; holdIds: readonly string[] },
  ) => Promise<boolean>;
  /** Told after the commit. */
  changed: (incidentIds: readonly string[]) => void;
}

const lookEveryMs = 60 * 60_000;

/**
 * Purges the words and files of closed cases whose time to be kept is over; that there was a case, when, and what kind
 * of entries it had stays, with the hashes. Never while a hold lies there: then it is looked at again.
 */
export function createPurgeWatch({ db, clock, log, writer, files, isHeld, changed }: PurgeWatchParts) {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const due = (connection: Connection) =>
    connection('incidents').where({ state: 'closed' }).where('kept_until', '<=', instant(clock.now()));

  /** Purges one in one transaction; false: it is held, or not due any more, or only the tables say that it is. */
  const purge = (id: string): Promise<boolean> =>
    db.transaction(async (connection) => {
      await holdRecord(connection);
      const row: unknown = await due(connection).where({ id }).first();
      if (row === undefined) return false;
      const { settingId } = caseOf(row);
      const read = (await entriesOf(connection, [id])).flatMap((entry) => readEntry(entry) ?? []);
      // DANGER: whoever changes a row of the tables must not have the server destroy what the entries keep.
      const told = foldCase(read);
      if (told?.state !== 'closed' || told.keptUntil === null || told.keptUntil > instant(clock.now())) {
        log.error('incidents.not-purged', { incidentId: id, error: 'its entries do not say that its time is over' });
        return false;
      }
      const holdIds = read.flatMap((entry) => (entry.kind === 'hold' ? [entry.data.holdId] : []));
      if (await isHeld(connection, { settingId, deviceId: told.deviceId, holdIds })) return false;
      const outcomes = read.flatMap((entry) => (entry.kind === 'outcome' ? [entry.data.outcome] : []));
      const retention = retentionOf(categoryCatalogue[told.category].keep, outcomes);
      const attachments = read.filter(({ kind }) => kind === 'attachment').length;
      await writer.write(connection, id, [
        {
          kind: 'state-changed',
          data: { from: told.state, to: moveCase(told.state, 'purged') },
          text: null,
          by: theServer,
        },
        { kind: 'purged', data: { retention, entries: read.length + 1, attachments }, text: null, by: theServer },
      ]);
      await removeContents(connection, id);
      return true;
    });

  /** What a server that was cut off left: files that came in by halves, and those of cases whose purging was committed. */
  const sweep = async (): Promise<void> => {
    await files.removeUnfinished(clock.now());
    // By the entry, which nobody changes, and not by the tables.
    const ids: string[] = await db('incident_entries').where({ kind: 'purged' }).distinct().pluck('incident_id');
    for (const id of ids) await files.removeAll(id);
  };

  const look = async (): Promise<void> => {
    // All of them: those that are held, or cannot be read, keep no other from being purged.
    const ids: string[] = await due(db).orderBy('kept_until').pluck('id');
    for (const id of ids) {
      const failed = (error: unknown) => log.error('incidents.not-purged', { incidentId: id, error: messageOf(error) });
      if ((await purge(id).catch(failed)) !== true) continue;
      // After the commit: what is cut off here is swept away after the next start.
      await files.removeAll(id);
      changed([id]);
    }
  };
  const lookAndComeBack = (): void => {
    looking = look()
      .catch((error: unknown) => log.error('incidents.not-purged', { error: messageOf(error) }))
      .finally(() => {
        if (timer !== undefined) timer = setTimeout(lookAndComeBack, lookEveryMs);
      });
  };

  return {
    look,
    start: (): void => {
      looking = sweep().catch((error: unknown) => log.error('incidents.not-swept', { error: messageOf(error) }));
      timer = setTimeout(lookAndComeBack, 60_000);
    },
    stop: async (): Promise<void> => {
      clearTimeout(timer);
      timer = undefined;
      await looking;
    },
  };
}
