import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makePrivateFolder } from '../../shared/make-folder.ts';
import { DataFolderFault, IdentityFault } from './identity-fault.ts';

/**
 * The identity is two files, `key.pem` and `identity.json`, and one step can
 * replace only one. So the new ones are first completed under other names.
 *
 * INVARIANTS: `identity.json.new` is written only when the server's grant was
 * checked and `key.pem.new` is on disk; the key is moved into place before the
 * document. So whenever the agent is killed, either the old pair is whole or
 * the new one can be put together from what is there.
 */
export interface IdentityFiles {
  key: string | undefined;
  document: string | undefined;
  newKey: string | undefined;
  newDocument: string | undefined;
}

/** All that makes the device itself. */
export function identityFolder(dataFolder: string): string {
  return join(dataFolder, 'identity');
}

export function identityPaths(dataFolder: string) {
  const folder = identityFolder(dataFolder);
  const [key, document] = [join(folder, 'key.pem'), join(folder, 'identity.json')];
  return { folder, key, document, newKey: `${key}.new`, newDocument: `${document}.new` };
}

export async function readIdentityFiles(dataFolder: string): Promise<IdentityFiles> {
  const paths = identityPaths(dataFolder);
  return {
    key: await textOf(paths.key),
    document: await textOf(paths.document),
    newKey: await textOf(paths.newKey),
    newDocument: await textOf(paths.newDocument),
  };
}

/** Puts the new key on disk: before the link is used, so that a full or read-only disk costs no link. */
export async function storeNewKey(dataFolder: string, key: string): Promise<void> {
  const paths = identityPaths(dataFolder);
  makePrivateFolder(paths.folder);
  await chmod(paths.folder, 0o700);
  await rm(paths.newDocument, { force: true });
  await writeThrough(paths.newKey, key);
  await flushFolder(paths.folder);
}

/** From here on the new identity counts, whatever is killed. */
export async function storeNewDocument(dataFolder: string, document: string): Promise<void> {
  const paths = identityPaths(dataFolder);
  await writeThrough(paths.newDocument, document);
  await flushFolder(paths.folder);
  await moveNewIntoPlace(dataFolder);
}

/** The end of a replacement; may be repeated. */
export async function moveNewIntoPlace(dataFolder: string): Promise<void> {
  const paths = identityPaths(dataFolder);
  if ((await textOf(paths.newKey)) !== undefined) await rename(paths.newKey, paths.key);
  await rename(paths.newDocument, paths.document);
  await flushFolder(paths.folder);
}

/** After an enrolment that came to nothing. */
export async function removeNew(dataFolder: string): Promise<void> {
  const paths = identityPaths(dataFolder);
  await rm(paths.newDocument, { force: true });
  await rm(paths.newKey, { force: true });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
      throw new DataFolderFault(dirname(dirname(path)), error);
    throw new IdentityFault(path, 'cannot be read by this user', error);
  }
}

/** The whole file appears under its name at once, already on disk. */
async function writeThrough(path: string, text: string): Promise<void> {
  const part = `${path}-${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  // Where folders cannot be opened or flushed (Windows), the rename alone has to do.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
