import { allNodes, type BlockNode } from './block-node.ts';
import { type Files, ifFound } from './files.ts';
import { parseSwaps } from './findmnt.ts';

/** Where the files of block devices can be reached now. */
export interface BlockUses {
  /** Mount points by device number ("8:1") and by device path ("/dev/sda1"): btrfs and FUSE have numbers of their own. */
  mounts: ReadonlyMap<string, readonly string[]>;
  swaps: readonly string[];
}

/**
 * Mounts of the first process, whose view a hardened service does not narrow, or
 * of the agent itself; and the kernel's list of swap. undefined: cannot be told.
 */
export async function readBlockUses(files: Files): Promise<BlockUses | undefined> {
  const text = ifFound(await files.text('/proc/1/mountinfo')) ?? ifFound(await files.text('/proc/self/mountinfo'));
  const swaps = parseSwaps(ifFound(await files.text('/proc/swaps')) ?? 'Filename');
  return text === undefined || swaps === undefined ? undefined : { mounts: parseMountinfo(text), swaps };
}

/** `/proc/PID/mountinfo` (proc(5)): mount points by device number and by source. Lines that are not understood are passed over. */
export function parseMountinfo(text: string): Map<string, string[]> {
  const mounts = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\d+ \d+ (\d+:\d+) \S+ (\S+) .*? - \S+ (\S+)/.exec(line);
    const [, number, target, source] = match ?? [];
    if (number === undefined || target === undefined || source === undefined) continue;
    for (const key of [number, plain(source)]) mounts.set(key, [...(mounts.get(key) ?? []), plain(target)]);
  }
  return mounts;
}

/** Spaces and the like are written as octal numbers there. */
function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Every place where something of the device, or of what is built on it, is mounted. */
export function mountPointsOf(node: BlockNode, { mounts }: BlockUses): string[] {
  return allNodes(node).flatMap((each) => [
    ...(each.number === undefined ? [] : (mounts.get(each.number) ?? [])),
    ...pathsOf(each).flatMap((path) => mounts.get(path) ?? []),
  ]);
}

/** Whether the device or what is built on it is in use: mounted, or swap. */
export function isInUse(node: BlockNode, uses: BlockUses): boolean {
  const isSwap = allNodes(node).some((each) => pathsOf(each).some((path) => uses.swaps.includes(path)));
  return isSwap || mountPointsOf(node, uses).length > 0;
}

/** How mounts name a device: by the kernel's name, or by the name that its maker gave it. */
function pathsOf({ name, udev }: BlockNode): string[] {
  const mapper = udev?.properties.get('DM_NAME');
  return mapper === undefined ? [`/dev/${name}`] : [`/dev/${name}`, `/dev/mapper/${mapper}`];
}
