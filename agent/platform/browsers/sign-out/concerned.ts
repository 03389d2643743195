import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../../../shared/instant.ts';
import type { AppSignOut } from '../../actions.ts';
import { realDisk } from '../disk.ts';
import { createFolderNames } from '../folder-names.ts';
import { createKeptStores } from '../kept-stores.ts';
import { createKeptTables } from '../level/kept-tables.ts';
import { createLists } from '../lists.ts';
import { findPlace, type Place } from '../places.ts';
import type { Home } from '../round.ts';
import { createScratch } from '../scratch.ts';
import type { Profile, Tools } from '../store.ts';
import { isAbsence } from '../unreadable.ts';
import { createWanted, type Wanted } from '../wanted.ts';
import type { Installation } from './browser-processes.ts';

interface ConcernedParts {
  clock: Clock;
  places: readonly Place[];
  /** Folders have owners with numbers. */
  hasOwners: boolean;
  scratchBelow?: string | undefined;
}

/** What was found; `blocked`: somewhere it could not be looked for want of rights. */
export interface Concerned {
  /** Those with a profile that is concerned. */
  installations: readonly Installation[];
  /** Those of the same people without one. */
  others: readonly Installation[];
  blocked: boolean;
}

/**
 * Which browsers keep anything of these apps in any of their profiles, or cannot
 * be read: a store that cannot be read may keep it. Those that keep nothing are not
 * concerned, and stay open.
 */
export async function findConcerned(
  { apps, people }: AppSignOut,
  homes: readonly Home[],
  parts: ConcernedParts,
  signal: AbortSignal,
): Promise<Concerned> {
  const wanted = createWanted({ version: 1, apps: [...apps] });
  const search = createSearch(wanted, parts, signal);
  for (const home of homes) {
    const isMeant = people === undefined || (home.person !== null && people.includes(home.person));
    if (isMeant) for (const place of parts.places) await search.lookAt(home, place);
  }
  const found = [...search.found.values()];
  return {
    installations: found.filter(({ profiles }) => profiles.length > 0),
    others: found.filter(({ profiles }) => profiles.length === 0),
    blocked: search.isBlocked(),
  };
}

function createSearch(wanted: Wanted, { clock, hasOwners, scratchBelow }: ConcernedParts, signal: AbortSignal) {
  const names = createFolderNames(realDisk, clock);
  const scratch = createScratch(realDisk, scratchBelow);
  const tools: Tools = { disk: realDisk, names, scratch, tables: createKeptTables(), hosts: new Map() };
  const stores = createKeptStores(clock);
  const lists = createLists();
  const found = new Map<string, Installation & { profiles: string[] }>();
  let blocked = false;

  async function keepsSomething(profile: Profile): Promise<boolean> {
    for (const store of await profile.stores()) {
      const marks = await stores.ask(store, wanted, signal);
      if (marks?.trouble === 'blocked-by-permission') blocked = true;
      if (marks !== undefined && (marks.cookies.length > 0 || marks.storage.length > 0 || marks.trouble)) return true;
    }
    return false;
  }

  async function take(profile: Profile, of: Omit<Installation, 'folder' | 'profiles'>): Promise<void> {
    const folder = of.family === 'chromium' ? dirname(profile.folder) : profile.folder;
    const installation = found.get(folder) ?? { ...of, folder, profiles: [] };
    found.set(folder, installation);
    if (await keepsSomething(profile)) installation.profiles.push(profile.folder);
  }

  return {
    found,
    isBlocked: () => blocked,
    async lookAt({ person, path }: Home, place: Place): Promise<void> {
      const { browser, family } = place;
      try {
        const root = await findPlace(path, place, tools);
        if (root === undefined) return;
        const owner = hasOwners ? (await stat(path)).uid : undefined;
        for (const profile of await lists[family](root, wanted, tools)) {
          await take(profile, { browser, family, person, owner });
        }
      } catch (error) {
        // What cannot be listed is not cleared; the look afterwards says so.
        if (!isAbsence(error)) blocked = true;
      }
    },
  };
}
