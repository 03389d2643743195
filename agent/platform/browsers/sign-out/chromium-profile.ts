import { z } from 'zod';
import { hostOfDatabase } from '../chromium/profiles.ts';
import { originOfCache } from './cache-index.ts';
import { localStorageKeys, serviceWorkerKeys, sessionStorageKeys } from './chromium-keys.ts';
import { deleteRows } from './cookie-edit.ts';
import { editDatabase } from './database-edit.ts';
import type { Hosts } from './hosts.ts';
import { type ChooseKeys, editLevel } from './level-edit.ts';
import { type ClearParts, eachStep, inFolder, isThere } from './parts.ts';
import type { SafeFolder } from './safe-folder.ts';

const maxIndexBytes = 4 * 1024 * 1024;
const bucketSchema = z.object({ id: z.number(), key: z.string() });

/**
 * Takes out of a closed Chromium profile what it keeps of some hosts: cookies, local
 * and session storage, databases, service workers and their caches. Passwords,
 * history, open tabs and what other sites keep stay. Can be repeated.
 */
export async function clearChromiumProfile(profile: SafeFolder, { hosts, ...parts }: ClearParts): Promise<void> {
  const cookies = (folder: SafeFolder) =>
    editDatabase(
      folder,
      'Cookies',
      (rows) => deleteRows(rows, { table: 'cookies', column: 'host_key' }, hosts.isMeantCookie),
      parts,
    );
  await eachStep([
    () => cookies(profile),
    () => inFolder(profile, ['Network'], cookies),
    () => inFolder(profile, ['Local Storage'], (folder) => editOrRemove(folder, 'leveldb', localStorageKeys(hosts))),
    () => editOrRemove(profile, 'Session Storage', sessionStorageKeys(hosts)),
    () => inFolder(profile, ['IndexedDB'], (folder) => removeDatabases(folder, hosts)),
    () => inFolder(profile, ['WebStorage'], (folder) => removeBuckets(folder, { hosts, ...parts })),
    () => inFolder(profile, ['Service Worker'], (folder) => editOrRemove(folder, 'Database', serviceWorkerKeys(hosts))),
    () => inFolder(profile, ['Service Worker', 'CacheStorage'], (caches) => removeCaches(caches, hosts)),
  ]);
}

/**
 * A database that is damaged is removed as a whole, as the browser itself does with
 * one that it cannot open: other sites' data in it is lost, and nobody stays signed in by it.
 */
async function editOrRemove(folder: SafeFolder, name: string, choose: ChooseKeys): Promise<void> {
  let isEdited = true;
  await inFolder(folder, [name], async (level) => {
    isEdited = (await level.names()).length === 0 || (await editLevel(level, choose));
  });
  if (!isEdited) await folder.remove(name);
}

async function removeDatabases(folder: SafeFolder, hosts: Hosts): Promise<void> {
  for (const name of await folder.names()) {
    const host = hostOfDatabase(name);
    if (host !== undefined && hosts.isMeant(host)) await folder.remove(name);
  }
}

/** Caches of a site lie in a folder whose name says nothing; the index in it says whose it is. */
async function removeCaches(folder: SafeFolder, hosts: Hosts): Promise<void> {
  for (const name of await folder.names()) {
    let isMeant = false;
    await inFolder(folder, [name], async (cache) => {
      if (!(await isThere(cache, 'index.txt'))) return;
      const origin = originOfCache(await cache.read('index.txt', maxIndexBytes));
      isMeant = origin !== undefined && hosts.isMeantOrigin(origin);
    });
    if (isMeant) await folder.remove(name);
  }
}

/** Newer Chromiums keep some sites' storages in numbered folders, and whose they are in a database beside them. */
async function removeBuckets(folder: SafeFolder, { hosts, ...parts }: ClearParts): Promise<void> {
  if (!(await isThere(folder, 'QuotaManager'))) return;
  const meant: string[] = [];
  await editDatabase(
    folder,
    'QuotaManager',
    async (rows) => {
      const columns = await rows.columns('buckets');
      if (!columns.has('storage_key') || !columns.has('id')) return;
      const found = await rows.all(bucketSchema, 'select id, storage_key as key from buckets');
      meant.push(...found.filter(({ key }) => hosts.isMeantOrigin(key)).map(({ id }) => String(id)));
    },
    parts,
  );
  for (const name of await folder.names()) if (meant.includes(name)) await folder.remove(name);
}
