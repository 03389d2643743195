import type { OutcomeReason } from '../../../shared/command/life.ts';
import type { Encryption } from '../../../shared/report/encryption.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { outputOf } from '../tool-trouble.ts';
import { devicePath } from './crypt-state.ts';
import { type Block, excuseCards, lsblkColumns, lsblkColumnsOld, parseLsblk } from './lsblk.ts';
import { isNotADisk } from './mount-kinds.ts';
import type { ReadText } from './proc.ts';

export interface VolumeParts {
  exec: Exec;
  read: ReadText;
  /** How the disks are encrypted, by a new look. */
  encryption: Probe<Encryption>;
}

export type FoundVolumes = { devices: readonly string[] } | { reason: OutcomeReason };

const timeoutMs = 30_000;
const luks: readonly string[] = ['luks', 'luks1', 'luks2'];

/**
 * The containers whose keys make everything of people's on this device unreadable once
 * they are gone, the one below the root last; or why that cannot be had.
 *
 * DANGER: refused unless every volume that is used, or that files lie on, was seen to be
 * LUKS. A disk that stays readable must never pass for wiped. Sticks and cards are
 * neither asked for nor touched.
 */
export async function findVolumes(parts: VolumeParts, signal: AbortSignal): Promise<FoundVolumes> {
  const reading = await parts.encryption(signal, 'new');
  if (reading.state === 'unknown')
    return { reason: reading.reason === 'permission-denied' ? 'needs-administrator-rights' : 'cannot-look' };
  const reason = refusalOf(reading.value);
  if (reason !== undefined) return { reason };
  const blocks = await listBlocks(parts, signal);
  if (blocks === undefined) return { reason: 'cannot-look' };
  // Started from a stick: the disks inside are another system's, and what runs here would come back as itself.
  if (blocks.some((block) => block.removable && block.mountpoints.includes('/'))) return { reason: 'not-supported' };
  const devices: string[] = [];
  for (const block of containersOf(blocks)) {
    const isLuks = await parts.exec('cryptsetup', ['isLuks', devicePath(block)], { signal, timeoutMs });
    // A header that lies elsewhere is out of reach: whoever has it still has the keys.
    if (isLuks.kind !== 'exited' || isLuks.code !== 0) return { reason: 'cannot-look' };
    devices.push(devicePath(block));
  }
  return devices.length === 0 ? { reason: 'disk-not-encrypted' } : { devices };
}

/** undefined: everything of people's lies in LUKS, or in swap whose key lives in memory only. */
export function refusalOf({ protection, volumes }: Encryption): OutcomeReason | undefined {
  if (protection !== 'protected') return 'disk-not-encrypted';
  const others = volumes.filter(({ holds, scheme }) => holds !== 'boot' && !luks.includes(scheme ?? ''));
  return others.every(({ holds, scheme }) => holds === 'swap' && scheme === 'plain-dm-crypt')
    ? undefined
    : 'not-supported';
}

/** Devices that hold a LUKS container, open or closed, inside the device; what the root lies on comes last. */
export function containersOf(blocks: readonly Block[]): Block[] {
  const byName = new Map(blocks.map((block) => [block.kname, block]));
  const isOpened = (block: Block) => block.children.some((name) => byName.get(name)?.type === 'crypt');
  const containers = blocks.filter(
    (block) =>
      !block.removable &&
      !isNotADisk(block) &&
      // Partitions in it make a signature on the whole disk an old one.
      block.fstype === 'crypto_LUKS' &&
      (isOpened(block) || block.children.length === 0),
  );
  const holdsRoot = (block: Block): boolean =>
    block.mountpoints.includes('/') ||
    block.children.some((name) => {
      const child = byName.get(name);
      return child !== undefined && holdsRoot(child);
    });
  return [...containers.filter((block) => !holdsRoot(block)), ...containers.filter(holdsRoot)];
}

async function listBlocks({ exec, read }: VolumeParts, signal: AbortSignal): Promise<Block[] | undefined> {
  for (const columns of [lsblkColumns, lsblkColumnsOld]) {
    const output = outputOf(await exec('lsblk', ['--json', '-o', columns], { signal, timeoutMs }));
    const blocks = output === undefined ? undefined : parseLsblk(output);
    if (blocks === undefined) continue;
    await excuseCards(blocks, read);
    return blocks;
  }
  return undefined;
}

/** Whether `cryptsetup luksDump` lists a place that holds a key; undefined: its words are not understood. */
export function hasKeys(dump: string): boolean | undefined {
  if (/^Version:\s*1\s*$/m.test(dump)) {
    const slots = [...dump.matchAll(/^Key Slot \d+: (ENABLED|DISABLED)\s*$/gm)];
    return slots.length === 0 ? undefined : slots.some(([, state]) => state === 'ENABLED');
  }
  const slots = /^Keyslots:\s*\n([\s\S]*?)^Tokens:/m.exec(dump)?.[1];
  if (!/^Version:\s*2\s*$/m.test(dump) || slots === undefined) return undefined;
  return /^\s+\d+: \S/m.test(slots);
}

/**
 * Destroys every key of a container (platforms.md 6): without one nothing in it can be
 * read again, and what is open goes on until the power is off. Tells whether they are
 * gone, as seen by looking again.
 */
export async function eraseKeys(exec: Exec, device: string): Promise<boolean> {
  await exec('cryptsetup', ['erase', '-q', device], { timeoutMs });
  const dump = outputOf(await exec('cryptsetup', ['luksDump', device], { timeoutMs }));
  return dump !== undefined && hasKeys(dump) === false;
}
