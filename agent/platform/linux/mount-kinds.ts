import type { Volume } from '../../../shared/report/encryption.ts';
import type { Mount } from './findmnt.ts';
import type { Block } from './lsblk.ts';

type Holds = Volume['holds'];

/** File systems whose data lies on another machine. */
const remoteTypes = new Set([
  ...['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', '9p', 'ceph', 'glusterfs', 'afs', 'davfs', 'coda', 'lustre', 'ocfs2'],
  ...['virtiofs', 'vboxsf', 'prl_fs', 'vmhgfs'],
]);

/** File systems that are written once, as a whole, by whoever makes a system: nothing is ever stored on them. */
const imageTypes: readonly string[] = ['squashfs', 'iso9660', 'erofs', 'cramfs'];

/** File systems that show the content of others, or that nobody can write to. */
const derivedTypes = new Set(['overlay', 'aufs', ...imageTypes, 'udf', 'tmpfs', 'autofs']);

/**
 * Mounts that hold no people's data of their own on this device's disks. Never
 * true of the system's root: what that lies on must be proved.
 */
export function isElsewhere({ target, source, fstype }: Mount): boolean {
  if (target === '/') return false;
  if (remoteTypes.has(fstype) || derivedTypes.has(fstype)) return true;
  // A program plays the file system; what it stores lies on a mount that is judged, or on another machine.
  return /^fuse(\.|$)/.test(fstype) && (!source.startsWith('/dev/') || source === '/dev/fuse');
}

/** Whether it holds the image of a system, and is used for no more than that. */
export function isImage({ fstype }: Block, uses: readonly Holds[]): boolean {
  return fstype !== null && imageTypes.includes(fstype) && uses.every((use) => use === 'data' || use === 'boot');
}

/** What a mounted volume is used for. */
export function holdsAt(target: string): Holds {
  if (target === '/') return 'system';
  if (target === '[SWAP]') return 'swap';
  // Ubuntu mounts its parts for starting up there, where it unlocks the rest by the TPM.
  if (/^\/(boot|efi|run\/mnt\/ubuntu-(boot|seed))(\/|$)/.test(target)) return 'boot';
  return /^\/(home|root|var\/home)(\/|$)/.test(target) ? 'home' : 'data';
}

const weights: readonly Holds[] = ['system', 'home', 'data', 'swap', 'boot'];

/** What a volume counts as that is used for several things: the weightiest of them. */
export function weightiest(uses: readonly Holds[]): Holds {
  return weights.find((use) => uses.includes(use)) ?? 'data';
}

/** Partition types that may stay plain: EFI, boot loaders, Microsoft's reserved and recovery partitions. */
const plainByDesign = new Set([
  'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  'bc13c2ff-59e6-4262-a352-b275fd6f7172',
  '21686148-6449-6e6f-744e-656564454649',
  'e3c9e316-0b5c-4db8-817d-f92df00215ae',
  'de94bba4-06d1-4d40-a16a-bfd50179d6ac',
  '0xef',
  '0x27',
]);

export function isPlainByDesign(block: Block): boolean {
  return block.partitionType !== null && plainByDesign.has(block.partitionType.toLowerCase());
}

/** Partitions that Windows joins in a way of its own, without a signature on each: Storage Spaces, and dynamic disks. */
const setsOfWindows = new Set(['e75caf8f-f680-4cee-afa3-b001e56efc2d', 'af9b60a0-1431-4f62-bc68-3311714a69ad', '0x42']);

export function isInSetOfWindows(block: Block): boolean {
  return block.partitionType !== null && setsOfWindows.has(block.partitionType.toLowerCase());
}

/** What a signature on a device that nothing is built on tells about it. */
export type Signature = 'files' | 'closed' | 'part-of-another' | 'may-encrypt' | 'zfs' | 'nothing';

/** Members of sets that are not put together now: what lies in the set cannot be told. So are those of any make of RAID. */
const memberTypes = new Set([
  ...['LVM2_member', 'LVM1_member', 'bcache', 'drbd', 'stratis', 'ceph_bluestore', 'mpath_member', 'vdo'],
  ...['DM_snapshot_cow', 'VMFS_volume_member'],
]);

/** File systems that can encrypt all they hold, and show no sign of it on the outside. */
const encryptedWithin = new Set(['bcachefs', 'apfs', 'cs_fvault2']);

/** Swap that nothing uses, and tables of checksums. */
const idleTypes = new Set(['swap', 'swsuspend', 'DM_verity_hash', 'DM_integrity']);

/** A signature that is not known counts as files: whoever takes the disk may be able to read them. */
export function signatureOf(fstype: string): Signature {
  if (isEncryptedSignature(fstype)) return 'closed';
  if (memberTypes.has(fstype) || fstype.endsWith('_raid_member')) return 'part-of-another';
  if (encryptedWithin.has(fstype)) return 'may-encrypt';
  if (fstype === 'zfs_member') return 'zfs';
  return idleTypes.has(fstype) || imageTypes.includes(fstype) ? 'nothing' : 'files';
}

/** Signatures of encrypted containers. Says nothing once the device has partitions: it may be stale. */
function isEncryptedSignature(fstype: string): boolean {
  return fstype === 'crypto_LUKS' || fstype === 'BitLocker';
}

/** Devices in memory, and images in files: what they hold is gone with the power or lies on a judged volume. */
export function isNotADisk(block: Block): boolean {
  return /^(zram|ram)\d/.test(block.kname) || block.type === 'rom' || block.type === 'loop';
}
