import type { Volume } from '../../../shared/report/encryption.ts';
import type { Exec } from '../exec.ts';
import type { Doubt } from '../protection.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { type CryptState, devicePath } from './crypt-state.ts';
import { stateInTree, worstOf } from './crypt-tree.ts';
import type { Mount } from './findmnt.ts';
import type { Block } from './lsblk.ts';
import { holdsAt } from './mount-kinds.ts';
import { parseZfsEncryption, poolOf } from './zfs.ts';

export interface Found {
  volumes: Volume[];
  doubts: Doubt[];
}

const undescribed: Doubt = { reason: 'disks-not-described', detail: 'zfs' };

/** eCryptfs shows one folder decrypted: proof for that folder, and for nothing else on the volume below. */
export function ecryptfsVolumes(mounts: readonly Mount[]): Volume[] {
  return mounts
    .filter((mount) => mount.fstype === 'ecryptfs')
    .map((mount, index) => ({
      id: `ecryptfs-${index + 1}`,
      holds: holdsAt(mount.target) === 'home' ? 'home' : 'data',
      state: 'protected',
      scheme: 'ecryptfs',
    }));
}

/** Homes encrypted folder by folder (fscrypt): the flag E of `lsattr`. Only asked when the volume below is plain. */
export async function fscryptVolumes(homes: readonly string[], exec: Exec, signal: AbortSignal): Promise<Volume[]> {
  if (homes.length === 0) return [];
  const result = await exec('lsattr', ['-d', ...homes], { signal });
  // One home that cannot be asked makes the tool end with an error; the lines of the others stand.
  const lines = result.kind === 'exited' ? result.stdout.split(/\r?\n/) : [];
  return lines
    .filter((line) => /^[a-zA-Z-]*E[a-zA-Z-]*\s/.test(line))
    .map((_line, index) => ({ id: `fscrypt-${index + 1}`, holds: 'home', state: 'protected', scheme: 'fscrypt' }));
}

/**
 * Mounted ZFS datasets. They lie on no block device that lsblk could show; a
 * dataset without encryption of its own is still protected when every disk of
 * the pools is an encrypted device. What is plain and not mounted, or not even
 * listed, may hold anything: on a disk that is not protected it is a doubt.
 */
export async function zfsVolumes(
  mounts: readonly Mount[],
  blocks: ReadonlyMap<string, Block>,
  crypts: ReadonlyMap<string, CryptState>,
  exec: Exec,
  signal: AbortSignal,
): Promise<Found> {
  const mounted = mounts.filter((mount) => mount.fstype === 'zfs');
  // Of a disk with partitions it is an old signature, or one of a partition that reaches to the disk's end.
  const isParted = (block: Block) => block.children.some((name) => blocks.get(name)?.type === 'part');
  const members = [...blocks.values()].filter(
    (block) => block.fstype === 'zfs_member' && !block.removable && !isParted(block),
  );
  const open = members.filter((block) => stateInTree(block, blocks, crypts).state !== 'protected');
  if (mounted.length === 0) return { volumes: [], doubts: open.length > 0 ? [undescribed] : [] };
  const result = await exec('zfs', ['get', '-H', '-o', 'name,value', 'encryption'], { signal });
  const output = outputOf(result);
  const datasets = output === undefined ? undefined : parseZfsEncryption(output);
  if (datasets === undefined) {
    const reason = output === undefined ? toolTrouble(result) : 'not-understood';
    return { volumes: [], doubts: [{ reason, detail: 'zfs' }] };
  }
  const below = members.length === 0 ? undefined : worstOf(members.map((block) => stateInTree(block, blocks, crypts)));
  const volumes = mounted.map((mount, index): Volume => {
    const id = `zfs-${index + 1}`;
    const holds = holdsAt(mount.target);
    if (datasets.get(mount.source) === true) return { id, holds, state: 'protected', scheme: 'zfs' };
    if (datasets.get(mount.source) === undefined) return { id, holds, state: 'unknown', scheme: 'zfs' };
    // Without a single member in the list, a disk below may be encrypted and not shown.
    return { id, holds, state: below?.state ?? 'unknown', scheme: below?.scheme ?? 'unknown' };
  });
  const doubts = below?.doubt === undefined ? [] : [below.doubt];
  const sources = mounted.map((mount) => mount.source);
  return { volumes, doubts: mayHoldMore(datasets, sources, members, open) ? [...doubts, undescribed] : doubts };
}

/** Whether data may lie in the open that no mount shows: a plain dataset, or a disk of a pool that is not listed. */
function mayHoldMore(
  datasets: ReadonlyMap<string, boolean>,
  mounted: readonly string[],
  members: readonly Block[],
  open: readonly Block[],
): boolean {
  const names = [...datasets.keys()];
  const listed = new Set(names.map(poolOf));
  const plain = new Set(names.filter((name) => datasets.get(name) === false && !mounted.includes(name)).map(poolOf));
  if (members.length === 0) return plain.size > 0;
  return open.some(({ label }) => label === null || !listed.has(label) || plain.has(label));
}

/** The short name a volume travels under: the kernel's, never a label or a path. */
export function volumeId(block: Block, index: number): string {
  const name = devicePath(block).slice('/dev/'.length).replaceAll('/', '!');
  return /^[A-Za-z0-9_!-]{1,32}$/.test(name) ? name : `disk-${index + 1}`;
}
