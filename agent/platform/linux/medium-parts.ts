import type { Medium } from '../../../shared/report/media.ts';
import { type PartEncryption, wholeEncryption } from '../media/medium-encryption.ts';
import type { BlockNode } from './block-node.ts';

/** Partitions that hold no files by design: extended ones (MBR), Microsoft's reserved one, a boot loader's. */
const withoutFiles = new Set([
  ...['0x5', '0xf', '0x85', '0xee'],
  ...['e3c9e316-0b5c-4db8-817d-f92df00215ae', '21686148-6449-6e6f-744e-656564454649'],
]);

/** What device-mapper encrypts. cryptsetup names its tables of checksums alike, and they hide nothing. */
const isCrypt = /^CRYPT-(?!VERITY|INTEGRITY)/;

/** File systems whose encryption, if any, shows nowhere on the outside. */
const encryptedWithin = new Set(['apfs', 'zfs_member', 'bcachefs']);

/**
 * How a medium is encrypted, from what udev found on it and what the kernel has
 * built on it. A disk without udev's record is unknown: nobody looked.
 */
export function mediumEncryption(disk: BlockNode): Medium['encryption'] {
  // A disk that has partitions may bear the signature of what it was before.
  if (disk.partitions.length === 0) return wholeEncryption([partEncryption(disk, 'disk')]);
  const parts = disk.partitions.filter((part) => !withoutFiles.has(typeOf(part)));
  return parts.length === 0 ? 'blank' : wholeEncryption(parts.map((part) => partEncryption(part, 'partition')));
}

function partEncryption(node: BlockNode, kind: 'disk' | 'partition' | 'built'): PartEncryption {
  if (isCrypt.test(node.mapper ?? '')) return 'encrypted';
  // What is built on it decides: an opened container, or logical volumes that may be plain.
  if (node.holders.length > 0) return wholeEncryption(node.holders.map((holder) => partEncryption(holder, 'built')));
  if (node.udev === undefined) return 'unknown';
  const { properties } = node.udev;
  const type = properties.get('ID_FS_TYPE') ?? '';
  const usage = properties.get('ID_FS_USAGE');
  if (type === 'crypto_LUKS' || type === 'BitLocker' || usage === 'crypto') return 'encrypted';
  if (encryptedWithin.has(type) || properties.has('ID_FS_AMBIVALENT')) return 'unknown';
  if (usage === 'filesystem' || type === 'swap') return 'not-encrypted';
  if (type !== '' || usage !== undefined) return 'unknown';
  return withoutSignature(properties, kind);
}

/**
 * Nothing that udev knows. On a whole medium that is an empty one (or an empty
 * table of partitions); somebody made a partition for something, and a container
 * that hides what it is looks the same.
 */
function withoutSignature(
  properties: ReadonlyMap<string, string>,
  kind: 'disk' | 'partition' | 'built',
): PartEncryption {
  if (kind !== 'disk') return 'unknown';
  if (properties.has('ID_CDROM')) return properties.get('ID_CDROM_MEDIA_STATE') === 'blank' ? 'blank' : 'unknown';
  // Only the rules that also look for signatures set these.
  const wasLookedAt = ['ID_SERIAL', 'ID_BUS', 'ID_PATH', 'ID_PART_TABLE_TYPE'].some((name) => properties.has(name));
  return wasLookedAt ? 'blank' : 'unknown';
}

function typeOf({ udev }: BlockNode): string {
  return (udev?.properties.get('ID_PART_ENTRY_TYPE') ?? '').toLowerCase();
}
