import { generateKeyPair, randomUUID } from 'node:crypto';
import { link, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StatedError } from '../../shared/api/errors.ts';
import { flushFolder, writeThrough } from '../storage/durable-file.ts';

const makeKeyPair = promisify(generateKeyPair);

const names = { inUse: 'audit-key.pem', next: 'audit-key.next.pem' } as const;

/**
 * The key that signs the heads of the audit log: Ed25519, PKCS #8, in the folder of the
 * authority and nowhere else. Where there is none, one is made and `begin` signs
 * the logs as they stand, once.
 *
 * INVARIANT: a key in use is never begun with again, so nobody can have a log
 * that was tampered with signed as it stands by changing the database. A start
 * that is cut off between making the key and using it goes on with the same key.
 */
export async function openAuditKey(folder: string, begin: (privatePem: string) => Promise<void>): Promise<string> {
  const [inUse, next] = [join(folder, names.inUse), join(folder, names.next)];
  for (;;) {
    const made = (await read(inUse)) ?? (await read(next)) ?? (await make(folder, next));
    // Looked at after the other, which is free again once a key is in use.
    const used = await read(inUse);
    if (used !== undefined) {
      await rm(next, { force: true });
      return used;
    }
    if (made !== undefined) {
      // Before it signs, and before its first name goes: a key that signed must not be lost with the power.
      await flushFolder(folder);
      await begin(made);
      await putInPlace(next, inUse);
      await flushFolder(folder);
    }
  }
}

/** Of several that put it there, one does; a link never takes the place of what is there. */
async function putInPlace(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT')) return false;
    throw error;
  }
}

/** The key's text; undefined when there is no such file. */
async function read(path: string): Promise<string | undefined> {
  try {
    // Systems without POSIX user ids report made-up modes.
    if (process.getuid !== undefined && ((await stat(path)).mode & 0o077) !== 0) {
      throw new StatedError(
        'conflict',
        `The key file ${path} can be read or written by others. Say: chmod 600 ${path}. Whoever copied it can rewrite the audit log unseen.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A new key at `path`; undefined when another start was faster, whose key is then to be found. */
async function make(folder: string, path: string): Promise<string | undefined> {
  const { privateKey } = await makeKeyPair('ed25519');
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const unfinished = join(folder, `${names.next}.unfinished-${randomUUID()}`);
  try {
    await writeThrough(unfinished, privatePem);
    return (await putInPlace(unfinished, path)) ? privatePem : undefined;
  } finally {
    await rm(unfinished, { force: true });
  }
}
