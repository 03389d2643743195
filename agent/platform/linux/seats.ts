import type { Volume } from '../../../shared/report/encryption.ts';
import type { Doubt } from '../protection.ts';
import type { Mount } from './findmnt.ts';
import type { Block } from './lsblk.ts';
import { holdsAt, isElsewhere, isImage, isNotADisk, isPlainByDesign, weightiest } from './mount-kinds.ts';
import type { SwapPlaces } from './swap-places.ts';

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
export function seatVolumes(blocks: readonly Block[], mounts: readonly Mount[], swap: SwapPlaces): Seating {
  const uses = new Map<Block, Volume['holds'][]>();
  const use = (block: Block, holds: Volume['holds']) => uses.set(block, [...(uses.get(block) ?? []), holds]);
  const unseated: Mount[] = [];
  let explained = true;
  // A file on a file system without a device of its own is judged with that.
  const lieOn = (mount: Mount) => blockOf(mount, blocks) ?? 'elsewhere';

  for (const mount of mounts.filter((each) => !isElsewhere(each))) {
    const block = blockOf(mount, blocks);
    if (block !== undefined) use(block, holdsAt(mount.target));
    else if (['zfs', 'ecryptfs'].includes(mount.fstype)) unseated.push(mount);
    else explained = false;
  }
  for (const block of [...swap.devices.map((each) => blockNamed(each, blocks)), ...swap.mounts.map(lieOn)]) {
    if (block === undefined) explained = false;
    else if (block !== 'elsewhere') use(block, 'swap');
  }
  // What lsblk shows as mounted counts too: either list may be cut short.
  for (const block of blocks) for (const target of block.mountpoints) use(block, holdsAt(target));

  const excused = removableBeside(blocks, uses);
  const seats = [...seatsInUse(uses, excused), ...idleSeats(blocks, uses, excused)];
  return { seats, unseated, doubts: explained ? [] : [unexplained] };
}

/**
 * What is removable, as far as the system does not run from it: the disk under `/` stays
 * in, whatever it is plugged into, and all that lies on it with it.
 */
function removableBeside(blocks: readonly Block[], uses: Map<Block, Volume['holds'][]>): ReadonlySet<Block> {
  const byName = new Map(blocks.map((block) => [block.kname, block]));
  const related = (from: readonly Block[], way: 'parents' | 'children'): Set<Block> => {
    const found = new Set(from);
    for (const block of found) for (const name of block[way]) addTo(found, byName.get(name));
    return found;
  };
  const system = [...uses].filter(([, all]) => all.includes('system')).map(([block]) => block);
  const under = [...related(system, 'parents')].filter(({ parents }) => parents.length === 0);
  const fixed = related(under, 'children');
  return new Set(blocks.filter((block) => block.removable && !fixed.has(block)));
}

function addTo(blocks: Set<Block>, block: Block | undefined): void {
  if (block !== undefined) blocks.add(block);
}

function seatsInUse(uses: Map<Block, Volume['holds'][]>, removable: ReadonlySet<Block>): Seat[] {
  const seats: Seat[] = [];
  for (const [block, all] of uses) {
    const kinds = all.map((each) => ofUse(block, each));
    // Whatever is removable or an image is excused as a store of data, never as the system, a home or swap.
    const isStore = kinds.every((kind) => kind === 'data' || kind === 'boot');
    const excused = isStore && (removable.has(block) || isNotADisk(block));
    if (!excused && !isImage(block, kinds) && !/^zram\d/.test(block.kname))
      seats.push({ block, holds: weightiest(kinds), inUse: true });
  }
  return seats;
}

/** What a partition is for by its type stands, wherever it is mounted as no more than a store: a second EFI partition, say. */
function ofUse(block: Block, use: Volume['holds']): Volume['holds'] {
  return use === 'data' && isPlainByDesign(block) ? 'boot' : use;
}

/** Fixed devices that nothing uses and nothing is built on: files may lie on them all the same. */
function idleSeats(blocks: readonly Block[], uses: Map<Block, unknown>, removable: ReadonlySet<Block>): Seat[] {
  return blocks
    .filter((block) => !uses.has(block) && block.children.length === 0)
    .filter((block) => !removable.has(block) && !isNotADisk(block) && !isPlainByDesign(block))
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
