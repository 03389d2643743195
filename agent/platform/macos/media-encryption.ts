import type { Medium } from '../../../shared/report/media.ts';
import { type PartEncryption, wholeEncryption } from '../media/medium-encryption.ts';
import type { ApfsContainer, ApfsVolume } from './apfs-list.ts';
import type { DiskPart, WholeDisk } from './media-lists.ts';

/** Partitions for starting up and for no files: every system makes them, and nobody sees them. */
const contentsOfNobody: ReadonlySet<string> = new Set([
  'EFI',
  'Apple_partition_map',
  'Apple_Free',
  'Apple_Boot',
  'Apple_Boot Recovery',
  'Apple_APFS_Recovery',
  'Apple_APFS_ISC',
  'Microsoft Reserved',
]);

const tables: ReadonlySet<string> = new Set([
  'GUID_partition_scheme',
  'FDisk_partition_scheme',
  'Apple_partition_scheme',
]);

/**
 * How the files on a medium are guarded. macOS opens BitLocker and LUKS by no means of
 * its own: what it has mounted and is neither APFS nor CoreStorage lies in the open;
 * what it has not may be anything.
 *
 * @param containers all of APFS; undefined: they could not be listed
 */
export function mediumEncryption(
  disk: WholeDisk,
  containers: readonly ApfsContainer[] | undefined,
): Medium['encryption'] {
  const isTable = tables.has(disk.content);
  if (isTable && disk.partitions.length === 0) return 'blank';
  const parts = isTable || disk.partitions.length > 0 ? disk.partitions : [disk];
  return wholeEncryption(
    parts.filter(({ content }) => !contentsOfNobody.has(content)).flatMap((part) => partEncryption(part, containers)),
  );
}

/** One answer, or one for each volume of a container. */
function partEncryption(part: DiskPart, containers: readonly ApfsContainer[] | undefined): PartEncryption[] {
  if (part.content === 'Apple_APFS') return apfsEncryption(part.device, containers);
  if (part.content === 'Apple_HFS' || part.content === 'Apple_HFSX') return ['not-encrypted'];
  if (part.content === 'Apple_CoreStorage') return ['unknown'];
  return [part.isMounted ? 'not-encrypted' : 'unknown'];
}

function apfsEncryption(device: string, containers: readonly ApfsContainer[] | undefined): PartEncryption[] {
  const container = containers?.find(({ stores }) => stores.includes(device));
  if (container === undefined) return ['unknown'];
  return container.volumes.length === 0 ? ['blank'] : container.volumes.map(volumeEncryption);
}

/** Outside a Mac's own disk nothing encrypts by itself, but both keys must say so; one that is being converted is not done. */
function volumeEncryption(volume: ApfsVolume): PartEncryption {
  if (volume.CryptoMigrationOn === true) return 'not-encrypted';
  if (!volume.Encryption) return volume.FileVault === true || volume.Locked === true ? 'unknown' : 'not-encrypted';
  return volume.FileVault === true || volume.Locked === true ? 'encrypted' : 'unknown';
}
