import type { Medium } from '../../../shared/report/media.ts';
import { type PartEncryption, wholeEncryption } from '../media/medium-encryption.ts';
import type { BlockNode } from './block-node.ts';
import { schemeOfUuid } from './dm-text.ts';

/**
 * Partitions that hold no files by design: extended ones (MBR), Microsoft's reserved
 * one, a boot loader's. The guard of a GPT (0xee) is none of them: seen alone, it
 * stands for partitions that the kernel could not read.
 */
const withoutFiles = new Set([
  ...['0x5', '0xf', '0x85'],
  ...['e3c9e316-0b5c-4db8-817d-f92df00215ae', '21686148-6449-6e6f-744e-656564454649'],
]);

/** Who built a device of device-mapper; whatever bears no such mark may be anybody's, and hide anything. */
const knownMapper = /^(LVM|mpath|part\d+|DMRAID)-/;

/**
 * What bears no sign on the outside of whether it is encrypted: BitLocker's mark is there from the first moment of a
 * conversion, and while its key lies beside it in the open.
 */
const encryptedWithin = new Set(['apfs', 'zfs_member', 'bcachefs', 'BitLocker', 'cs_fvault2']);

/**
 * How a medium is encrypted, from what udev found on it and what the kernel has
 * built on it. A disk without udev's record is unknown: nobody looked.
 */
export function mediumEncryption(disk: BlockNode): Medium['encryption'] {
  if (disk.partitions.length === 0) return wholeEncryption([partEncryption(disk, 'disk')]);
  const parts = disk.partitions.filter(
    (part) => !withoutFiles.has(typeOf(part)) || part.udev?.properties.has('ID_FS_TYPE'),
  );
  if (parts.length === 0) return 'blank';
  const found = wholeEncryption(parts.map((part) => partEncryption(part, 'partition')));
  // A disk that has partitions may bear the signature of what it was before; or it is what it was.
  const isFiles = disk.udev?.properties.get('ID_FS_USAGE') === 'filesystem';
  return found === 'encrypted' && isFiles ? 'unknown' : found;
}

/** Whether it is an opened container, encrypted as far as its mark tells. */
export function isOpened({ mapper }: BlockNode): boolean {
  return mapper !== undefined && schemeOfUuid(mapper) !== undefined;
}

/** A container of the kind that can be converted in place; where the version is not told, it may be one. */
export function isLuks2({ udev }: BlockNode): boolean {
  const properties = udev?.properties;
  return properties?.get('ID_FS_TYPE') === 'crypto_LUKS' && properties.get('ID_FS_VERSION') !== '1';
}

function partEncryption(node: BlockNode, kind: 'disk' | 'partition' | 'built'): PartEncryption {
  if (isOpened(node)) return 'encrypted';
  // What is built on it decides: an opened container, or logical volumes that may be plain.
  if (node.holders.length > 0) return builtOn(node);
  if (node.name.startsWith('dm-') && !knownMapper.test(node.mapper ?? '')) return 'unknown';
  if (node.udev === undefined) return 'unknown';
  const { properties } = node.udev;
  const type = properties.get('ID_FS_TYPE') ?? '';
  const usage = properties.get('ID_FS_USAGE');
  if (type === 'crypto_LUKS') return 'encrypted';
  if (encryptedWithin.has(type) || properties.has('ID_FS_AMBIVALENT')) return 'unknown';
  if (usage === 'filesystem' || type === 'swap') return 'not-encrypted';
  if (type !== '' || usage !== undefined) return 'unknown';
  return withoutSignature(properties, kind);
}

/** Volumes that are not switched on are not seen: those that are may all be encrypted, and the rest not. */
function builtOn({ holders }: BlockNode): PartEncryption {
  const found = wholeEncryption(holders.map((holder) => partEncryption(holder, 'built')));
  return found === 'encrypted' && !holders.every(isOpened) ? 'unknown' : found;
}

/**
 * Nothing that udev knows. On a whole medium with a table of partitions and none in it
 * that is an empty one. Without a table it may be new; but a container that hides what
 * it is (VeraCrypt) looks the same, and so does a partition of one.
 */
function withoutSignature(
  properties: ReadonlyMap<string, string>,
  kind: 'disk' | 'partition' | 'built',
): PartEncryption {
  if (kind !== 'disk') return 'unknown';
  if (properties.has('ID_CDROM')) return properties.get('ID_CDROM_MEDIA_STATE') === 'blank' ? 'blank' : 'unknown';
  return /^(dos|gpt)$/.test(properties.get('ID_PART_TABLE_TYPE') ?? '') ? 'blank' : 'unknown';
}

function typeOf({ udev }: BlockNode): string {
  return (udev?.properties.get('ID_PART_ENTRY_TYPE') ?? '').toLowerCase();
}
