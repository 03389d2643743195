import { type Files, ifFound, lineOf } from './files.ts';
import { parseUdevRecord, type UdevRecord } from './udev-record.ts';

/** A disk, a partition of it, or what device-mapper made on either: one block device of the kernel. */
export interface BlockNode {
  /** The kernel's name, "sda1", "dm-0". */
  name: string;
  /** "8:1"; undefined: it went away while it was looked at. */
  number: string | undefined;
  /** undefined: udev has not described it, or there is no udev. */
  udev: UdevRecord | undefined;
  /** `dm/uuid`, which begins with what made it: "CRYPT-LUKS2-…", "LVM-…". */
  mapper: string | undefined;
  /** `dm/name`, by which device-mapper's tools know it. */
  mapperName: string | undefined;
  partitions: BlockNode[];
  /** What is built on it: an opened LUKS container, a logical volume. */
  holders: BlockNode[];
}

/** What is built on what is built …: deeper than anybody stacks. */
const maxDepth = 8;

/**
 * A block device with everything in it and on it, read from `/sys` and from udev's
 * database. What goes away in the meantime is simply not there any more.
 *
 * @param folder the device's own folder, "/sys/block/sda"
 */
export async function readBlockNode(folder: string, files: Files, depth = 0): Promise<BlockNode> {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const number = await lineOf(files, `${folder}/dev`);
  const node: BlockNode = {
    name,
    number,
    udev: number === undefined ? undefined : await readUdev(number, files),
    mapper: name.startsWith('dm-') ? await lineOf(files, `${folder}/dm/uuid`) : undefined,
    mapperName: name.startsWith('dm-') ? await lineOf(files, `${folder}/dm/name`) : undefined,
    partitions: [],
    holders: [],
  };
  if (depth >= maxDepth) return node;
  for (const inner of ifFound(await files.names(folder)) ?? []) {
    if (inner.startsWith(name) && (await lineOf(files, `${folder}/${inner}/partition`)) !== undefined)
      node.partitions.push(await readBlockNode(`${folder}/${inner}`, files, depth + 1));
  }
  for (const holder of ifFound(await files.names(`${folder}/holders`)) ?? []) {
    node.holders.push(await readBlockNode(`/sys/block/${holder}`, files, depth + 1));
  }
  return node;
}

async function readUdev(number: string, files: Files): Promise<UdevRecord | undefined> {
  const text = ifFound(await files.text(`/run/udev/data/b${number}`));
  return text === undefined ? undefined : parseUdevRecord(text);
}

/** The node itself and everything in it and on it. */
export function allNodes(node: BlockNode): BlockNode[] {
  return [node, ...node.partitions.flatMap(allNodes), ...node.holders.flatMap(allNodes)];
}
