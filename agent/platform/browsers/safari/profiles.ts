import { join } from 'node:path';
import { failedStore, filledFolder } from '../filled-folder.ts';
import { inTurn } from '../folder-order.ts';
import type { ListProfiles, Profile, Store, Tools } from '../store.ts';
import { isAbsence, Unreadable } from '../unreadable.ts';
import type { Wanted } from '../wanted.ts';
import { safariCookies } from './cookies.ts';
import { olderStorages, webkitStorages } from './local-storage.ts';

const container = ['Containers', 'com.apple.Safari'] as const;

/**
 * Safari, below a person's `Library` (platforms.md section 3.3; the places of
 * storages and of profiles are general knowledge, not proven on a Mac). Without
 * Full Disk Access macOS refuses the container, or shows it empty: both are `blocked-by-permission`.
 */
export const listSafariProfiles: ListProfiles = async (library, wanted, tools) => {
  const { names } = tools;
  const older = [join(library, 'Cookies', 'Cookies.binarycookies')];
  const outer = join(library, ...container);
  if ((await names.namesIn(outer)) === undefined) {
    return (await names.namesIn(join(library, 'Safari'))) === undefined
      ? []
      : [first(library, undefined, older, wanted, tools)];
  }
  const data = join(outer, 'Data', 'Library');
  const inside = await names.namesIn(data);
  if (inside === undefined || inside.length === 0) throw new Unreadable('blocked-by-permission');
  const stores = join(data, 'WebKit', 'WebsiteDataStore');
  const others = inTurn((await names.namesIn(stores)) ?? []).map((name) => further(join(stores, name), wanted, tools));
  return [first(library, data, older, wanted, tools), ...others];
};

/** The profile that every Safari has. */
function first(
  library: string,
  data: string | undefined,
  older: readonly string[],
  wanted: Wanted,
  tools: Tools,
): Profile {
  const olderFolders = [join(library, 'Safari', 'LocalStorage')];
  const webkit = data === undefined ? undefined : join(data, 'WebKit', 'WebsiteData');
  if (webkit !== undefined) olderFolders.push(join(webkit, 'LocalStorage'));
  return profileOf(data ?? library, async () => {
    const stores = older.map((path) => safariCookies(path, tools));
    if (data !== undefined) stores.push(...cookiesIn(join(data, 'Cookies'), tools));
    if (webkit !== undefined) {
      stores.push(...(await orTrouble(webkit, () => webkitStorages(join(webkit, 'Default'), wanted, tools))));
    }
    for (const folder of olderFolders) {
      stores.push(...(await orTrouble(folder, () => olderStorages(folder, wanted, tools))));
    }
    return stores;
  });
}

/** A profile that a person made in Safari 17 or later. */
function further(folder: string, wanted: Wanted, tools: Tools): Profile {
  return profileOf(folder, async () => [
    filledFolder(folder, tools),
    ...cookiesIn(join(folder, 'Cookies'), tools),
    ...(await orTrouble(folder, () => webkitStorages(join(folder, 'Origins'), wanted, tools))),
  ]);
}

function cookiesIn(folder: string, tools: Tools): Store[] {
  return [filledFolder(folder, tools), safariCookies(join(folder, 'Cookies.binarycookies'), tools)];
}

/** What ends with the browser is not kept on disk. */
function profileOf(folder: string, stores: () => Promise<Store[]>): Profile {
  return { folder, stores, sessionLife: async () => 'ended' };
}

/** Storages that cannot be listed cost these, and not the cookies. */
async function orTrouble(id: string, list: () => Promise<Store[]>): Promise<Store[]> {
  try {
    return await list();
  } catch (error) {
    return isAbsence(error) ? [] : [failedStore(id, error)];
  }
}
