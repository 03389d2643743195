import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import type { Apps } from '../../../shared/report/apps.ts';
import { type Place, place } from '../browsers/places.ts';
import { createBrowsersProbe } from '../browsers/probe.ts';
import type { Home } from '../browsers/round.ts';
import type { Probe } from '../platform.ts';

interface AppsParts {
  clock: Clock;
  settings: () => DeviceSettings;
  /** The folder of people's homes; another one for tests. */
  usersFolder?: string;
  scratchBelow?: string;
}

/** Nobody's home. */
const notPeoples = ['Shared', 'Deleted Users'];

/** Below a person's home (platforms.md sections 3.2 and 3.3). Not proven on a Mac. */
export const places: readonly Place[] = [
  place('chrome', 'chromium', 'Library/Application Support/Google/Chrome'),
  place('chrome', 'chromium', 'Library/Application Support/Google/Chrome Beta'),
  place('chrome', 'chromium', 'Library/Application Support/Google/Chrome Dev'),
  place('chrome', 'chromium', 'Library/Application Support/Google/Chrome Canary'),
  place('edge', 'chromium', 'Library/Application Support/Microsoft Edge'),
  place('edge', 'chromium', 'Library/Application Support/Microsoft Edge Beta'),
  place('edge', 'chromium', 'Library/Application Support/Microsoft Edge Dev'),
  place('brave', 'chromium', 'Library/Application Support/BraveSoftware/Brave-Browser'),
  place('brave', 'chromium', 'Library/Application Support/BraveSoftware/Brave-Browser-Beta'),
  place('chromium', 'chromium', 'Library/Application Support/Chromium'),
  place('firefox', 'firefox', 'Library/Application Support/Firefox'),
  place('safari', 'safari', 'Library'),
];

/** Who is signed in to the listed apps in the browsers of every person with a home (DEV2, DEV13). */
export function createAppsProbe({ clock, settings, usersFolder = '/Users', scratchBelow }: AppsParts): Probe<Apps> {
  const homes = () => listHomes(usersFolder);
  return createBrowsersProbe({ clock, settings, homes, places, ...(scratchBelow !== undefined && { scratchBelow }) });
}

/** Every home on the device; undefined: they cannot be listed. */
export async function listHomes(usersFolder: string): Promise<Home[] | undefined> {
  const entries = await readdir(usersFolder, { withFileTypes: true }).catch(() => undefined);
  // A home on another disk is a link.
  const folders = entries?.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  const people = folders?.filter((name) => !name.startsWith('.') && !notPeoples.includes(name)).sort();
  return people?.map((person) => ({ person, path: join(usersFolder, person) }));
}
