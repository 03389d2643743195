import type { Volume } from '../../../shared/report/encryption.ts';
import type { CryptState } from './crypt-state.ts';
import type { Block } from './lsblk.ts';

/** States from worst to best: a device built on several is as good as the worst of them. */
const worstFirst: readonly Volume['state'][] = [
  'not-protected',
  'suspended',
  'unknown',
  'converting',
  'partial',
  'locked',
  'protected',
];

const plain: CryptState = { state: 'not-protected', scheme: 'none' };
const unknown: CryptState = {
  state: 'unknown',
  scheme: 'unknown',
  doubt: { reason: 'disks-not-described', detail: 'lsblk' },
};

/**
 * What a device is worth by the encryption between it and the disks: protected
 * only when every way down to a disk passes an encrypted device. One encrypted
 * leg of a volume that spans two disks does not protect what lies on the other.
 * Signatures of ancestors are never used: they may be stale.
 */
export function stateInTree(
  block: Block,
  blocks: ReadonlyMap<string, Block>,
  crypts: ReadonlyMap<string, CryptState>,
  path: readonly string[] = [],
): CryptState {
  const own = crypts.get(block.kname);
  // Of a device of which nobody knows what it does, what it lies on may be told: encrypted below is encrypted.
  const isOpen = block.type === 'dm' && own?.state === 'unknown';
  if (own !== undefined && !isOpen) return own;
  // A list that leads back to itself describes no real disk.
  if (path.includes(block.kname)) return unknown;
  const parents = block.parents.map((name) => blocks.get(name)).filter((parent) => parent !== undefined);
  if (parents.length === 0) return isRoot(block) ? plain : unknown;
  const below = worstOf(parents.map((parent) => stateInTree(parent, blocks, crypts, [...path, block.kname])));
  return own !== undefined && below.state === 'not-protected' ? own : below;
}

/**
 * A device without parents must be a disk. A mapped device without any was cut
 * off from its disks by the list; an image in a file is as good as the volume its
 * file lies on, which is not looked up; and a ZFS volume as good as its pool.
 */
function isRoot(block: Block): boolean {
  return ['disk', 'part'].includes(block.type) && !/^(dm-|zd|md)\d/.test(block.kname);
}

export function worstOf(states: readonly CryptState[]): CryptState {
  for (const name of worstFirst) {
    const found = states.find((state) => state.state === name);
    if (found !== undefined) return found;
  }
  return unknown;
}
