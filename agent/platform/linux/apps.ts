import { basename } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import { known } from '../../../shared/reading.ts';
import type { Apps } from '../../../shared/report/apps.ts';
import type { Disk } from '../browsers/disk.ts';
import { settledMs } from '../browsers/folder-names.ts';
import { type Place, place } from '../browsers/places.ts';
import { createBrowsersProbe } from '../browsers/probe.ts';
import type { Home } from '../browsers/round.ts';
import { stampOf } from '../browsers/stamp.ts';
import type { Probe } from '../platform.ts';
import { createSameValue } from '../unchanged.ts';
import type { Account } from './accounts.ts';
import { isLockedHome } from './locked-home.ts';
import type { ReadText } from './proc.ts';

interface AppsParts {
  clock: Clock;
  settings: () => DeviceSettings;
  read: ReadText;
  /** undefined: the list of accounts cannot be read. */
  accounts: () => Promise<Account[] | undefined>;
  /** For tests: where copies are made. */
  scratchBelow?: string;
}

/** As packages of the system, as snaps and as flatpaks (platforms.md section 3.2). */
export const places: readonly Place[] = [
  place('chrome', 'chromium', '.config/google-chrome'),
  place('chrome', 'chromium', '.config/google-chrome-beta'),
  place('chrome', 'chromium', '.config/google-chrome-unstable'),
  place('chrome', 'chromium', '.var/app/com.google.Chrome/config/google-chrome'),
  place('chrome', 'chromium', '.var/app/com.google.ChromeDev/config/google-chrome-unstable'),
  place('edge', 'chromium', '.config/microsoft-edge'),
  place('edge', 'chromium', '.config/microsoft-edge-beta'),
  place('edge', 'chromium', '.config/microsoft-edge-dev'),
  place('edge', 'chromium', '.var/app/com.microsoft.Edge/config/microsoft-edge'),
  place('brave', 'chromium', '.config/BraveSoftware/Brave-Browser'),
  place('brave', 'chromium', '.config/BraveSoftware/Brave-Browser-Beta'),
  place('brave', 'chromium', '.config/BraveSoftware/Brave-Browser-Nightly'),
  place('brave', 'chromium', 'snap/brave/common/BraveSoftware/Brave-Browser'),
  place('brave', 'chromium', 'snap/brave/current/.config/BraveSoftware/Brave-Browser'),
  place('brave', 'chromium', '.var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser'),
  place('chromium', 'chromium', '.config/chromium'),
  place('chromium', 'chromium', 'snap/chromium/common/chromium'),
  place('chromium', 'chromium', 'snap/chromium/current/.config/chromium'),
  place('chromium', 'chromium', '.var/app/org.chromium.Chromium/config/chromium'),
  place('chromium', 'chromium', '.var/app/io.github.ungoogled_software.ungoogled_chromium/config/chromium'),
  place('firefox', 'firefox', '.mozilla/firefox'),
  place('firefox', 'firefox', '.config/mozilla/firefox'),
  place('firefox', 'firefox', 'snap/firefox/common/.mozilla/firefox'),
  place('firefox', 'firefox', 'snap/firefox/common/.config/mozilla/firefox'),
  place('firefox', 'firefox', '.var/app/org.mozilla.firefox/.mozilla/firefox'),
  place('firefox', 'firefox', '.var/app/org.mozilla.firefox/config/mozilla/firefox'),
];

/** What tells that accounts or homes came or went; a list is not kept for longer than that, for homes may lie elsewhere too. */
const ofAccounts = ['/etc/passwd', '/home'] as const;
const maxAgeMs = 10 * 60_000;

/** Who is signed in to the listed apps in the browsers of every person with a home (DEV2, DEV13). */
export function createAppsProbe(parts: AppsParts): Probe<Apps> {
  const { clock, settings, scratchBelow } = parts;
  const scratch = scratchBelow === undefined ? {} : { scratchBelow };
  const homes = createHomes(parts);
  const look = createBrowsersProbe({ clock, settings, homes, places, isLocked: isLockedHome, ...scratch });
  const asBefore = createSameValue<Apps>();
  return async (signal, how) => {
    const reading = await look(signal, how);
    return reading.state === 'known' ? known(asBefore(reading.value), reading.at) : reading;
  };
}

/** Every home on the device, kept for as long as nothing changed; undefined: they cannot be listed. */
export function createHomes({ clock, read, accounts }: Pick<AppsParts, 'clock' | 'read' | 'accounts'>) {
  let kept: { stamp: string; atMs: number; homes: Home[] } | undefined;
  return async (_signal: AbortSignal, disk: Disk): Promise<Home[] | undefined> => {
    const stamp = await stampOf(ofAccounts, disk).catch(() => undefined);
    const atMs = clock.now();
    const isFresh = kept !== undefined && atMs >= kept.atMs && atMs - kept.atMs < maxAgeMs;
    if (isFresh && kept?.stamp === stamp?.text) return kept?.homes;
    const found = await accounts();
    if (found === undefined) return undefined;
    const owners = homeOwners((await read('/etc/passwd')) ?? '');
    // Accounts of a domain are in no local list; their homes are called after them.
    const homes = found.map(({ home }) => ({ person: owners.get(home) ?? basename(home), path: home }));
    const isSettled = stamp !== undefined && atMs - stamp.changedMs > settledMs;
    kept = isSettled ? { stamp: stamp.text, atMs, homes } : undefined;
    return homes;
  };
}

/** Names of accounts by their homes, from the text of /etc/passwd. */
export function homeOwners(passwd: string): Map<string, string> {
  const owners = new Map<string, string>();
  for (const line of passwd.split(/\r?\n/)) {
    const [name, , , , , home] = line.split(':');
    if (name && home && !owners.has(home)) owners.set(home, name);
  }
  return owners;
}
