import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makePrivateFolder } from '../../shared/make-folder.ts';
import { flushFolder, writeThrough } from '../storage/durable-file.ts';
import { AuthorityFault } from './authority-fault.ts';

/**
 * What the folder holds. The first three are what devices were enrolled with:
 * once lost they cannot be made again. The last two can.
 */
export interface AuthorityFiles {
  /** RSA private key, PEM (PKCS #8). */
  authorityKey: string;
  /** The authority's certificate, PEM. */
  authorityCertificate: string;
  /** Ed25519 private key, PEM (PKCS #8). */
  commandKey: string;
  /** The server's own private key and certificate, PEM, in one file so that the two are replaced together. */
  server: string | undefined;
  /** 48 bytes: name, HMAC key and AES key of TLS session tickets. */
  ticketKeys: Buffer | undefined;
}

const names = {
  authorityKey: 'authority-key.pem',
  authorityCertificate: 'authority.pem',
  commandKey: 'command-key.pem',
  server: 'server.pem',
  ticketKeys: 'ticket-keys.bin',
} as const;
const parts = ['authorityKey', 'authorityCertificate', 'commandKey', 'server', 'ticketKeys'] as const;

/** Every part: what a new authority begins with. */
export type NewAuthorityFiles = { [Part in keyof AuthorityFiles]: NonNullable<AuthorityFiles[Part]> };

/** Reads the folder; undefined when it is not there or empty. A folder that lost a key is refused, never filled up. */
export async function readAuthorityFolder(folder: string): Promise<AuthorityFiles | undefined> {
  const entries = await entriesOf(folder);
  if (entries.length === 0) return undefined;
  const lost = [names.authorityKey, names.authorityCertificate, names.commandKey].filter(
    (name) => !entries.includes(name),
  );
  if (lost.length > 0) {
    throw new AuthorityFault(
      `The folder ${folder} lacks ${lost.join(', ')}, without which no enrolled device can be spoken to. Nothing was ` +
        'changed. Restore the folder from your backup. Only if no device is enrolled with this server: move the folder ' +
        'away and start again, and new keys are made.',
    );
  }
  await refuseOpenToOthers(folder);
  const read = async (name: string) => (entries.includes(name) ? await readFile(join(folder, name)) : undefined);
  const text = async (name: string) => (await readFile(join(folder, name))).toString();
  return {
    authorityKey: await text(names.authorityKey),
    authorityCertificate: await text(names.authorityCertificate),
    commandKey: await text(names.commandKey),
    server: (await read(names.server))?.toString(),
    ticketKeys: await read(names.ticketKeys),
  };
}

/**
 * Makes the whole folder under another name and moves it into place in one step.
 * INVARIANT: at every moment the folder is either complete or not there, whatever
 * is killed; of two processes that make it at once, one wins and the other
 * reads what the winner made. A folder under the other name was never used.
 */
export async function createAuthorityFolder(folder: string, files: NewAuthorityFiles): Promise<void> {
  const unfinished = `${folder}${unfinishedMark}${randomBytes(6).toString('hex')}`;
  makePrivateFolder(dirname(folder));
  try {
    await mkdir(unfinished, { mode: 0o700 });
    for (const part of parts) await writeThrough(join(unfinished, names[part]), files[part]);
    await flushFolder(unfinished);
    await rename(unfinished, folder);
    await flushFolder(dirname(folder));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if ((await entriesOf(folder)).length === 0) {
      throw new AuthorityFault(
        `The folder ${folder} cannot be made. Check that this user may write in ${dirname(folder)}, that the disk has ` +
          `room and that the folder is not a mount point of its own. (${error instanceof Error ? error.message : String(error)})`,
        { cause: error },
      );
    }
  }
}

const unfinishedMark = '.unfinished-';

/** Removes what a start that was cut off left behind. Only called when the folder itself is complete. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const entry of await entriesOf(dirname(folder))) {
    if (entry.startsWith(`${basename(folder)}${unfinishedMark}`)) {
      await rm(join(dirname(folder), entry), { recursive: true, force: true });
    }
  }
}

/** Puts a part that can be made again in the place of the old one, in one step. */
export async function replaceAuthorityFile(
  folder: string,
  part: 'server' | 'ticketKeys',
  content: string | Buffer,
): Promise<void> {
  const path = join(folder, names[part]);
  const next = `${path}${unfinishedMark}${randomBytes(6).toString('hex')}`;
  try {
    await writeThrough(next, content);
    await rename(next, path);
    await flushFolder(folder);
  } catch (error) {
    await rm(next, { force: true });
    throw new AuthorityFault(
      `The file ${path} cannot be renewed. Check that this user may write there and that the disk has room.`,
      { cause: error },
    );
  }
}

/**
 * DANGER: whoever reads a key can pose as this server; whoever may write in the
 * folder can put his own there. Systems without POSIX user ids report made-up
 * modes, so there the check would only refuse everyone.
 */
async function refuseOpenToOthers(folder: string): Promise<void> {
  if (process.getuid === undefined) return;
  if (((await stat(folder)).mode & 0o022) !== 0) {
    throw new AuthorityFault(`Others may write in the folder ${folder}. Say: chmod 700 ${folder}`);
  }
  for (const name of [names.authorityKey, names.commandKey, names.server, names.ticketKeys]) {
    const path = join(folder, name);
    const mode = await stat(path).then(
      (found) => found.mode,
      () => 0,
    );
    if ((mode & 0o077) !== 0) {
      throw new AuthorityFault(
        `The key file ${path} can be read or written by others. Say: chmod 600 ${path}. If someone else may have copied ` +
          'it, move the whole folder away instead and enrol every device again.',
      );
    }
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new AuthorityFault(
      `The folder ${folder} cannot be read. Check that it is a folder and belongs to this user.`,
      {
        cause: error,
      },
    );
  }
}
