import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A root folder with real files and links in it, as `/sys`, `/run` and `/etc` have them. */
export interface SystemTree {
  readonly root: string;
  write(path: string, text: string | Buffer): void;
  folder(path: string): void;
  link(path: string, target: string): void;
  remove(path: string): void;
  clean(): void;
}

export function createSystemTree(): SystemTree {
  const root = mkdtempSync(join(tmpdir(), 'system-'));
  const at = (path: string) => {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    return full;
  };
  return {
    root,
    write: (path, text) => writeFileSync(at(path), text),
    folder: (path) => void mkdirSync(at(path), { recursive: true }),
    link: (path, target) => {
      rmSync(at(path), { force: true });
      symlinkSync(target, at(path));
    },
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    clean: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A block device as a test gives it. */
export interface TreeBlock {
  /** Where the kernel hung it up, below /sys/devices, without the name: "pci0000:00/0000:00:1f.2/ata1/host0/block". */
  path: string;
  name: string;
  number: string;
  bytes: number;
  removable?: boolean;
  diskseq?: string;
  /** Properties of udev; undefined: no record. */
  udev?: Readonly<Record<string, string>> | undefined;
  mapper?: string;
  mapperName?: string;
  partitions?: readonly Omit<TreeBlock, 'path' | 'partitions'>[];
  /** Names of block devices built on it. */
  holders?: readonly string[];
}

export const usbPath = 'pci0000:00/0000:00:05.0/usb2/2-1/2-1:1.0/host2/target2:0:0/2:0:0:0/block';

/** Puts a block device into the tree as the kernel and udev do. */
export function addBlock(tree: SystemTree, block: TreeBlock): void {
  const folder = `/sys/devices/${block.path}/${block.name}`;
  tree.link(`/sys/block/${block.name}`, `../devices/${block.path}/${block.name}`);
  fill(tree, folder, block);
  if (block.diskseq !== undefined) tree.write(`${folder}/diskseq`, `${block.diskseq}\n`);
  tree.write(`${folder}/removable`, block.removable ? '1\n' : '0\n');
  for (const [index, part] of (block.partitions ?? []).entries()) {
    fill(tree, `${folder}/${part.name}`, part);
    tree.write(`${folder}/${part.name}/partition`, `${index + 1}\n`);
  }
}

function fill(tree: SystemTree, folder: string, block: Omit<TreeBlock, 'path' | 'partitions'>): void {
  tree.write(`${folder}/dev`, `${block.number}\n`);
  tree.write(`${folder}/size`, `${Math.floor(block.bytes / 512)}\n`);
  if (block.mapper !== undefined) tree.write(`${folder}/dm/uuid`, `${block.mapper}\n`);
  if (block.mapper !== undefined) tree.write(`${folder}/dm/name`, `${block.mapperName ?? block.name}\n`);
  for (const holder of block.holders ?? []) tree.link(`${folder}/holders/${holder}`, `/sys/block/${holder}`);
  if (block.udev !== undefined) {
    const lines = Object.entries(block.udev).map(([name, value]) => `E:${name}=${value}`);
    tree.write(
      `/run/udev/data/b${block.number}`,
      ['S:disk/by-id/x', 'I:441672420', ...lines, 'G:systemd', ''].join('\n'),
    );
  }
}

const deviceSchema = z.object({
  kname: z.string(),
  name: z.string(),
  type: z.string(),
  fstype: z.string().nullable(),
  rm: z.boolean(),
  size: z.number(),
  tran: z.string().nullable(),
  parttype: z.string().nullable(),
  mountpoints: z.array(z.string().nullable()),
  get children() {
    return z.array(deviceSchema).optional();
  },
});
type Device = z.infer<typeof deviceSchema>;

/** Builds the tree that a recording of `lsblk --json --bytes` with all columns was printed from. */
export function treeOfLsblk(tree: SystemTree, output: string): void {
  const { blockdevices } = z.object({ blockdevices: z.array(deviceSchema) }).parse(JSON.parse(output));
  const mounts: string[] = [];
  const numbers = new Map<string, string>();
  const numberOf = (device: Device) => {
    const number = numbers.get(device.kname) ?? `8:${numbers.size}`;
    numbers.set(device.kname, number);
    return number;
  };
  const bare = (device: Device) => {
    const number = numberOf(device);
    for (const mount of device.mountpoints) {
      if (mount !== null && mount !== '[SWAP]')
        mounts.push(`36 35 ${number} / ${mount} rw shared:1 - ${device.fstype} /dev/${device.kname} rw`);
    }
    return { name: device.kname, number, bytes: device.size, udev: udevOf(device) };
  };
  const add = (device: Device) => {
    const parts = (device.children ?? []).filter((child) => child.type === 'part');
    const built = (of: Device) => (of.children ?? []).filter((child) => child.type !== 'part');
    addBlock(tree, {
      ...bare(device),
      path: pathOf(device),
      removable: device.rm,
      ...(device.type === 'crypt' ? { mapper: `CRYPT-LUKS2-0-${device.name}`, mapperName: device.name } : {}),
      ...(device.type === 'lvm' ? { mapper: 'LVM-0' } : {}),
      holders: built(device).map(({ kname }) => kname),
      partitions: parts.map((part) => ({ ...bare(part), holders: built(part).map(({ kname }) => kname) })),
    });
    for (const inner of [...built(device), ...parts.flatMap(built)]) add(inner);
  };
  for (const device of blockdevices) add(device);
  tree.write('/proc/1/mountinfo', `${mounts.join('\n')}\n`);
  tree.write('/proc/swaps', 'Filename\t\tType\t\tSize\t\tUsed\t\tPriority\n');
}

function pathOf({ tran, type }: Device): string {
  if (tran === 'usb') return usbPath;
  if (type === 'crypt' || type === 'lvm') return 'virtual/block';
  return 'pci0000:00/0000:00:04.0/virtio1/block';
}

const usages: Readonly<Record<string, string>> = { crypto_LUKS: 'crypto', LVM2_member: 'raid', swap: 'other' };

function udevOf({ fstype, parttype, type, tran }: Device): Record<string, string> {
  return {
    ID_PATH: 'x',
    ...(tran === 'usb' ? { ID_BUS: 'usb', ID_SERIAL: 'QEMU_1-0:0', ID_SERIAL_SHORT: 'KINGSTON0001' } : {}),
    ...(fstype === null ? {} : { ID_FS_TYPE: fstype, ID_FS_USAGE: usages[fstype] ?? 'filesystem' }),
    ...(parttype === null ? {} : { ID_PART_ENTRY_TYPE: parttype }),
    ...(type === 'rom' ? { ID_CDROM: '1' } : {}),
  };
}
