import type { Browser } from '../../../../shared/report/apps.ts';
import type { Family } from '../places.ts';

/** One browser of one person: all the profiles that one process may hold. */
export interface Installation {
  browser: Browser;
  family: Family;
  /** The name of its owner's account; null: not known. */
  person: string | null;
  /** The owner's number; undefined: the system keeps no such numbers. */
  owner: number | undefined;
  /** What is locked as one: the folder of all profiles of a Chromium, the one profile of a Firefox. */
  folder: string;
  /** The profiles in it that are concerned. */
  profiles: readonly string[];
}

/** A process of a browser, named so that no later one with the same number is meant. */
export interface BrowserProcess {
  pid: number;
  /** When it began, in whatever the system counts. */
  began: string;
  /** It is the one that is asked to close; the others end with it. */
  isMain: boolean;
}

/** Who holds an installation's profiles. */
export interface Holders {
  /** Processes of its owner's browser. */
  browser: readonly BrowserProcess[];
  /** How many others hold it that are no browser of its owner: they are left alone. */
  others: number;
}

/** How one system finds and ends browsers. Nothing here ends a process that is no browser of the installation's owner. */
export interface BrowserProcesses {
  /** undefined: it cannot be told. */
  holders(installation: Installation, signal: AbortSignal): Promise<Holders | undefined>;
  /** As if a person closed it. */
  askToClose(processes: readonly BrowserProcess[], installation: Installation): Promise<void>;
  /** At once. */
  end(processes: readonly BrowserProcess[]): Promise<void>;
}
