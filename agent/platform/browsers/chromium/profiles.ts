import { join } from 'node:path';
import { failedStore, filledFolder } from '../filled-folder.ts';
import { contentOf, leadsNowhere } from '../folder-content.ts';
import { inTurn } from '../folder-order.ts';
import { keptByOrigin } from '../kept-by-origin.ts';
import type { ListProfiles, Profile, Store, Tools } from '../store.ts';
import { Unreadable } from '../unreadable.ts';
import { chromiumCookies } from './cookies.ts';
import { chromiumLocalStorage } from './local-storage.ts';
import { createSessionLife } from './session-life.ts';

/** Nobody signs in to an app in these: the one forgets everything at its end, the other is the browser's own. */
const notPeoples = ['Guest Profile', 'System Profile'];
/** Chromium's own folders, which are a profile whatever is in them. */
const ofProfiles = /^(Default|Profile \d{1,4})$/;
/** What makes a folder of any other name a profile. */
const signs = ['Preferences', 'Cookies', 'Network', 'Local Storage'];

/**
 * Every profile in the folder of a Chrome, Edge, Brave or Chromium (platforms.md
 * section 3.2). Folders of other names are looked into only when the list of
 * names changed: there are dozens, and almost never is one of them a profile.
 */
export function createListChromiumProfiles(): ListProfiles {
  const kept = new WeakMap<readonly string[], string[]>();
  const askSessionLife = createSessionLife();
  return async (root, _wanted, tools) => {
    const names = await tools.names.namesIn(root);
    if (names === undefined) return [];
    if (names.length === 0) throw new Unreadable('blocked-by-permission');
    const folders = kept.get(names) ?? (await profileFolders(root, names, tools));
    kept.set(names, folders);
    const profiles: Profile[] = [];
    for (const name of folders) {
      const folder = join(root, name);
      const inside = await contentOf(folder, tools);
      if (inside === undefined) continue;
      const sessionLife = () => askSessionLife(join(folder, 'Preferences'), names, tools.disk);
      const stores = storesIn(folder, inside, tools);
      profiles.push({ folder, stores: async () => stores, sessionLife });
    }
    return profiles;
  };
}

async function profileFolders(root: string, names: readonly string[], tools: Tools): Promise<string[]> {
  const found: string[] = [];
  for (const name of inTurn(names).filter((each) => !notPeoples.includes(each))) {
    if (ofProfiles.test(name) || (await looksLikeProfile(join(root, name), tools))) found.push(name);
  }
  return found;
}

/** The browser's locks are links to nowhere, so a link of any other name that leads nowhere is not taken for a profile. */
async function looksLikeProfile(folder: string, tools: Tools): Promise<boolean> {
  const inside = await contentOf(folder, tools);
  return inside === 'hidden' ? !(await leadsNowhere(folder, tools)) : signs.some((sign) => inside?.includes(sign));
}

function storesIn(folder: string, inside: readonly string[] | 'hidden', tools: Tools): Store[] {
  if (inside === 'hidden') return [failedStore(folder, new Unreadable('blocked-by-permission'))];
  const { disk, scratch } = tools;
  const stores: Store[] = [];
  if (inside.length === 0) stores.push(filledFolder(folder, tools));
  if (inside.includes('Cookies')) stores.push(chromiumCookies(join(folder, 'Cookies'), disk, scratch));
  if (inside.includes('Network')) {
    stores.push(filledFolder(join(folder, 'Network'), tools));
    stores.push(chromiumCookies(join(folder, 'Network', 'Cookies'), disk, scratch));
  }
  if (inside.includes('Local Storage')) {
    stores.push(storageFolder(join(folder, 'Local Storage'), tools));
    stores.push(chromiumLocalStorage(join(folder, 'Local Storage', 'leveldb'), tools));
  }
  if (inside.includes('IndexedDB')) stores.push(keptByOrigin(join(folder, 'IndexedDB'), hostOfDatabase, tools));
  return stores;
}

/**
 * "https_app.example_0.indexeddb.leveldb", with the port where it is not the usual one;
 * without any ending where Chromium keeps new databases in SQLite (149 and later).
 */
export function hostOfDatabase(name: string): string | undefined {
  return /^https?_([^_]+)_\d{1,5}(?:\.indexeddb\.|$)/.exec(name)?.[1];
}

/**
 * The folder around the database. A Chromium that keeps its local storage in
 * another way than is known here would leave the database behind, old or empty:
 * whatever else lies here is not understood. Before 2017 it was a file an origin.
 */
function storageFolder(folder: string, tools: Tools): Store {
  const { names } = tools;
  return {
    ...filledFolder(folder, tools),
    async stamp() {
      const inside = (await names.namesIn(folder)) ?? [];
      if (inside.length === 0) throw new Unreadable('blocked-by-permission');
      const known = inside.every((name) => name === 'leveldb' || /\.localstorage(-journal)?$/.test(name));
      if (!known) throw new Unreadable('not-understood');
      return undefined;
    },
  };
}
