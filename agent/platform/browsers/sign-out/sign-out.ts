import type { OutcomeReason } from '../../../../shared/command/life.ts';
import type { Clock } from '../../../../shared/instant.ts';
import type { Log } from '../../../../shared/log.ts';
import type { AppSignOut, AppSignOutResult } from '../../actions.ts';
import { type Disk, realDisk } from '../disk.ts';
import type { Family, Place } from '../places.ts';
import type { Home } from '../round.ts';
import { Unreadable } from '../unreadable.ts';
import type { BrowserProcesses, Installation } from './browser-processes.ts';
import { clearChromiumProfile } from './chromium-profile.ts';
import { closeBrowser, isFree, type Patience, patience as usualPatience } from './closing.ts';
import { findConcerned } from './concerned.ts';
import { clearFirefoxProfile } from './firefox-profile.ts';
import { createHosts } from './hosts.ts';
import type { ClearParts } from './parts.ts';
import { openSafeFolder, type SafeFolder } from './safe-folder.ts';

export interface SignOutParts {
  clock: Clock;
  log: Log;
  /** Every home on the device; undefined: they cannot be listed. */
  homes: (signal: AbortSignal, disk: Disk) => Promise<readonly Home[] | undefined>;
  places: readonly Place[];
  processes: BrowserProcesses;
  /** This is Linux: an opened folder can be asked by `/proc/self/fd`. */
  anchored: boolean;
  /** Files have owners with numbers: everywhere but on Windows. */
  hasOwners: boolean;
  /** For tests. */
  scratchBelow?: string;
  patience?: Patience;
}

type Clear = (profile: SafeFolder, parts: ClearParts) => Promise<void>;

/** How the profiles of each family are cleared; undefined: not known. */
const clears: { readonly [Name in Family]: Clear | undefined } = {
  chromium: clearChromiumProfile,
  firefox: clearFirefoxProfile,
  safari: undefined,
};

/**
 * Signs people out of apps in every browser that keeps anything of them: closes the
 * browser, makes sure that no process holds its profiles, takes out what they keep
 * of the apps' hosts, and looks whether it was opened again meanwhile. A browser that
 * does not close is left as it is; the others are cleared all the same.
 */
export function createSignOutApps(parts: SignOutParts) {
  return async (wanted: AppSignOut, signal: AbortSignal): Promise<AppSignOutResult> => {
    const homes = await parts.homes(signal, realDisk);
    if (homes === undefined) return { browsersClosed: 0, browsersEnded: 0, trouble: 'cannot-look' };
    const { installations, others, blocked } = await findConcerned(wanted, homes, parts, signal);
    const clearing = { hosts: createHosts(wanted.apps), signal, scratchBelow: parts.scratchBelow };
    // Side by side: most of the time is spent waiting for browsers to close.
    const done = await Promise.all(installations.map((each) => signOutOf(each, clearing, parts)));
    const leftOpen = await isAnyOpen(others, parts.processes, signal);
    return {
      browsersClosed: done.filter(({ closing }) => closing === 'closed').length,
      browsersEnded: done.filter(({ closing }) => closing === 'ended').length,
      trouble: gravest([...done.map(({ trouble }) => trouble), blocked ? 'needs-administrator-rights' : undefined]),
      ...(leftOpen && { leftOpen }),
    };
  };
}

/** Whether one of these is open, or may be. */
async function isAnyOpen(
  installations: readonly Installation[],
  processes: BrowserProcesses,
  signal: AbortSignal,
): Promise<boolean> {
  for (const installation of installations) {
    const holders = await processes.holders(installation, signal).catch(() => undefined);
    if (holders === undefined || holders.browser.length > 0) return true;
  }
  return false;
}

async function signOutOf(installation: Installation, clearing: ClearParts, parts: SignOutParts) {
  const { processes, log, patience = usualPatience } = parts;
  const { signal } = clearing;
  const clear = clears[installation.family];
  if (clear === undefined) return { closing: 'unknown', trouble: 'not-supported' } as const;
  const closing = await closeBrowser(installation, processes, patience, signal).catch(() => 'unknown' as const);
  if (closing === 'unknown') return { closing, trouble: 'cannot-look' } as const;
  if (closing === 'still-open') return { closing, trouble: 'browser-still-open' } as const;
  let trouble: OutcomeReason | undefined;
  for (const profile of installation.profiles) {
    trouble = (await clearProfile(profile, installation, clear, clearing, parts)) ?? trouble;
  }
  const now = await processes.holders(installation, signal).catch(() => undefined);
  if (now === undefined || !isFree(now)) trouble = now === undefined ? 'cannot-look' : 'browser-still-open';
  log.info('browser-signed-out', { state: closing, reason: trouble ?? '' });
  return { closing, trouble };
}

async function clearProfile(
  path: string,
  { owner }: Installation,
  clear: Clear,
  clearing: ClearParts,
  { anchored, log }: SignOutParts,
): Promise<OutcomeReason | undefined> {
  try {
    const profile = await openSafeFolder(path, { owner, anchored });
    if (profile === undefined) return undefined;
    try {
      await clear(profile, clearing);
    } finally {
      await profile.close();
    }
    return undefined;
  } catch (error) {
    // Its message would name a path.
    const code = codeOf(error);
    log.error('browser-not-signed-out', { code });
    return code === 'EACCES' || code === 'EPERM' ? 'needs-administrator-rights' : 'action-failed';
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Unreadable) return error.reason;
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** A browser that is open may be signed in whatever the disk says: that is told before anything else. */
function gravest(troubles: readonly (OutcomeReason | undefined)[]): OutcomeReason | undefined {
  return troubles.includes('browser-still-open')
    ? 'browser-still-open'
    : troubles.find((trouble) => trouble !== undefined);
}
