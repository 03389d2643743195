import { isAbsolute, join, normalize } from 'node:path';
import { failedStore, filledFolder } from '../filled-folder.ts';
import { contentOf } from '../folder-content.ts';
import { inTurn } from '../folder-order.ts';
import type { ListProfiles, Profile, Store, Tools } from '../store.ts';
import { isAbsence, Unreadable } from '../unreadable.ts';
import type { Wanted } from '../wanted.ts';
import { firefoxCookies } from './cookies.ts';
import { firefoxStorages } from './local-storage.ts';
import { parseProfilesIni } from './profiles-ini.ts';
import { firefoxSessionCookies, firefoxSessionLife } from './session-cookies.ts';

/** What makes a folder a profile. */
const signs = ['cookies.sqlite', 'storage', 'prefs.js', 'places.sqlite'];
const maxIniBytes = 1024 * 1024;

/**
 * Every profile of a Firefox (platforms.md section 3.3): folders beside
 * `profiles.ini` (Linux) or in `Profiles` (Windows, macOS), and those that the
 * file names elsewhere.
 */
export const listFirefoxProfiles: ListProfiles = async (root, wanted, tools) => {
  const names = await tools.names.namesIn(root);
  if (names === undefined) return [];
  if (names.length === 0) throw new Unreadable('blocked-by-permission');
  const folders = new Set(names.map((name) => join(root, name)));
  const gathered = join(root, 'Profiles');
  for (const name of (await tools.names.namesIn(gathered)) ?? []) folders.add(join(gathered, name));
  const named = names.includes('profiles.ini') ? await namedFolders(root, tools) : [];
  const profiles: Profile[] = [];
  for (const folder of new Set([...inTurn([...folders]), ...named])) {
    const inside = await contentOf(folder, tools);
    if (inside === 'hidden' || signs.some((sign) => inside?.includes(sign))) {
      profiles.push(profileIn(folder, inside ?? [], wanted, tools));
    }
  }
  return profiles;
};

/** The folders that `profiles.ini` names. A file that cannot be read may name any: then the profiles cannot be listed. */
async function namedFolders(root: string, { disk }: Tools): Promise<string[]> {
  const text = (await disk.read(join(root, 'profiles.ini'), maxIniBytes)).toString();
  return parseProfilesIni(text)
    .filter(({ path, isRelative }) => isRelative || isAbsolute(path))
    .map(({ path, isRelative }) => normalize(isRelative ? join(root, path) : path).replace(/[/\\]+$/, ''));
}

function profileIn(folder: string, inside: readonly string[] | 'hidden', wanted: Wanted, tools: Tools): Profile {
  return {
    folder,
    async stores() {
      if (inside === 'hidden') return [failedStore(folder, new Unreadable('blocked-by-permission'))];
      const stores: Store[] = [];
      if (inside.includes('cookies.sqlite')) stores.push(firefoxCookies(join(folder, 'cookies.sqlite'), tools));
      stores.push(await firefoxSessionCookies(folder, tools));
      if (!inside.includes('storage')) return stores;
      const storage = join(folder, 'storage');
      stores.push(filledFolder(storage, tools));
      return [...stores, ...(await storagesOrTrouble(join(storage, 'default'), wanted, tools))];
    },
    sessionLife: () => firefoxSessionLife(folder, tools.disk),
  };
}

/** Folders of origins that cannot be listed cost these, and not the cookies. */
async function storagesOrTrouble(folder: string, wanted: Wanted, tools: Tools): Promise<Store[]> {
  try {
    return await firefoxStorages(folder, wanted, tools);
  } catch (error) {
    return isAbsence(error) ? [] : [failedStore(folder, error)];
  }
}
