import { z } from 'zod';
import type { ReadText } from './proc.ts';

/** One block device. A device that hangs on several disks (RAID, a spanning volume) is one, with several parents. */
export interface Block {
  /** The kernel's own name, "dm-0": unique, and the same one other tools know. */
  kname: string;
  /** The name in /dev or /dev/mapper. */
  name: string;
  /** "disk", "part", "lvm", "raid1", "loop", "rom"; "crypt" for everything cryptsetup made, encrypted or not. */
  type: string;
  /** What lies on it as udev saw it; null: nothing, or udev did not look. */
  fstype: string | null;
  mountpoints: string[];
  parents: string[];
  children: string[];
  /** The file system's identifier, to find the other disks of one btrfs. Stays on the device. */
  uuid: string | null;
  partitionType: string | null;
  /** The label: the pool's name on a disk of a ZFS pool. Stays on the device. */
  label: string | null;
  /** A stick or card, or built on nothing else: judged on its own, not as part of the device. */
  removable: boolean;
}

/** Columns asked for; util-linux before 2.37 knows only `MOUNTPOINT`. */
export const lsblkColumns = 'NAME,KNAME,TYPE,FSTYPE,MOUNTPOINTS,PKNAME,RM,TRAN,UUID,PARTTYPE,LABEL';
export const lsblkColumnsOld = lsblkColumns.replace('MOUNTPOINTS', 'MOUNTPOINT');

/** True as old versions ("1") and new ones (true) print it. */
const flag = z
  .union([z.boolean(), z.string(), z.number()])
  .nullish()
  .transform((value) => value === true || value === '1' || value === 1);
const text = z.string().nullish();

const nodeSchema = z.object({
  name: z.string(),
  kname: text,
  type: z.string(),
  fstype: text,
  mountpoints: z.array(z.string().nullable()).nullish(),
  mountpoint: text,
  rm: flag,
  tran: text,
  uuid: text,
  parttype: text,
  label: text,
  get children() {
    return z.array(nodeSchema).nullish();
  },
});
type Node = z.infer<typeof nodeSchema>;

const lsblkSchema = z.object({ blockdevices: z.array(nodeSchema) });

/**
 * All block devices of `lsblk --json`; undefined: not understood. No memory card
 * is removable yet: see `excuseCards`.
 */
export function parseLsblk(output: string): Block[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(asJson(output.replace(/^\uFEFF/, '')));
  } catch {
    return undefined;
  }
  const parsed = lsblkSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const blocks = new Map<string, Block>();
  for (const node of parsed.data.blockdevices) addNode(node, undefined, blocks);
  settleRemovable(blocks);
  return [...blocks.values()];
}

/** Versions before 2.35 write what is not ASCII in a label byte by byte, as JSON does not: "\\xc3\\xa9". Labels are only compared. */
function asJson(output: string): string {
  return output.replace(/(?<!\\)((?:\\\\)*)\\x([0-9a-fA-F]{2})/g, '$1\\u00$2');
}

/** Adds a device or, where it was met below another disk already, its further parent. */
function addNode(node: Node, parent: Block | undefined, blocks: Map<string, Block>): void {
  const kname = node.kname ?? node.name;
  const block = blocks.get(kname) ?? { ...bare(node), kname };
  blocks.set(kname, block);
  if (parent !== undefined && !block.parents.includes(parent.kname)) {
    block.parents.push(parent.kname);
    parent.children.push(kname);
  }
  for (const child of node.children ?? []) addNode(child, block, blocks);
}

function bare(node: Node): Omit<Block, 'kname'> {
  const mountpoints = [...(node.mountpoints ?? []), node.mountpoint].filter((mount) => typeof mount === 'string');
  return {
    name: node.name,
    type: node.type,
    fstype: node.fstype || null,
    mountpoints,
    parents: [],
    children: [],
    uuid: node.uuid || null,
    partitionType: node.parttype || null,
    label: node.label || null,
    removable: isRemovable(node),
  };
}

/** Transports of disks that are built in: the kernels 6.9.0 to 6.9.5, and others for ports that can be used from outside, say RM 1 of them. */
const builtIn: readonly string[] = ['sata', 'ata', 'nvme'];

/**
 * USB disks say RM 0, so the transport counts too. HOTPLUG is not asked: it is
 * set for every device of the mmc subsystem, the soldered eMMC included, and some
 * boards report it for the disk inside.
 */
function isRemovable(node: Node): boolean {
  const { tran } = node;
  const isOutside = tran === 'usb' || (node.rm && !builtIn.includes(tran ?? ''));
  return isOutside && !isMmc(node.kname ?? node.name);
}

/** Memory cards and soldered eMMC, which bear the same names. */
function isMmc(kname: string): boolean {
  return /^mmcblk\d+$/.test(kname);
}

/**
 * Marks memory cards as removable. Only the kernel's `device/type` tells a card
 * ("SD") from the eMMC inside ("MMC"); what cannot be read counts as inside.
 */
export async function excuseCards(blocks: readonly Block[], read: ReadText): Promise<void> {
  for (const block of blocks.filter(({ kname, parents }) => isMmc(kname) && parents.length === 0)) {
    block.removable = (await read(`/sys/block/${block.kname}/device/type`))?.trim() === 'SD';
  }
  settleRemovable(new Map(blocks.map((block) => [block.kname, block])));
}

/**
 * What is built on other devices is removable only when every disk below is: one
 * leg on a stick does not excuse what lies on the disk inside.
 */
function settleRemovable(blocks: ReadonlyMap<string, Block>): void {
  const settle = (block: Block, path: readonly string[]): boolean => {
    if (block.parents.length === 0) return block.removable;
    // A list that leads back to itself describes no real disk.
    if (path.includes(block.kname)) return false;
    return block.parents.every((name) => {
      const parent = blocks.get(name);
      return parent !== undefined && settle(parent, [...path, block.kname]);
    });
  };
  for (const block of blocks.values()) block.removable = settle(block, []);
}
