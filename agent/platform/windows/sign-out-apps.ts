import type { Clock } from '../../../shared/instant.ts';
import type { Log } from '../../../shared/log.ts';
import { createSignOutApps as create } from '../browsers/sign-out/sign-out.ts';
import type { Exec } from '../exec.ts';
import { places } from './apps.ts';
import { createBrowserProcesses } from './browser-processes.ts';
import { createPeopleFolders } from './people-folders.ts';
import type { PowerShell } from './powershell.ts';

interface SignOutAppsParts {
  clock: Clock;
  log: Log;
  exec: Exec;
  powershell: PowerShell;
  /** The folder in which Windows makes the folders of people. */
  usersFolder: string;
}

/** PowerShell answers each look: they are further apart than elsewhere. */
const patience = { politeMs: 10_000, endMs: 5_000, stepMs: 500 };

/** Signs people out of apps in the browsers that the probe looks into. The files are those of other systems; the rest was never tried on Windows by us. */
export function createSignOutApps({ clock, log, exec, powershell, usersFolder }: SignOutAppsParts) {
  return create({
    ...{ clock, log, places, patience },
    homes: createPeopleFolders({ powershell, clock, usersFolder }),
    processes: createBrowserProcesses({ exec, powershell }),
    anchored: false,
    hasOwners: false,
  });
}
