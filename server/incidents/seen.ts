import type { Instant } from '../../shared/instant.ts';
import type { Asker } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import type { SettingTime } from './acting.ts';
import { readEntry } from './case-fold.ts';
import { actorOf, type OpenedCase } from './desk.ts';
import type { CaseWriter } from './writer.ts';

interface SeenParts {
  writer: CaseWriter;
  now: () => Instant;
  timeOf: (connection: Connection, settingId: string, at: Instant) => Promise<SettingTime>;
  /** A person has a case before their eyes, in the transaction that puts it on record. */
  looked: (connection: Connection, of: { settingId: string; personId: string; incidentId: string }) => Promise<void>;
}

/** Puts on record that somebody looked at a case, once a day each; answers whether it was new. What is not on record is not shown. */
export function createNoteSeen({ writer, now, timeOf, looked }: SeenParts) {
  return async (
    connection: Connection,
    asker: Asker,
    { seen, entries }: OpenedCase,
    { byItself = false } = {},
  ): Promise<boolean> => {
    if (seen.sight === 'own' || seen.found.facts.state === 'purged') return false;
    const { settingId, id } = seen.found;
    // DANGER: a page that was left open would take each deadline for looked at, and nobody would be told of it (INC2).
    if (asker.kind === 'person' && !byItself)
      await looked(connection, { settingId, personId: asker.id, incidentId: id });
    const { today } = await timeOf(connection, settingId, now());
    const isNoted = entries.some((entry) => {
      const folded = readEntry(entry);
      return folded?.kind === 'seen' && folded.actorId === asker.id && folded.data.day === today;
    });
    if (isNoted) return false;
    await writer.write(connection, id, [{ kind: 'seen', data: { day: today }, text: null, by: actorOf(asker) }]);
    return true;
  };
}
