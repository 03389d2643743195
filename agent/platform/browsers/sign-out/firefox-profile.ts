import { hostOfFolder } from '../firefox/local-storage.ts';
import { deleteRows, type RowChoice } from './cookie-edit.ts';
import { editDatabase } from './database-edit.ts';
import type { Hosts } from './hosts.ts';
import { type ClearParts, eachStep, inFolder, isThere } from './parts.ts';
import type { SafeFolder } from './safe-folder.ts';
import { editSession } from './session-edit.ts';

/** In each a folder for every origin, in every container. */
const repositories = ['default', 'temporary', 'permanent', 'private'];
const maxSessionBytes = 64 * 1024 * 1024;
const isSession = (name: string) => /\.(jsonlz4|baklz4)(-.*)?$/.test(name);

/**
 * Takes out of a closed Firefox profile what it keeps of some hosts: cookies, in
 * every container and in the sessions it may go on from, and the storages of their
 * origins. Passwords, history, open tabs and what other sites keep stay. Can be repeated.
 */
export async function clearFirefoxProfile(profile: SafeFolder, { hosts, ...parts }: ClearParts): Promise<void> {
  const edit = (folder: SafeFolder, file: string, choice: RowChoice, isMeant: (text: string) => boolean) =>
    editDatabase(folder, file, (rows) => deleteRows(rows, choice, isMeant), parts);
  const older = { table: 'webappsstore2', column: 'originKey', mayLack: true };
  const isMeantKey = (key: string) => hosts.isMeant(hostOfReversed(key) ?? '');
  const remembered = { table: 'origin', column: 'origin', mayLack: true };
  const backups = async (folder: SafeFolder) => editSessions(folder, (await folder.names()).filter(isSession), hosts);
  await eachStep([
    () => edit(profile, 'cookies.sqlite', { table: 'moz_cookies', column: 'host' }, hosts.isMeantCookie),
    () => edit(profile, 'webappsstore.sqlite', older, isMeantKey),
    ...repositories.map(
      (name) => () => inFolder(profile, ['storage', name], (origins) => removeOrigins(origins, hosts)),
    ),
    () => inFolder(profile, ['storage'], (storage) => edit(storage, 'ls-archive.sqlite', older, isMeantKey)),
    () => inFolder(profile, ['storage'], removeRubbish),
    // What Firefox remembers of the folders that are gone now.
    () => edit(profile, 'storage.sqlite', remembered, hosts.isMeantOrigin),
    () => editSessions(profile, ['sessionstore.jsonlz4'], hosts),
    () => inFolder(profile, ['sessionstore-backups'], backups),
  ]);
}

/** What Firefox itself took out of use and would remove at its leisure; whose it was is told nowhere any more. */
async function removeRubbish(storage: SafeFolder): Promise<void> {
  await storage.remove('to-be-removed');
}

async function removeOrigins(folder: SafeFolder, hosts: Hosts): Promise<void> {
  for (const name of await folder.names()) {
    const host = hostOfFolder(name);
    if (host !== undefined && hosts.isMeant(host)) await folder.remove(name);
  }
}

/** A session that is not understood goes: Firefox could not go on from it either, and cookies may lie in it. */
async function editSessions(folder: SafeFolder, names: readonly string[], hosts: Hosts): Promise<void> {
  for (const name of names) {
    if (!(await isThere(folder, name))) continue;
    const edited = editSession(await folder.read(name, maxSessionBytes), hosts);
    if (edited === undefined) await folder.remove(name);
    else await folder.put(name, edited, name);
  }
}

/** The host in the key of an older Firefox's storage: "oc.ylmaf.ppa.:https:443", its letters the other way round. */
export function hostOfReversed(key: string): string | undefined {
  const reversed = /^([^:]+)\.:https?:\d{1,5}$/.exec(key)?.[1];
  return reversed === undefined ? undefined : [...reversed].reverse().join('');
}
