import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { SectionName, Sections } from '../../shared/report/report.ts';
import type { Platform } from '../platform/platform.ts';
import { createClearPhotosExecutor } from './clear-photos.ts';
import type { Executors } from './executor.ts';
import { createLockExecutor, type LockKeeper } from './lock.ts';
import { createLogoutExecutor } from './logout.ts';
import { createMessageExecutor } from './message.ts';
import { createRefreshExecutor } from './refresh.ts';
import { createReleaseExecutor } from './release.ts';
import { createRetireExecutor } from './retire.ts';
import { createSignOutAppExecutor } from './sign-out-app.ts';
import { createWipeExecutor } from './wipe.ts';

interface ExecutorsParts {
  platform: Platform;
  /** The lock as it is meant: its challenge, and who released it. */
  lockKeeper: LockKeeper & { ownWords: string };
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
/** One at the browsers of everybody: on Windows it waits in a row with other questions. */
const appsLimitMs = 90_000;

/** Every command this agent can carry out: one row a kind. */
export function createExecutors({ platform, lockKeeper, settings, prober, logoutTimes }: ExecutorsParts): Executors {
  const people = {
    sessions: (signal: AbortSignal) =>
      platform.probes.sessions(AbortSignal.any([signal, AbortSignal.timeout(lookLimitMs)])),
    endSession: platform.endSession,
    showText: platform.showText,
    ...logoutTimes,
  };
  const locks = {
    keeper: lockKeeper,
    locking: platform.locking,
    report: () => void prober.ask(['sessions', 'agent']),
  };
  return {
    logout: createLogoutExecutor({
      ...people,
      holdBackAutomaticSignIn: platform.holdBackAutomaticSignIn,
      reportSessions: () => void prober.ask(['sessions']),
    }),
    'sign-out-app': createSignOutAppExecutor({
      apps: (signal) => platform.probes.apps(AbortSignal.any([signal, AbortSignal.timeout(appsLimitMs)]), 'new'),
      signOutApps: platform.signOutApps,
      settings,
      reportApps: () => void prober.ask(['apps']),
    }),
    lock: createLockExecutor({ ...people, ...locks, ownWords: lockKeeper.ownWords }),
    release: createReleaseExecutor(locks),
    message: createMessageExecutor(people),
    'clear-photos': createClearPhotosExecutor({
      photoClearing: platform.photoClearing,
      settings,
      reportPhotos: () => void prober.ask(['photos']),
    }),
    wipe: createWipeExecutor({ wiping: platform.wiping }),
    retire: createRetireExecutor(),
    refresh: createRefreshExecutor({ askAll: () => prober.askAll() }),
  };
}
