import type { Clock } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { createWatch } from '../rhythm/watch.ts';
import type { Database } from '../storage/database.ts';
import type { AttachmentFiles } from './attachment-files.ts';
import { createPurgeCase, dueCases, type PurgeCaseParts } from './purge-case.ts';
import { createPurgeClock } from './purge-clock.ts';
import { createSweep } from './sweep.ts';

interface PurgeWatchParts extends PurgeCaseParts {
  db: Database;
  clock: Clock;
  /** Milliseconds that only ever rise, whatever is done to the clock. */
  elapsed: () => number;
  log: Log;
  files: AttachmentFiles;
  /** Told that the clock went ahead by more than can be explained: nothing is purged until somebody had time to look. */
  clockJumped: () => Promise<void>;
  /** Told after the commit. */
  changed: (incidentIds: readonly string[]) => void;
}

const lookEveryMs = 60 * 60_000;

/**
 * Purges closed cases whose time to be kept is over (`purge-case.ts` says what goes and what stays), and sweeps files
 * away that belong to no entry. Never while a hold lies there, nor while the clock is in doubt (`purge-clock.ts`): then it is looked at again.
 */
export function createPurgeWatch(parts: PurgeWatchParts) {
  const { db, log, files, clockJumped, changed } = parts;
  let sweeping: Promise<void> | undefined;
  let isUntold = false;
  const purge = createPurgeCase(parts);
  const purgeClock = createPurgeClock(parts);
  const sweep = createSweep(parts);

  const purgeDue = async (dueUntil: string): Promise<void> => {
    // All of them: those that are held, or cannot be read, keep no other from being purged.
    const ids: string[] = await dueCases(db, dueUntil).orderBy('kept_until').pluck('id');
    for (const id of ids) {
      const failed = (error: unknown) => log.error('incidents.not-purged', { incidentId: id, error: messageOf(error) });
      if ((await purge(id, dueUntil).catch(failed)) !== true) continue;
      // After the commit: what is cut off here is swept away after the next start.
      await files.removeAll(id);
      changed([id]);
    }
  };

  const look = async (): Promise<void> => {
    const { dueUntil, jumpedDays } = await purgeClock.read();
    if (jumpedDays !== undefined) {
      log.warn('incidents.clock-in-doubt', { reason: 'the clock went ahead', count: jumpedDays });
      isUntold = true;
    }
    // Until people are told, nothing is purged: this throws, and is tried again at the next look.
    if (isUntold) await clockJumped();
    isUntold = false;
    if (dueUntil === undefined) return;
    await purgeDue(dueUntil);
    await sweep.unnamed();
  };
  const watch = createWatch({
    look,
    firstMs: 60_000,
    everyMs: lookEveryMs,
    failed: (error) => log.error('incidents.not-purged', { error: messageOf(error) }),
  });

  return {
    /** One look now, for tests. */
    look,
    start: (): void => {
      sweeping = sweep
        .leftOver()
        .catch((error: unknown) => log.error('incidents.not-swept', { error: messageOf(error) }));
      watch.start();
    },
    stop: async (): Promise<void> => {
      await watch.stop();
      await sweeping;
    },
  };
}
