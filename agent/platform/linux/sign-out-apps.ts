import type { Clock } from '../../../shared/instant.ts';
import type { Log } from '../../../shared/log.ts';
import type { Patience } from '../browsers/sign-out/closing.ts';
import { createSignOutApps as create } from '../browsers/sign-out/sign-out.ts';
import type { Account } from './accounts.ts';
import { createHomes, places } from './apps.ts';
import { createBrowserProcesses } from './browser-processes.ts';
import type { Files } from './files.ts';
import type { ReadText } from './proc.ts';

interface SignOutAppsParts {
  clock: Clock;
  log: Log;
  read: ReadText;
  /** undefined: the list of accounts cannot be read. */
  accounts: () => Promise<Account[] | undefined>;
  files: Pick<Files, 'text' | 'names' | 'link'>;
  /** The agent's own number of user. */
  ownUid: number | undefined;
  /** For tests. */
  scratchBelow?: string;
  patience?: Patience;
}

/** Signs people out of apps in the browsers that the probe looks into: of the system's packages, snaps and flatpaks. */
export function createSignOutApps({ clock, log, read, accounts, files, ownUid, ...tests }: SignOutAppsParts) {
  const kill = (pid: number, signal: NodeJS.Signals) => void process.kill(pid, signal);
  return create({
    ...{ clock, log, places, ...tests },
    homes: createHomes({ clock, read, accounts }),
    processes: createBrowserProcesses({ files, ownUid, kill }),
    anchored: true,
    hasOwners: true,
  });
}
