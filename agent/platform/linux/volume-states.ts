import type { Exec } from '../exec.ts';
import type { Doubt } from '../protection.ts';
import { parseBlkid } from './blkid.ts';
import { type CryptState, devicePath, judgeClosed } from './crypt-state.ts';
import { stateInTree, worstOf } from './crypt-tree.ts';
import type { Block } from './lsblk.ts';
import { isInSetOfWindows, signatureOf } from './mount-kinds.ts';
import type { ReadText } from './proc.ts';
import type { Seat } from './seats.ts';

interface StateParts {
  exec: Exec;
  read: ReadText;
  isAdministrator: boolean;
}

const undescribed: Doubt = { reason: 'disks-not-described', detail: 'blkid' };
const unknown: CryptState = { state: 'unknown', scheme: 'unknown', doubt: undescribed };
const plain: CryptState = { state: 'not-protected', scheme: 'none' };

/** Nothing that is known lies on it by itself. */
function withoutSignature(block: Block): CryptState | undefined {
  return isInSetOfWindows(block) ? unknown : undefined;
}

/**
 * Judges volumes one by one. "Plain" is only said of a volume whose file system
 * was positively seen: without udev (in a container) lsblk shows no signatures at
 * all, and then blkid is asked to look at the device itself.
 */
export function createVolumeJudge(
  blocks: readonly Block[],
  crypts: ReadonlyMap<string, CryptState>,
  parts: StateParts,
  signal: AbortSignal,
) {
  const byName = new Map(blocks.map((block) => [block.kname, block]));
  const udevDescribes = blocks.some((block) => block.fstype !== null);
  const tellsPartitions = blocks.some((block) => block.partitionType !== null);

  /** The state of a volume; undefined: nothing that counts lies on it. */
  async function judge(seat: Seat): Promise<CryptState | undefined> {
    const below = worstOf(btrfsOf(seat.block).map((block) => stateInTree(block, byName, crypts)));
    if (below.state !== 'not-protected') return below;
    // Whether /boot is plain or only looks so decides nothing.
    if (seat.holds === 'boot') return plain;
    // The kernel itself says that it writes there, and behind swap in memory without any signature.
    if (seat.holds === 'swap' && seat.inUse) return plain;
    return seat.inUse ? judgePlainInUse(seat.block) : judgeIdle(seat.block);
  }

  /** One btrfs may lie on several devices; only one of them is named as the source of the mount. */
  function btrfsOf(block: Block): Block[] {
    if (block.fstype !== 'btrfs' || block.uuid === null) return [block];
    return blocks.filter((other) => other.fstype === 'btrfs' && other.uuid === block.uuid);
  }

  async function judgePlainInUse(block: Block): Promise<CryptState> {
    const signature = block.fstype ?? (await askBlkid(block));
    return typeof signature === 'string' && ['files', 'nothing'].includes(signatureOf(signature)) ? plain : unknown;
  }

  async function judgeIdle(block: Block): Promise<CryptState | undefined> {
    if (block.fstype === null && udevDescribes && !isUntold(block)) return withoutSignature(block);
    const fstype = block.fstype ?? (await askBlkid(block));
    if (fstype === null) return withoutSignature(block);
    if (fstype === undefined) return unknown;
    switch (signatureOf(fstype)) {
      case 'files':
        return plain;
      case 'closed':
        return judgeClosed(block, fstype, parts, signal);
      case 'part-of-another':
      case 'may-encrypt':
        return unknown;
      case 'zfs':
        // Pools are judged by their disks in the list; one that only blkid saw is in no such judgement.
        return block.fstype === null ? unknown : undefined;
      default:
        return undefined;
    }
  }

  /**
   * Of a partition with two signatures udev tells nothing at all, not even its type: an
   * older pool of ZFS below a file system, say. It looks empty, and may be full.
   */
  function isUntold(block: Block): boolean {
    return tellsPartitions && block.type === 'part' && block.partitionType === null && !block.kname.startsWith('dm-');
  }

  async function askBlkid(block: Block): Promise<string | null | undefined> {
    if (!parts.isAdministrator) return undefined;
    const result = await parts.exec('blkid', ['-p', '-o', 'export', devicePath(block)], { signal });
    return result.kind === 'exited' ? parseBlkid(result) : undefined;
  }

  return { judge, byName };
}
