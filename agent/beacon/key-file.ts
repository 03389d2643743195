import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type BeaconKey, beaconKeyOfPem, beaconKeyOfSeed } from '../../shared/beacon/key.ts';
import { BeaconFault } from '../../shared/beacon/responder.ts';
import { messageOf } from '../../shared/log.ts';
import { makePrivateFolder } from '../../shared/make-folder.ts';
import { writeDurably } from '../platform/durable-file.ts';

/**
 * The beacon's key, made at the first start in a file of its own that only its owner may read. A file that is there
 * and cannot be used is never written over: devices would look for a beacon that is gone. Rejects with BeaconFault.
 * `hasModes`: this system's files say who may read them.
 */
export async function openBeaconKey(path: string, { hasModes }: { hasModes: boolean }): Promise<BeaconKey> {
  const pem = await textOf(path);
  if (pem === undefined) return makeKey(path);
  if (hasModes && ((await stat(path)).mode & 0o077) !== 0)
    throw new BeaconFault(
      `Others on this computer may read the beacon’s key ${path}. Whoever has a copy can pretend to be in the setting. ` +
        `If nobody can have copied it: chmod 600 ${path}. Otherwise remove it, and put the new beacon’s key into the policy in place of the old one.`,
    );
  const key = beaconKeyOfPem(pem);
  if (key !== undefined) return key;
  throw new BeaconFault(
    `${path} holds no beacon’s key. Name another file with --key, or restore it from your backup. It was left as it is.`,
  );
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new BeaconFault(
      `The beacon’s key ${path} cannot be read: ${messageOf(error)}. Name another file with --key.`,
      {
        cause: error,
      },
    );
  }
}

async function makeKey(path: string): Promise<BeaconKey> {
  const key = beaconKeyOfSeed(randomBytes(32));
  try {
    makePrivateFolder(dirname(path));
    await writeDurably(path, key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  } catch (error) {
    throw new BeaconFault(
      `The beacon’s key cannot be kept in ${path}: ${messageOf(error)}. Name another file with --key.`,
      { cause: error },
    );
  }
  return key;
}
