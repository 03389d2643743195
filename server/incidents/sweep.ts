import type { Clock } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import type { AttachmentFiles } from './attachment-files.ts';
import { readEntry } from './case-fold.ts';
import { entriesOf } from './record-store.ts';

interface SweepParts {
  db: Database;
  clock: Clock;
  log: Log;
  files: AttachmentFiles;
}

/** Where an older copy of the database was put back, files of the newer one have no entry: time for somebody to see it. */
const unnamedForMs = 14 * 24 * 60 * 60_000;

/** Removes files that no entry keeps. */
export function createSweep({ db, clock, log, files }: SweepParts) {
  const oldFiles = async (incidentId: string): Promise<string[]> =>
    (await files.listed(incidentId))
      .filter(({ writtenAt }) => clock.now() - writtenAt > unnamedForMs)
      .map(({ digest }) => digest);

  /** Under the lock of the record: no entry can name a file while it goes. */
  const sweepCase = (incidentId: string): Promise<void> =>
    db.transaction(async (connection) => {
      await takeWriteLock(connection);
      // A folder of no case that is known here may be of a newer copy of the database: it is left alone.
      if ((await connection('incidents').where({ id: incidentId }).first('id')) === undefined) return;
      const entries = (await entriesOf(connection, [incidentId], ['attachment'])).map(readEntry);
      const named = entries.map((entry) => (entry?.kind === 'attachment' ? entry.data.digest : undefined));
      // DANGER: an entry that cannot be read may name any of them.
      if (named.includes(undefined)) return;
      const gone = (await oldFiles(incidentId)).filter((digest) => !named.includes(digest));
      for (const digest of gone) await files.remove(incidentId, digest);
      if (gone.length > 0) log.warn('incidents.files-swept', { incidentId, count: gone.length });
    });

  return {
    /** What a server that was cut off left: files that came in by halves, and those of cases whose purging was committed. */
    leftOver: async (): Promise<void> => {
      await files.removeUnfinished(clock.now());
      // By the entry, which nobody changes, and not by the tables.
      const ids: string[] = await db('incident_entries').where({ kind: 'purged' }).distinct().pluck('incident_id');
      for (const id of ids) await files.removeAll(id);
    },
    /** Whole files that for two weeks no entry has named: the server was cut off between the file and its entry. Never while another comes in there. */
    unnamed: async (): Promise<void> => {
      for (const incidentId of await files.folders()) {
        const failed = (error: unknown) => log.error('incidents.not-swept', { incidentId, error: messageOf(error) });
        if ((await oldFiles(incidentId)).length > 0) await sweepCase(incidentId).catch(failed);
      }
    },
  };
}
