import { join } from 'node:path';
import { z } from 'zod';
import { keptByOrigin } from '../kept-by-origin.ts';
import type { Marks } from '../marks.ts';
import { databaseFiles, type Rows, stampOfDatabase, withDatabaseCopy } from '../sqlite-copy.ts';
import type { Store, Tools } from '../store.ts';
import { Unreadable } from '../unreadable.ts';
import { hostOfOrigin, type Wanted } from '../wanted.ts';

const keySchema = z.object({ key: z.string() });
const countSchema = z.object({ count: z.number() });

/** The storages of listed hosts in a profile's `storage/default`: a folder for an origin in each container it was used in. */
export async function firefoxStorages(folder: string, wanted: Wanted, tools: Tools): Promise<Store[]> {
  const names = (await tools.names.namesIn(folder)) ?? [];
  const stores: Store[] = [];
  for (const name of names) {
    const host = wanted.hostOf(hostOfFolder(name) ?? '');
    if (host === undefined) continue;
    stores.push(storageOf(join(folder, name, 'ls', 'data.sqlite'), host, tools));
    // Databases of the origin itself: each has a name that says nothing.
    stores.push(keptByOrigin(join(folder, name, 'idb'), () => host, tools));
  }
  return stores;
}

/**
 * The host in the name of a folder: "https+++app.famly.co", with a port
 * "https+++app.famly.co+8443", in a container "https+++app.famly.co^userContextId=2".
 */
export function hostOfFolder(name: string): string | undefined {
  const [, scheme, host, port] = /^(https?)\+\+\+([^+^]+)(?:\+(\d{1,5}))?(?:\^.*)?$/.exec(name) ?? [];
  return scheme === undefined ? undefined : hostOfOrigin(`${scheme}://${host}${port === undefined ? '' : `:${port}`}`);
}

function storageOf(path: string, host: string, { disk, scratch }: Tools): Store {
  return {
    id: path,
    stamp: () => stampOfDatabase(path, disk),
    read: async (wanted, signal) =>
      withDatabaseCopy(scratch, await databaseFiles(path, disk), signal, (rows) => readKeys(rows, host, wanted)),
  };
}

/** DANGER: values lie beside the keys; `value` is never named here. */
async function readKeys(rows: Rows, host: string, wanted: Wanted): Promise<Marks> {
  if (!(await rows.columns('data')).has('key')) throw new Unreadable('not-understood');
  const [all] = await rows.all(countSchema, 'select count(*) as count from data');
  if (all === undefined || all.count === 0) return { cookies: [], storage: [] };
  const found = await rows.all(
    keySchema,
    'select key from data where key in (select value from json_each(?))',
    JSON.stringify(wanted.keys),
  );
  return { cookies: [], storage: [{ host, keys: found.map(({ key }) => key), certain: true }] };
}
