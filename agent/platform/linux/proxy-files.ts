import { join } from 'node:path';
import { meaning, noWays, type Ways } from '../filter/bypasses.ts';
import { createKeptFile, createKeptList, type Found, filesIn } from '../filter/kept-file.ts';
import { namesProxy, parseKioslaverc } from '../filter/proxy-text.ts';
import { shellFiles, systemProxyPlaces } from './filter-places.ts';
import { parseGvdb } from './gvdb.ts';

/** Proxies that the system, a person's start-up files or a desktop name for all programs. */
export function createProxyFiles(root: string): (homes: readonly string[]) => Promise<Ways> {
  const list = createKeptList();
  const environment = createKeptFile(namesProxy);
  const kde = createKeptFile(parseKioslaverc);
  const gnome = createKeptFile(gnomeUsesProxy);

  /** The files of a folder that set the environment, each looked at. */
  async function environmentIn(folder: string, ending: string): Promise<Found<boolean>[]> {
    const files = await filesIn(list, folder, ending);
    return files.kind === 'there' ? Promise.all(files.value.map(environment)) : [files];
  }

  async function gnomeForAll(): Promise<Found<boolean>[]> {
    const files = await filesIn(list, join(root, systemProxyPlaces.databases), '');
    if (files.kind !== 'there') return [files];
    // Beside each database lies the folder it was made from.
    return Promise.all(files.value.filter((file) => !file.endsWith('.d')).map(gnome));
  }

  async function ofHome(home: string): Promise<Found<boolean>[]> {
    return [
      ...(await Promise.all(shellFiles.map((file) => environment(join(home, file))))),
      ...(await environmentIn(join(home, '.config/environment.d'), '.conf')),
      await kde(join(home, '.config/kioslaverc')),
      await gnome(join(home, '.config/dconf/user')),
    ];
  }

  return async (homes) => {
    const system = [
      environment(join(root, systemProxyPlaces.file)).then((found) => [found]),
      ...systemProxyPlaces.folders.map(([folder, ending]) => environmentIn(join(root, folder), ending)),
      gnomeForAll(),
    ];
    const ways = noWays();
    for (const found of (await Promise.all([...system, ...homes.map(ofHome)])).flat())
      if (meaning(ways, ['proxy'], found) === true) ways.found.add('proxy');
    return ways;
  };
}

/** GNOME's own setting, in a database of dconf: unset is none. undefined: not understood. */
function gnomeUsesProxy(bytes: Buffer): boolean | undefined {
  const database = parseGvdb(bytes);
  const mode = database?.values.get('/system/proxy/mode');
  return database === undefined ? undefined : mode === 'manual' || mode === 'auto';
}
