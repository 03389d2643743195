import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { createWatch } from '../rhythm/watch.ts';

interface DueWatchParts {
  clock: Clock;
  log: Log;
  /** Devices whose judgement may come out otherwise by now, though they report nothing; the longest due first. */
  dueDevices: (now: Instant, most: number) => Promise<string[]>;
  /** Judges devices now, all in one transaction, and tells what changed. */
  judgeNow: (deviceIds: readonly string[]) => Promise<void>;
  /** Not before then again. */
  putOff: (deviceId: string, until: Instant) => Promise<void>;
  /** For tests: another time. */
  everyMs?: number;
}

const lookEveryMs = 20_000;
/** Ten thousand devices are due at one closing time: some with each commit, and reports go on between. */
const batchSize = 25;
const pauseMs = 20;
const putOffMs = 60 * 60_000;

/**
 * Judges devices when a grace or an unknown place runs out, when the setting closes and when a term ends: no report will
 * ever do it for them. Each judgement writes when the next is due.
 */
export function createDueWatch({ clock, log, dueDevices, judgeNow, putOff, everyMs = lookEveryMs }: DueWatchParts) {
  /** Where one cannot be judged, the others of its batch are judged all the same. */
  const judge = async (deviceIds: readonly string[]): Promise<void> => {
    try {
      await judgeNow(deviceIds);
    } catch (error) {
      const [deviceId] = deviceIds;
      if (deviceId !== undefined && deviceIds.length === 1) {
        log.error('due.not-judged', { deviceId, error: messageOf(error) });
        await putOff(deviceId, instant(clock.now() + putOffMs));
        return;
      }
      for (const each of deviceIds) await judge([each]);
    }
  };

  const look = async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted) {
      const due = await dueDevices(instant(clock.now()), batchSize);
      if (due.length > 0) await judge(due);
      if (due.length < batchSize) return;
      await sleep(pauseMs);
    }
  };

  return createWatch({
    look,
    everyMs,
    failed: (error) => log.error('due.look-failed', { error: messageOf(error) }),
  });
}
