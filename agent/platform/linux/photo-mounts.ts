import type { Ground, Grounds } from '../photos/ground.ts';

/** File systems of the kernel itself, which hold no files of people's. */
const kernelTypes = new Set([
  ...['proc', 'sysfs', 'devtmpfs', 'devpts', 'cgroup', 'cgroup2', 'securityfs', 'debugfs', 'tracefs', 'bpf', 'mqueue'],
  ...['pstore', 'efivarfs', 'configfs', 'binfmt_misc', 'hugetlbfs', 'rpc_pipefs', 'nsfs', 'fusectl', 'selinuxfs'],
]);

/** File systems on disks and in memory that answer without asking anybody else. Any other type is far: that costs time, never a hang. */
const diskTypes = new Set([
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'f2fs', 'jfs', 'reiserfs', 'nilfs2', 'bcachefs', 'overlay'],
  ...['tmpfs', 'ramfs', 'ecryptfs', 'vfat', 'exfat', 'ntfs3', 'squashfs', 'erofs', 'iso9660', 'udf', 'hfsplus'],
]);

/** Of these, those that count the folders in a folder among its links (as find and fts rely on). */
const countingTypes = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'f2fs', 'jfs']);

/** Sticks and cards may be slow, and may be pulled out in the middle of an answer. */
const removableFolders = /^\/(?:media|run\/media)\//;

/** One mount as the kernel lists it. */
export interface MountPoint {
  path: string;
  type: string;
  source: string;
}

/** The lines of `/proc/self/mountinfo` that can be understood. Blanks in a path are written as `\040`. */
export function parseMountInfo(text: string): MountPoint[] {
  return text.split('\n').flatMap((line) => {
    const [place = '', filesystem = ''] = line.split(' - ');
    const path = place.split(' ')[4];
    const [type = '', source = ''] = filesystem.split(' ');
    return path === undefined || type === '' ? [] : [{ path: plain(path), type, source: plain(source) }];
  });
}

function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * What folders lie on, by the kernel's list of mounts; where several lie on one
 * another the last is what is seen. No list: everything is far.
 */
export function linuxGrounds(mounts: readonly MountPoint[]): Grounds {
  const table = new Map<string, Ground>();
  for (const { path, type } of mounts) table.set(path, groundOf(path, type));
  const unknownGround: Ground = { kind: 'far', mount: '/' };
  return {
    of(path) {
      for (let at = path; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 1))) {
        const ground = table.get(at);
        if (ground !== undefined) return ground;
        if (at === '/' || at === '') return unknownGround;
        if (at.lastIndexOf('/') <= 0) return table.get('/') ?? unknownGround;
      }
    },
    within: (path, parent) => table.get(path) ?? parent,
  };
}

function groundOf(path: string, type: string): Ground {
  const ground: Ground = { kind: kindOf(path, type), mount: path };
  return countingTypes.has(type) ? { ...ground, countsFolders: true } : ground;
}

function kindOf(path: string, type: string): Ground['kind'] {
  if (kernelTypes.has(type)) return 'apart';
  return diskTypes.has(type) && !removableFolders.test(path) ? 'near' : 'far';
}

/** Mounted disks that may have a bin of their own beside the homes (freedesktop's trash specification). */
export function disksWithBins(mounts: readonly MountPoint[]): string[] {
  const paths = mounts
    .filter(({ path, type, source }) => path !== '/' && source.startsWith('/dev/') && !readOnlyTypes.has(type))
    .map(({ path }) => path)
    .filter((path) => !/^\/(?:boot|efi|snap|usr|var\/lib|var\/snap|etc|proc|sys|dev)(?:\/|$)/.test(path));
  return [...new Set(paths)];
}

const readOnlyTypes = new Set(['squashfs', 'iso9660', 'udf', 'erofs']);
