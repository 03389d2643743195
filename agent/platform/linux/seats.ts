import type { Volume } from '../../../shared/report/encryption.ts';
import type { Doubt } from '../protection.ts';
import type { Mount } from './findmnt.ts';
import type { Block } from './lsblk.ts';
import { holdsAt, isElsewhere, isNotADisk, isPlainByDesign, weightiest } from './mount-kinds.ts';

/** A volume in use, or one that could be: which block device it is and what it holds. */
export interface Seat {
  block: Block;
  holds: Volume['holds'];
  /** false: nothing uses it now. It still counts when files lie on it. */
  inUse: boolean;
}

export interface Seating {
  seats: Seat[];
  /** Mounts whose data lies on no block device: ZFS, eCryptfs. */
  unseated: Mount[];
  doubts: Doubt[];
}

const unexplained: Doubt = { reason: 'disks-not-described', detail: 'lsblk' };

/**
 * Joins the three lists of a Linux system: block devices, mounts, swap. Every
 * mount and swap must be explained by a device in the list, or there is a doubt:
 * a hardened service, or a container, sees only a part of the disks.
 */
export function seatVolumes(blocks: readonly Block[], mounts: readonly Mount[], swaps: readonly string[]): Seating {
  const uses = new Map<Block, Volume['holds'][]>();
  const use = (block: Block, holds: Volume['holds']) => uses.set(block, [...(uses.get(block) ?? []), holds]);
  const unseated: Mount[] = [];
  let explained = true;

  for (const mount of mounts.filter((each) => !isElsewhere(each))) {
    const block = blockOf(mount, blocks);
    if (block !== undefined) use(block, holdsAt(mount.target));
    else if (['zfs', 'ecryptfs'].includes(mount.fstype)) unseated.push(mount);
    else explained = false;
  }
  for (const device of swaps.filter((each) => !each.startsWith('/dev/zram'))) {
    const block = blockNamed(device, blocks);
    if (block !== undefined) use(block, 'swap');
    else explained = false;
  }
  // What lsblk shows as mounted counts too: either list may be cut short.
  for (const block of blocks) for (const target of block.mountpoints) use(block, holdsAt(target));

  const seats = [...seatsInUse(uses), ...idleSeats(blocks, uses)];
  return { seats, unseated, doubts: explained ? [] : [unexplained] };
}

function seatsInUse(uses: Map<Block, Volume['holds'][]>): Seat[] {
  const seats: Seat[] = [];
  for (const [block, all] of uses) {
    const holds = weightiest(all.map((each) => ofUse(block, each)));
    // Whatever is removable or an image is excused as a store of data, never as the system, a home or swap.
    const excused = (block.removable || isNotADisk(block)) && (holds === 'data' || holds === 'boot');
    if (!excused && !/^zram\d/.test(block.kname)) seats.push({ block, holds, inUse: true });
  }
  return seats;
}

/** What a partition is for by its type stands, wherever it is mounted as no more than a store: a second EFI partition, say. */
function ofUse(block: Block, use: Volume['holds']): Volume['holds'] {
  return use === 'data' && isPlainByDesign(block) ? 'boot' : use;
}

/** Fixed devices that nothing uses and nothing is built on: files may lie on them all the same. */
function idleSeats(blocks: readonly Block[], uses: Map<Block, unknown>): Seat[] {
  return blocks
    .filter((block) => !uses.has(block) && block.children.length === 0)
    .filter((block) => !block.removable && !isNotADisk(block) && !isPlainByDesign(block))
    .map((block) => ({ block, holds: 'data', inUse: false }));
}

function blockOf(mount: Mount, blocks: readonly Block[]): Block | undefined {
  // btrfs and bind mounts name the folder within: "/dev/dm-0[/root]".
  const device = mount.source.replace(/\[.*\]$/, '');
  const named = blockNamed(device, blocks);
  // A link in /dev ("/dev/vg/home") is no kernel name; lsblk may know the mount by its place.
  const mayBeLink = device.startsWith('/dev/') && !device.startsWith('/dev/mapper/');
  return named ?? (mayBeLink ? blocks.find((block) => block.mountpoints.includes(mount.target)) : undefined);
}

function blockNamed(device: string, blocks: readonly Block[]): Block | undefined {
  const match = /^\/dev\/(?:mapper\/)?([^/].*)$/.exec(device);
  const name = match?.[1];
  if (name === undefined) return undefined;
  if (device.startsWith('/dev/mapper/')) return blocks.find((block) => block.name === name);
  return blocks.find((block) => block.kname === name) ?? blocks.find((block) => block.name === name);
}
