import type { Clock } from '../../../shared/instant.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import type { Apps } from '../../../shared/report/apps.ts';
import { type Place, place } from '../browsers/places.ts';
import { createBrowsersProbe } from '../browsers/probe.ts';
import type { Probe } from '../platform.ts';
import { createPeopleFolders } from './people-folders.ts';
import type { PowerShell } from './powershell.ts';

interface AppsParts {
  clock: Clock;
  settings: () => DeviceSettings;
  powershell: PowerShell;
  /** The folder in which Windows makes the folders of people. */
  usersFolder: string;
  /** For tests: where copies are made. */
  scratchBelow?: string;
}

/** Below a person's folder (platforms.md sections 3.2 and 3.3); the last ones are of the Microsoft Store. */
export const places: readonly Place[] = [
  place('chrome', 'chromium', 'AppData/Local/Google/Chrome/User Data'),
  place('chrome', 'chromium', 'AppData/Local/Google/Chrome Beta/User Data'),
  place('chrome', 'chromium', 'AppData/Local/Google/Chrome Dev/User Data'),
  place('chrome', 'chromium', 'AppData/Local/Google/Chrome SxS/User Data'),
  place('edge', 'chromium', 'AppData/Local/Microsoft/Edge/User Data'),
  place('edge', 'chromium', 'AppData/Local/Microsoft/Edge Beta/User Data'),
  place('edge', 'chromium', 'AppData/Local/Microsoft/Edge Dev/User Data'),
  place('edge', 'chromium', 'AppData/Local/Microsoft/Edge SxS/User Data'),
  place('brave', 'chromium', 'AppData/Local/BraveSoftware/Brave-Browser/User Data'),
  place('brave', 'chromium', 'AppData/Local/BraveSoftware/Brave-Browser-Beta/User Data'),
  place('chromium', 'chromium', 'AppData/Local/Chromium/User Data'),
  place('firefox', 'firefox', 'AppData/Roaming/Mozilla/Firefox'),
  place(
    'firefox',
    'firefox',
    'AppData/Local/Packages/Mozilla.Firefox_n80bbvh6b1yt2/LocalCache/Roaming/Mozilla/Firefox',
  ),
];

/**
 * Who is signed in to the listed apps in the browsers of every person with a
 * folder (DEV2, DEV13). Chrome opens its cookies for itself alone: while it runs
 * they are `in-use`, and nothing is called signed out.
 */
export function createAppsProbe({ clock, settings, powershell, usersFolder, scratchBelow }: AppsParts): Probe<Apps> {
  const homes = createPeopleFolders({ powershell, clock, usersFolder });
  return createBrowsersProbe({ clock, settings, homes, places, ...(scratchBelow !== undefined && { scratchBelow }) });
}
