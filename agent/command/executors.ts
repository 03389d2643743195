import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { SectionName, Sections } from '../../shared/report/report.ts';
import type { Platform } from '../platform/platform.ts';
import { createClearPhotosExecutor } from './clear-photos.ts';
import type { Executors } from './executor.ts';
import { createLogoutExecutor } from './logout.ts';
import { createRefreshExecutor } from './refresh.ts';
import { createRetireExecutor } from './retire.ts';
import { unready } from './unready.ts';

interface ExecutorsParts {
  platform: Platform;
  /** What the setting wants, as the device holds it now. */
  settings: () => DeviceSettings;
  /** Asks again; the readings go the usual way into a report. */
  prober: {
    askAll(): Promise<Sections>;
    ask(sections: readonly SectionName[]): Promise<Partial<Sections>>;
  };
  /** How long a session may take to close, and how long nobody must be back; logout.ts says how long unless told otherwise. */
  logoutTimes?: { patienceMs: number; settleMs: number };
}

/** How long one look at the sessions may take. */
const lookLimitMs = 10_000;

/** Every command this agent can carry out: one row a kind. */
export function createExecutors({ platform, settings, prober, logoutTimes }: ExecutorsParts): Executors {
  return {
    logout: createLogoutExecutor({
      sessions: (signal) => platform.probes.sessions(AbortSignal.any([signal, AbortSignal.timeout(lookLimitMs)])),
      endSession: (session) => platform.endSession(session),
      reportSessions: () => void prober.ask(['sessions']),
      ...logoutTimes,
    }),
    'sign-out-app': unready(),
    lock: unready(),
    release: unready(),
    message: unready(),
    'clear-photos': createClearPhotosExecutor({
      photoClearing: platform.photoClearing,
      settings,
      reportPhotos: () => void prober.ask(['photos']),
    }),
    wipe: unready(),
    retire: createRetireExecutor(),
    refresh: createRefreshExecutor({ askAll: () => prober.askAll() }),
  };
}
