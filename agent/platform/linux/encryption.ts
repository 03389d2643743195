import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Encryption, Volume } from '../../../shared/report/encryption.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { type Doubt, judgeProtection } from '../protection.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { judgeCrypts } from './crypt-state.ts';
import { type Mount, parseFindmnt, withRootOfImage } from './findmnt.ts';
import { ecryptfsVolumes, type Found, fscryptVolumes, volumeId, zfsVolumes } from './folder-encryption.ts';
import { type Block, excuseCards, lsblkColumns, lsblkColumnsOld, parseLsblk } from './lsblk.ts';
import type { ReadText } from './proc.ts';
import { type Seat, seatVolumes } from './seats.ts';
import { findSwap } from './swap-places.ts';
import { createVolumeJudge } from './volume-states.ts';

export interface EncryptionParts {
  exec: Exec;
  read: ReadText;
  clock: Clock;
  isAdministrator: boolean;
  /** The home folders of people, for folder-by-folder encryption. */
  homes: () => Promise<string[]>;
}

type Answer<Value> = { value: Value } | { doubt: Doubt };

const maxVolumes = 64;

/**
 * Disk encryption on Linux (platforms.md 1.3): block devices from lsblk, what
 * they are used for from findmnt and the kernel's list of swap, and the state of
 * each encrypted device from device-mapper.
 */
export function createEncryptionProbe(parts: EncryptionParts): Probe<Encryption> {
  return async (signal) => {
    const found = await findVolumes(parts, signal);
    const at = instant(parts.clock.now());
    const verdict = judgeProtection(found.volumes, found.doubts);
    if ('unknown' in verdict) return unknown(verdict.unknown.reason, at, verdict.unknown.detail);
    const volumes = found.volumes.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, maxVolumes);
    return known({ protection: verdict.protection, volumes }, at);
  };
}

async function findVolumes(parts: EncryptionParts, signal: AbortSignal): Promise<Found> {
  const blocks = await listBlocks(parts.exec, signal);
  if ('doubt' in blocks) return { volumes: [], doubts: [blocks.doubt] };
  await excuseCards(blocks.value, parts.read);
  const mounts = await listMounts(parts.exec, signal);
  if ('doubt' in mounts) return { volumes: [], doubts: [mounts.doubt] };
  const swap = await findSwap((await parts.read('/proc/swaps')) ?? '', blocks.value, mounts.value, parts.read);
  if (swap === undefined) return { volumes: [], doubts: [{ reason: 'not-understood', detail: 'proc' }] };

  const seating = seatVolumes(blocks.value, await withRoot(mounts.value, parts.read), swap);
  const crypts = await judgeCrypts(blocks.value, parts, signal);
  const { judge, byName } = createVolumeJudge(blocks.value, crypts, parts, signal);
  const onDisks = await judgeSeats(seating.seats, judge);
  const onZfs = await zfsVolumes(seating.unseated, byName, crypts, parts.exec, signal);
  const volumes = [...onDisks.volumes, ...onZfs.volumes, ...ecryptfsVolumes(seating.unseated)];
  const doubts = [...seating.doubts, ...onDisks.doubts, ...onZfs.doubts];
  if (!volumes.some((volume) => volume.holds === 'system'))
    doubts.push({ reason: 'disks-not-described', detail: 'findmnt' });
  return { volumes: [...volumes, ...(await encryptedHomes(volumes, parts, signal))], doubts };
}

/** Looked for only where the root is on no device. */
async function withRoot(mounts: readonly Mount[], read: ReadText): Promise<readonly Mount[]> {
  if (mounts.some(({ target, fstype }) => target === '/' && fstype !== 'overlay')) return mounts;
  return withRootOfImage(mounts, (await read('/proc/self/mountinfo')) ?? '');
}

async function judgeSeats(
  seats: readonly Seat[],
  judge: ReturnType<typeof createVolumeJudge>['judge'],
): Promise<Found> {
  const found: Found = { volumes: [], doubts: [] };
  for (const [index, seat] of seats.entries()) {
    const judged = await judge(seat);
    if (judged === undefined) continue;
    found.volumes.push({
      id: volumeId(seat.block, index),
      holds: seat.holds,
      state: judged.state,
      scheme: judged.scheme,
    });
    if (judged.doubt !== undefined && seat.holds !== 'boot') found.doubts.push(judged.doubt);
  }
  return found;
}

/** Homes that are encrypted folder by folder, looked for only where the volume they lie on is plain. */
async function encryptedHomes(
  volumes: readonly Volume[],
  parts: EncryptionParts,
  signal: AbortSignal,
): Promise<Volume[]> {
  const below = volumes.filter((volume) => volume.holds === 'home');
  const homesLieOn = below.length > 0 ? below : volumes.filter((volume) => volume.holds === 'system');
  if (!homesLieOn.some((volume) => volume.state === 'not-protected')) return [];
  return fscryptVolumes(await parts.homes(), parts.exec, signal);
}

async function listBlocks(exec: Exec, signal: AbortSignal): Promise<Answer<Block[]>> {
  const ask = (columns: string) => exec('lsblk', ['--json', '-o', columns], { signal });
  let result = await ask(lsblkColumns);
  // Old versions refuse the whole question for one column they do not know.
  if (result.kind === 'exited' && result.code !== 0 && result.stdout.trim() === '') result = await ask(lsblkColumnsOld);
  const output = outputOf(result);
  if (output === undefined) return { doubt: { reason: toolTrouble(result), detail: 'lsblk' } };
  const blocks = parseLsblk(output);
  return blocks === undefined ? { doubt: { reason: 'not-understood', detail: 'lsblk' } } : { value: blocks };
}

async function listMounts(exec: Exec, signal: AbortSignal): Promise<Answer<Mount[]>> {
  const result = await exec('findmnt', ['--json', '--real', '-o', 'TARGET,SOURCE,FSTYPE'], { signal });
  // Ends with 1 and prints nothing when no real file system is mounted: in a container, on an overlay.
  if (result.kind === 'exited' && result.code === 1 && result.stdout.trim() === '') return { value: [] };
  const output = outputOf(result);
  if (output === undefined) return { doubt: { reason: toolTrouble(result), detail: 'findmnt' } };
  const mounts = parseFindmnt(output);
  return mounts === undefined ? { doubt: { reason: 'not-understood', detail: 'findmnt' } } : { value: mounts };
}
