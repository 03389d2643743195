import { z } from 'zod';

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
  /** A stick or card: judged on its own, not as part of the device. */
  removable: boolean;
}

/** Columns asked for; util-linux before 2.37 knows only `MOUNTPOINT`. */
export const lsblkColumns = 'NAME,KNAME,TYPE,FSTYPE,MOUNTPOINTS,PKNAME,RM,HOTPLUG,TRAN,UUID,PARTTYPE';
export const lsblkColumnsOld = lsblkColumns.replace('MOUNTPOINTS', 'MOUNTPOINT');

/** True as old versions ("1") and new ones (true) print it. */
const flag = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((value) => value === true || value === '1');
const text = z.string().nullish();

const nodeSchema = z.object({
  name: z.string(),
  kname: text,
  type: z.string(),
  fstype: text,
  mountpoints: z.array(z.string().nullable()).nullish(),
  mountpoint: text,
  rm: flag,
  hotplug: flag,
  tran: text,
  uuid: text,
  parttype: text,
  get children() {
    return z.array(nodeSchema).nullish();
  },
});
type Node = z.infer<typeof nodeSchema>;

const lsblkSchema = z.object({ blockdevices: z.array(nodeSchema) });

/** All block devices of `lsblk --json`, parents before children; undefined: not understood. */
export function parseLsblk(output: string): Block[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(output.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  const parsed = lsblkSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const blocks = new Map<string, Block>();
  for (const node of parsed.data.blockdevices) addNode(node, undefined, blocks);
  return [...blocks.values()];
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
  block.removable ||= parent?.removable ?? false;
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
    removable: isRemovable(node),
  };
}

/**
 * USB disks say RM 0, so the transport counts too. HOTPLUG alone is not enough:
 * some boards report it for the disk inside, which must not be excused.
 */
function isRemovable(node: Node): boolean {
  const isCard = node.hotplug && (node.kname ?? node.name).startsWith('mmcblk');
  return node.rm || node.tran === 'usb' || isCard;
}
