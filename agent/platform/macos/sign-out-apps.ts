import type { Clock } from '../../../shared/instant.ts';
import type { Log } from '../../../shared/log.ts';
import { createSignOutApps as create } from '../browsers/sign-out/sign-out.ts';
import type { Exec } from '../exec.ts';
import { listHomes, places } from './apps.ts';
import { createBrowserProcesses } from './browser-processes.ts';

interface SignOutAppsParts {
  clock: Clock;
  log: Log;
  exec: Exec;
  isAdministrator: boolean;
  /** The folder of people's homes; another one for tests. */
  usersFolder?: string;
}

/** Three tools answer each look: they are further apart than on Linux. */
const patience = { politeMs: 10_000, endMs: 5_000, stepMs: 500 };

/** Signs people out of apps in the browsers that the probe looks into; of Safari it is refused. Never tried on a Mac by us. */
export function createSignOutApps({ clock, log, exec, isAdministrator, usersFolder = '/Users' }: SignOutAppsParts) {
  const kill = (pid: number, signal: NodeJS.Signals) => void process.kill(pid, signal);
  return create({
    ...{ clock, log, places, patience },
    homes: () => listHomes(usersFolder),
    processes: createBrowserProcesses({ exec, isAdministrator, kill }),
    anchored: false,
    hasOwners: true,
  });
}
