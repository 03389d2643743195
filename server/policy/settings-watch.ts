import { type Log, messageOf } from '../../shared/log.ts';

interface SettingsWatchParts {
  log: Log;
  isConnected: (deviceId: string) => boolean;
  /** Judges a device now, in a transaction of its own, and tells what changed. */
  judgeNow: (deviceId: string) => Promise<void>;
  /** For tests: another time. */
  afterMs?: number;
}

/** Longer than a device has to take up new settings before it counts as behind (shared/policy/rules/settings.ts). */
const lookAfterMs = 6 * 60_000;

/**
 * Judges devices again some minutes after their setting changed: one that could not
 * take up the new settings says nothing of it, and no report would ever show it.
 * Those that are away are judged when they come back.
 */
export function createSettingsWatch({ log, isConnected, judgeNow, afterMs = lookAfterMs }: SettingsWatchParts) {
  const timers = new Map<NodeJS.Timeout, Promise<void>>();
  let stopped = false;

  const look = async (deviceIds: readonly string[]): Promise<void> => {
    for (const deviceId of deviceIds) {
      if (stopped) return;
      if (!isConnected(deviceId)) continue;
      await judgeNow(deviceId).catch((error: unknown) =>
        log.error('settings.look-failed', { deviceId, error: messageOf(error) }),
      );
    }
  };

  return {
    changed: (deviceIds: Iterable<string>): void => {
      const ids = [...deviceIds];
      if (stopped || ids.length === 0) return;
      const timer = setTimeout(() => {
        timers.set(
          timer,
          look(ids).finally(() => timers.delete(timer)),
        );
      }, afterMs);
      timers.set(timer, Promise.resolve());
    },
    /** What is under way is finished first. */
    stop: async (): Promise<void> => {
      stopped = true;
      for (const timer of timers.keys()) clearTimeout(timer);
      await Promise.all(timers.values());
    },
  };
}
