import { join } from 'node:path';
import { z } from 'zod';
import type { Marks, StorageMark } from '../marks.ts';
import { databaseFiles, type Rows, stampOfDatabase, withDatabaseCopy } from '../sqlite-copy.ts';
import type { Store, Tools } from '../store.ts';
import { isAbsence, Unreadable } from '../unreadable.ts';
import { hostOfOrigin, type Wanted } from '../wanted.ts';
import { hostOfWebkitOrigin } from './webkit-origin.ts';

const keySchema = z.object({ key: z.string() });
const countSchema = z.object({ count: z.number() });
const maxOriginBytes = 64 * 1024;

/**
 * The storages of listed hosts below WebKit's folder of origins: `PAGE/OWN/LocalStorage`,
 * with names that tell nothing and a file `origin` beside it. Where that file is
 * not understood the storage is looked through all the same, and what is found by
 * name alone is *possible*.
 */
export async function webkitStorages(folder: string, wanted: Wanted, tools: Tools): Promise<Store[]> {
  const stores: Store[] = [];
  for (const page of (await tools.names.namesIn(folder)) ?? []) {
    for (const own of (await tools.names.namesIn(join(folder, page))) ?? []) {
      const origin = join(folder, page, own);
      const host = await hostOf(join(origin, 'origin'), tools);
      const listed = host === undefined ? undefined : wanted.hostOf(host);
      const database = join(origin, 'LocalStorage', 'localstorage.sqlite3');
      if (host === undefined || listed !== undefined) stores.push(storageOf(database, listed, tools));
    }
  }
  return stores;
}

/** Older Safaris: one file an origin, named after it: "https_app.famly.co_0.localstorage". */
export async function olderStorages(folder: string, wanted: Wanted, tools: Tools): Promise<Store[]> {
  const names = (await tools.names.namesIn(folder)) ?? [];
  return names.flatMap((name) => {
    const [, scheme, host] = /^(https?)_([^_]+)_\d{1,5}\.localstorage$/.exec(name) ?? [];
    const listed = wanted.hostOf(hostOfOrigin(`${scheme}://${host}`) ?? '');
    return listed === undefined ? [] : [storageOf(join(folder, name), listed, tools)];
  });
}

async function hostOf(path: string, { disk, hosts }: Tools): Promise<string | undefined> {
  const told = hosts.get(path);
  if (told !== undefined) return told;
  try {
    const host = hostOfWebkitOrigin(await disk.read(path, maxOriginBytes));
    if (host !== undefined) hosts.set(path, host);
    return host;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function storageOf(path: string, host: string | undefined, { disk, scratch }: Tools): Store {
  return {
    id: path,
    stamp: () => stampOfDatabase(path, disk),
    read: async (wanted, signal) =>
      withDatabaseCopy(scratch, await databaseFiles(path, disk), signal, (rows) => readKeys(rows, host, wanted)),
  };
}

/** DANGER: values lie beside the keys; `value` is never named here. */
async function readKeys(rows: Rows, host: string | undefined, wanted: Wanted): Promise<Marks> {
  if (!(await rows.columns('ItemTable')).has('key')) throw new Unreadable('not-understood');
  const found = await rows.all(
    keySchema,
    'select key from ItemTable where key in (select value from json_each(?))',
    JSON.stringify(wanted.keys),
  );
  const keys = found.map(({ key }) => key);
  if (host === undefined) return { cookies: [], storage: ofAnyone(keys, wanted) };
  const [all] = await rows.all(countSchema, 'select count(*) as count from ItemTable');
  return { cookies: [], storage: all === undefined || all.count === 0 ? [] : [{ host, keys, certain: true }] };
}

/** Keys whose origin is not known may be of every app that has one of that name. */
function ofAnyone(keys: readonly string[], wanted: Wanted): StorageMark[] {
  return wanted.apps
    .filter(({ localStorage }) => localStorage.some((key) => keys.includes(key)))
    .flatMap(({ hosts: [host] }) => (host === undefined ? [] : [{ host, keys, certain: false }]));
}
