import { type Clock, instant } from '../../../shared/instant.ts';
import { accountNameSchema } from '../../../shared/names.ts';
import type { AppList } from '../../../shared/policy/app-list.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Apps } from '../../../shared/report/apps.ts';
import type { Probe } from '../platform.ts';
import { toApps } from './answer.ts';
import { type Disk, realDisk } from './disk.ts';
import { createFolderNames } from './folder-names.ts';
import { createKeptStores } from './kept-stores.ts';
import { createKeptTables } from './level/kept-tables.ts';
import { createLists } from './lists.ts';
import { quickWhereLocal } from './local-disk.ts';
import type { Place } from './places.ts';
import { createRound, firstFolders, type Home } from './round.ts';
import { createScratch } from './scratch.ts';
import type { Tools } from './store.ts';
import { createWanted, type Wanted } from './wanted.ts';

export interface BrowsersParts {
  clock: Clock;
  /** Its list of apps counts as it stands at the moment of asking. */
  settings: () => DeviceSettings;
  /** Every home on the device; undefined: they cannot be listed. */
  homes: (signal: AbortSignal, disk: Disk) => Promise<readonly Home[] | undefined>;
  /** Where browsers keep their profiles on this system. */
  places: readonly Place[];
  /** Whether a home is encrypted and not open, by the names in it. */
  isLocked?: (names: readonly string[]) => boolean;
  /** For tests: another disk, and another folder for copies. */
  disk?: Disk;
  scratchBelow?: string;
}

/**
 * Who is signed in to the listed apps in the browsers of a computer (DEV2,
 * DEV13): every profile of every browser of every person. A store that did not
 * change is not read again, only asked how it looks; none is believed unread for
 * longer than an hour.
 */
export function createBrowsersProbe(parts: BrowsersParts): Probe<Apps> {
  const { clock, settings, homes, places, isLocked = () => false, scratchBelow } = parts;
  const disk = parts.disk ?? quickWhereLocal(realDisk);
  const names = createFolderNames(disk, clock);
  const scratch = createScratch(disk, scratchBelow);
  const tools: Tools = { disk, names, scratch, tables: createKeptTables(), hosts: new Map() };
  const stores = createKeptStores(clock);
  const lists = createLists();
  const firsts = firstFolders(places);
  const nameOf = createAccountNames();
  let wanted: { of: AppList; wanted: Wanted } | undefined;
  return async (signal) => {
    const list = settings().apps;
    if (wanted?.of !== list) wanted = { of: list, wanted: createWanted(list) };
    const people = await homes(signal, disk);
    const at = instant(clock.now());
    if (people === undefined) return unknown('blocked-by-permission', at, 'home-folders');
    const round = createRound({
      tools,
      stores,
      lists,
      places,
      firsts,
      isLocked,
      nameOf,
      ...wanted,
      nowMs: clock.now(),
      signal,
    });
    for (const home of people) await round.lookIn(home);
    names.endRound();
    stores.endRound();
    return known(toApps(list, round.findings), at);
  };
}

/** Names of accounts as they may be reported, each made out once: to check one costs as much as to look at a folder. */
function createAccountNames(): (account: string) => string | null {
  const known = new Map<string, string | null>();
  return (account) => {
    const before = known.get(account);
    if (before !== undefined) return before;
    const name = accountNameSchema.safeParse(account).data ?? null;
    if (known.size >= mostNames) known.clear();
    known.set(account, name);
    return name;
  };
}

const mostNames = 200;
