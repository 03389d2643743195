import { StatedError } from '../../shared/api/errors.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { ReportMessage } from '../../shared/wire/messages.ts';
import { statedFrom } from '../http/answers.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { Touched } from '../storage/touched.ts';

interface IngestParts {
  db: Database;
  clock: Clock;
  log: Log;
  /** Stores one report in the transaction and judges the device by it; answers the incidents it touched. */
  store: (connection: Connection, deviceId: string, report: ReportMessage) => Promise<string[]>;
  /** Told after each commit. */
  committed: (touched: Touched) => void;
}

interface Waiting {
  deviceId: string;
  report: ReportMessage;
  done: () => void;
  refused: (error: unknown) => void;
}

/** Reports a commit: enough that one flush to disk serves many devices, few enough that none waits long. */
const batchSize = 100;

/** Reports that may wait before devices are told to come back later; each holds its own copy on disk. */
const mostWaiting = 20_000;

/** An agent waits for each acknowledgement; a device that does not must not fill the queue of all. */
const mostWaitingOfOne = 8;

/** How far a device's clock may be ahead: agents correct theirs by the server's. */
export const futureToleranceMs = 60_000;

/**
 * Takes reports in: many wait in memory, one commit stores them, then each is
 * acknowledged. A report that is refused (another enrolment, from the future)
 * is answered by name and does not spoil the commit of the others; when the
 * commit itself fails nothing was stored and every device keeps its report.
 */
export function createIngest({ db, clock, log, store, committed }: IngestParts) {
  const waiting: Waiting[] = [];
  const waitingOf = new Map<string, number>();
  let working: Promise<void> | undefined;

  const settle = (deviceId: string): void => {
    const left = (waitingOf.get(deviceId) ?? 1) - 1;
    if (left === 0) waitingOf.delete(deviceId);
    else waitingOf.set(deviceId, left);
  };

  /** Stores one report of a commit: what came of it, or its refusal. Anything else fails the commit. */
  const storeOne = async (
    connection: Connection,
    one: Waiting,
  ): Promise<{ incidents: string[] } | { refusal: StatedError }> => {
    try {
      return { incidents: await store(connection, one.deviceId, one.report) };
    } catch (error) {
      if (error instanceof StatedError) return { refusal: error };
      throw error;
    }
  };

  const storeAll = async (batch: readonly Waiting[]): Promise<void> => {
    const results = await db.transaction(async (transaction) => {
      const stored: { one: Waiting; result: Awaited<ReturnType<typeof storeOne>> }[] = [];
      for (const one of batch) stored.push({ one, result: await storeOne(transaction, one) });
      return stored;
    });
    const deviceIds = new Set<string>();
    const incidentIds = new Set<string>();
    for (const { one, result } of results) {
      if ('refusal' in result) {
        one.refused(result.refusal);
        continue;
      }
      deviceIds.add(one.deviceId);
      for (const id of result.incidents) incidentIds.add(id);
      one.done();
    }
    committed({ deviceIds, incidentIds });
  };

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize);
      try {
        await storeAll(batch);
      } catch (error) {
        log.error('ingest.commit-failed', { count: batch.length, error: messageOf(error) });
        for (const one of batch) one.refused(statedFrom(error));
      }
    }
    working = undefined;
  };

  return {
    /** Resolves after the commit; rejects with a StatedError that says what to do. */
    take: (deviceId: string, report: ReportMessage): Promise<void> => {
      refuseFuture(report, clock.now());
      const ofThisDevice = waitingOf.get(deviceId) ?? 0;
      if (ofThisDevice >= mostWaitingOfOne) {
        throw new StatedError('too-many-tries', 'Wait for the acknowledgement of earlier reports before sending more.');
      }
      if (waiting.length >= mostWaiting) {
        throw new StatedError(
          'storage-failed',
          'The server has more reports than it can store just now. Keep this one and send it again.',
        );
      }
      waitingOf.set(deviceId, ofThisDevice + 1);
      return new Promise<void>((done, refused) => {
        waiting.push({ deviceId, report, done, refused });
        working ??= work();
      }).finally(() => settle(deviceId));
    },
    /** Waits until everything taken has been stored or refused. */
    stop: async (): Promise<void> => {
      await working;
    },
  };
}

function refuseFuture(report: ReportMessage, now: number): void {
  const latest = Math.max(
    Date.parse(report.at),
    ...Object.values(report.sections).map((reading) => Date.parse(reading?.at ?? report.at)),
  );
  if (latest <= now + futureToleranceMs) return;
  throw new StatedError(
    'report-from-the-future',
    `The report is dated ${instant(latest)}, and the server's clock says ${instant(now)}. Measure the clocks again with hello, correct the times, and send it again.`,
  );
}
