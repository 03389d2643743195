import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { createWatch } from '../rhythm/watch.ts';

interface SilenceWatchParts {
  clock: Clock;
  log: Log;
  /** Enrolled devices that have not spoken since a time. */
  silentSince: (before: Instant) => Promise<string[]>;
  /** Judges a device now, in a transaction of its own, and tells what changed. */
  judgeNow: (deviceId: string) => Promise<void>;
}

const lookEveryMs = 60_000;

/** After a start nobody has had the chance to speak: silence while the server was down is not the device's. */
const graceMs = 5 * 60_000;

/** The shortest time a policy can call silence; the rule itself knows the setting's own. */
const shortestSilenceMs = 60 * 60_000;

/** Judges devices that say nothing: no report will ever do it for them. */
export function createSilenceWatch({ clock, log, silentSince, judgeNow }: SilenceWatchParts) {
  const look = async (stopping: AbortSignal): Promise<void> => {
    for (const deviceId of await silentSince(instant(clock.now() - shortestSilenceMs))) {
      if (stopping.aborted) return;
      await judgeNow(deviceId);
    }
  };

  return createWatch({
    look,
    firstMs: graceMs,
    everyMs: lookEveryMs,
    failed: (error) => log.error('silence.look-failed', { error: messageOf(error) }),
  });
}
