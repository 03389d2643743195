import { handlerOrder } from '../../shared/incident/visibility.ts';
import type { Instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { createWatch } from '../rhythm/watch.ts';
import type { Connection, Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';

/** Somebody may read confidential cases who could not before. */
export interface NewReader {
  settingId: string;
  personId: string;
  /** Who could before, members or not by now. */
  before: readonly string[];
}

export interface ReadersParts {
  db: Database;
  now: () => Instant;
  log: Log;
  /** Has the others told, in the transaction that finds it. */
  tellReader: (connection: Connection, reader: NewReader) => Promise<void>;
}

const lookEveryMs = 30_000;

/**
 * Tells when somebody comes to read confidential cases, by whatever way: a role that was given, a role in line before
 * theirs that was taken away or ran out, the command line (INC4). Whoever gives roles can give them to themselves; they
 * cannot do it quietly. What was stored is compared with what is: at each change of roles in its transaction, and again
 * and again for what is no change of anybody's.
 */
export function createReadersWatch({ db, now, log, tellReader }: ReadersParts) {
  /** `anew`: somebody whose account may be another's hands from now on, as after a reset. */
  const check = async (connection: Connection, settingId: string, anew?: string): Promise<void> => {
    await takeWriteLock(connection);
    const stored: string[] = await connection('confidential_readers')
      .where({ setting_id: settingId })
      .pluck('person_id');
    const readers = await readersOf(connection, settingId, now());
    const fresh = readers.filter((id) => id === anew || !stored.includes(id));
    await connection('confidential_readers').where({ setting_id: settingId }).whereNotIn('person_id', readers).delete();
    for (const id of fresh.filter((each) => !stored.includes(each)))
      await connection('confidential_readers').insert({ setting_id: settingId, person_id: id });
    // The first of a setting are nobody's news.
    if (stored.length === 0) return;
    const before = stored.filter((id) => !fresh.includes(id));
    for (const personId of fresh) await tellReader(connection, { settingId, personId, before });
  };

  const look = async (): Promise<void> => {
    for (const { settingId, stored } of await settingsWith(db)) {
      const readers = await readersOf(db, settingId, now());
      // Most looks find nothing: they are not to hold anybody up who writes.
      if (readers.length === stored.length && readers.every((id) => stored.includes(id))) continue;
      await db.transaction((connection) => check(connection, settingId));
    }
  };
  const watch = createWatch({
    look,
    firstMs: 1_000,
    everyMs: lookEveryMs,
    failed: (error) => log.error('incidents.readers-not-told', { error: messageOf(error) }),
  });

  return {
    ...watch,
    check,
    /** One look now, for tests. */
    look,
  };
}

/** Who reads a confidential case that concerns nobody: the first role in line that somebody has (`sight.ts`). */
async function readersOf(connection: Connection, settingId: string, now: Instant): Promise<string[]> {
  const rows: { person_id: string; role: string }[] = await connection('memberships')
    .where({ setting_id: settingId })
    .where((row) => row.whereNull('until').orWhere('until', '>', now))
    .select('person_id', 'role');
  const inLine = handlerOrder.find((role) => rows.some((row) => row.role === role));
  return rows.filter(({ role }) => role === inLine).map((row) => row.person_id);
}

async function settingsWith(connection: Connection): Promise<{ settingId: string; stored: string[] }[]> {
  const ids: string[] = await connection('settings').pluck('id');
  const rows: { setting_id: string; person_id: string }[] = await connection('confidential_readers').select();
  return ids.map((settingId) => ({
    settingId,
    stored: rows.filter((row) => row.setting_id === settingId).map((row) => row.person_id),
  }));
}
