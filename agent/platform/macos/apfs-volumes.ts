import type { Volume } from '../../../shared/report/encryption.ts';
import type { Doubt } from '../protection.ts';
import type { ApfsContainer, ApfsVolume } from './apfs-list.ts';
import { beyondApfs, type Partition } from './disk-list.ts';
import type { FileVault } from './fdesetup-text.ts';

/**
 * Roles of volumes on which no person's data lies. Swap on `VM` is encrypted by
 * the kernel itself. A role not named here counts.
 */
const rolesOfNobody: ReadonlySet<string> = new Set([
  'Preboot',
  'Recovery',
  'VM',
  'Update',
  'xART',
  'Hardware',
  'Baseband',
  'Prelogin',
]);

interface Disks {
  containers: readonly ApfsContainer[];
  /** Partitions of built-in disks; undefined: they could not be listed. */
  builtIn: readonly Partition[] | undefined;
  /** undefined: FileVault's own tool did not say, or contradicted itself. */
  fileVault: FileVault | undefined;
}

const undescribed: Doubt = { reason: 'disks-not-described', detail: 'diskutil' };
const contradicted: Doubt = { reason: 'not-understood', detail: 'diskutil' };

type Place = 'built-in' | 'external' | 'unknown';

/**
 * The volumes of a Mac that count (platforms.md 1.2), each with its state.
 * External containers are left out, but only when the list of built-in disks
 * shows that they are; what lies nobody knows where is never called plain.
 */
export function judgeDisks({ containers, builtIn, fileVault }: Disks): { volumes: Volume[]; doubts: Doubt[] } {
  const volumes: Volume[] = [];
  const systems = containers.filter((container) =>
    container.volumes.some((each) => holdsOf(each, container) === 'system'),
  );
  for (const container of containers) {
    const place = placeOf(container, builtIn);
    if (place === 'external') continue;
    // The only system there is must be the one that runs, wherever it lies.
    const isSure = place === 'built-in' || (systems.length === 1 && systems[0] === container);
    for (const volume of container.volumes.filter(counts)) {
      const holds = holdsOf(volume, container);
      const state = stateOf(volume, holds, fileVault);
      volumes.push(toVolume(volume.DeviceIdentifier, holds, isSure || state === 'protected' ? state : 'unknown'));
    }
  }
  for (const partition of beyondApfs(builtIn ?? [])) volumes.push(partitionVolume(partition));
  return { volumes, doubts: doubtsAbout(volumes, builtIn) };
}

function doubtsAbout(volumes: readonly Volume[], builtIn: readonly Partition[] | undefined): Doubt[] {
  const isDescribed = builtIn !== undefined && volumes.some((volume) => volume.holds === 'system');
  if (!isDescribed) return [undescribed];
  return volumes.some((volume) => volume.holds !== 'boot' && volume.state === 'unknown') ? [contradicted] : [];
}

function placeOf(container: ApfsContainer, builtIn: readonly Partition[] | undefined): Place {
  if (builtIn === undefined || container.stores.length === 0) return 'unknown';
  return container.stores.some((store) => builtIn.some((partition) => partition.device === store))
    ? 'built-in'
    : 'external';
}

function counts(volume: ApfsVolume): boolean {
  return volume.Roles.length === 0 || !volume.Roles.every((role) => rolesOfNobody.has(role));
}

/**
 * People's files lie on the volume with the role Data; beside one, System is
 * sealed and read-only, and may be plain. Before macOS 10.15 the one volume for
 * both has no role, and stands beside the helpers of a system that starts.
 */
function holdsOf(volume: ApfsVolume, container: ApfsContainer): Volume['holds'] {
  const has = (role: string) => container.volumes.some((each) => each.Roles.includes(role));
  if (volume.Roles.includes('Data')) return 'system';
  if (volume.Roles.includes('System')) return has('Data') ? 'boot' : 'system';
  if (volume.Roles.includes('User')) return 'home';
  const startsUp = has('Preboot') || has('Recovery') || has('VM');
  return volume.Roles.length === 0 && startsUp && !has('Data') && !has('System') ? 'system' : 'data';
}

/**
 * INVARIANT: the system is `protected` only when diskutil and FileVault's own
 * tool both say so. `Encryption` alone proves nothing: on Macs with a T2 or
 * Apple silicon it is always on, with a key that opens by itself.
 */
function stateOf(volume: ApfsVolume, holds: Volume['holds'], fileVault: FileVault | undefined): Volume['state'] {
  if (volume.CryptoMigrationOn === true) return 'converting';
  const isLocked = volume.Locked === true;
  if (!volume.Encryption) return volume.FileVault === true || isLocked ? 'unknown' : 'not-protected';
  if (volume.FileVault === false) return isLocked ? 'unknown' : 'not-protected';
  if (volume.CryptoMigrationOn === undefined) return 'unknown';
  if (isLocked) return 'locked';
  if (holds !== 'system') return volume.FileVault === true ? 'protected' : 'unknown';
  return systemState(fileVault, volume.FileVault === true);
}

/** The state of a system volume that diskutil calls encrypted; `bound`: it says in so many words that FileVault is on. */
function systemState(fileVault: FileVault | undefined, bound: boolean): Volume['state'] {
  if (fileVault === 'on') return 'protected';
  if (fileVault === 'off') return bound ? 'unknown' : 'not-protected';
  return fileVault === 'converting' ? 'converting' : 'unknown';
}

function toVolume(id: string, holds: Volume['holds'], state: Volume['state']): Volume {
  const scheme = state === 'not-protected' ? 'none' : state === 'unknown' ? 'unknown' : 'filevault';
  return { id, holds, state, scheme };
}

/** HFS+ outside CoreStorage is plain; what the rest is, only its own system can tell. */
function partitionVolume(partition: Partition): Volume {
  const isPlain = partition.content === 'Apple_HFS' || partition.content === 'Apple_HFSX';
  return toVolume(partition.device, 'data', isPlain ? 'not-protected' : 'unknown');
}
