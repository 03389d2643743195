import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { createWatch } from '../rhythm/watch.ts';
import type { Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { theServer } from './record.ts';
import { nextTelling, type StoredStep, setTellAt, stepsToTell } from './step-store.ts';
import type { TellCase } from './telling.ts';
import { standingOf } from './views.ts';
import type { CaseWriter } from './writer.ts';

interface ClockWatchParts {
  db: Database;
  clock: Clock;
  log: Log;
  writer: CaseWriter;
  tell: TellCase;
  /** Told after the commit. */
  changed: (incidentIds: readonly string[]) => void;
}

const lookEveryMs = 30_000;

/**
 * Watches the clocks of outcomes (INC2): each time one comes near its end, and when it has run out, that goes on record
 * and whoever looks after the case is told. What came due while the server was down is told once, as it stands then.
 */
export function createClockWatch({ db, clock, log, writer, tell, changed }: ClockWatchParts) {
  const tellOne = (step: StoredStep, now: Instant): Promise<void> =>
    db.transaction(async (connection) => {
      await takeWriteLock(connection);
      const { incidentId, outcome, step: code, dueAt } = step;
      // Read anew under the lock: somebody may have settled it a moment ago.
      const current = (await stepsToTell(connection, now)).find(
        (each) => each.incidentId === incidentId && each.outcome === outcome && each.step === code,
      );
      // Settled, or told by another server, which has said when it is to be told next.
      if (current === undefined) return;
      const standing = standingOf(current, now);
      if (standing === null || standing === 'running' || dueAt === null) {
        await setTellAt(connection, step, nextTelling(current, now));
        return;
      }
      await writer.write(connection, incidentId, [
        { kind: 'clock', data: { outcome, step: code, dueAt, standing }, text: null, by: theServer },
      ]);
      await setTellAt(connection, step, nextTelling(current, now));
      await tell(connection, { incidentId, what: standing === 'run-out' ? 'clock-run-out' : 'clock-near' });
    });

  /** Tells all that is due by now. */
  const look = async (): Promise<void> => {
    const now = instant(clock.now());
    for (const step of await stepsToTell(db, now)) {
      // One case that cannot be written on keeps no other's clock from being told.
      await tellOne(step, now).then(
        () => changed([step.incidentId]),
        (error: unknown) =>
          log.error('incidents.clocks-not-told', { incidentId: step.incidentId, error: messageOf(error) }),
      );
    }
  };
  const watch = createWatch({
    look,
    firstMs: 1_000,
    everyMs: lookEveryMs,
    failed: (error) => log.error('incidents.clocks-not-told', { error: messageOf(error) }),
  });

  return {
    ...watch,
    /** One look now, for tests. */
    look,
  };
}
