import type { Encryption } from '../../../shared/report/encryption.ts';
import type { ExecOptions } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { keepWhileUnchanged } from '../unchanged.ts';
import { createEncryptionProbe, type EncryptionParts } from './encryption.ts';
import type { ListNames, ReadText } from './proc.ts';

interface RoundsParts extends EncryptionParts {
  list: ListNames;
  /** The same, where what another section read in this very round will do. */
  inRound?: { read: ReadText };
}

/** How long an answer about the disks may be given again. */
const keptMs = 30 * 60 * 1000;

/** What only looks at the kernel's own lists: no answer of theirs changes without the mark. */
const listTools = ['lsblk', 'findmnt', 'dmsetup'];
/** What looks at a device or a folder. A plain device's answer can then be out of date only by being better. */
const contentTools = ['blkid', 'lsattr'];

/**
 * The encryption of the disks, asked of the tools only when something changed.
 *
 * What the mark sees: a disk, partition or mapped device that came, went or
 * changed its size; a mount, of any kind; swap that was turned on or off; a volume
 * whose key was taken away (luksSuspend); a device's table, and with it what lies
 * below, by the event the kernel sends when it is put in place, which is how each
 * conversion in use begins, pauses and ends; a new file system, LUKS header or
 * partition table, by the event udev sends when a device was written to.
 *
 * What it cannot see, and what is therefore never given again: the header of a
 * closed container (`cryptsetup luksDump`), which a conversion on a closed disk
 * changes in silence; what `cryptsetup status` alone tells; ZFS, fscrypt and
 * eCryptfs. Nor is any answer that holds a volume other than protected or plain.
 * A plain device that has become better shows when the time is over.
 */
export function createEncryptionRounds(parts: RoundsParts): Probe<Encryption> {
  return keepWhileUnchanged({
    clock: parts.clock,
    keptMs,
    mark(how) {
      const { read } = how === 'glance' && parts.inRound !== undefined ? parts.inRound : parts;
      return encryptionMark(read, parts.list);
    },
    async look(signal) {
      const asked = new Set<string>();
      const exec = (tool: string, args: readonly string[], options?: ExecOptions) => {
        asked.add(tool);
        return parts.exec(tool, args, options);
      };
      const reading = await createEncryptionProbe({ ...parts, exec })(signal);
      return { reading, lasting: reading.state === 'known' && isLasting(reading.value, asked) };
    },
  });
}

const lastingSchemes: readonly string[] = ['luks1', 'luks2', 'plain-dm-crypt', 'none'];

function isLasting({ protection, volumes }: Encryption, asked: ReadonlySet<string>): boolean {
  const settled = volumes.every(
    ({ state, scheme = 'unknown' }) =>
      (state === 'protected' || state === 'not-protected') && lastingSchemes.includes(scheme),
  );
  const trusted = protection === 'not-protected' ? [...listTools, ...contentTools] : listTools;
  return settled && [...asked].every((tool) => trusted.includes(tool));
}

/** undefined: the kernel does not show one of these here, so a change could go unseen. */
export async function encryptionMark(read: ReadText, list: ListNames): Promise<string | undefined> {
  const [events, mounts, partitions, swaps, disks] = await Promise.all([
    read('/sys/kernel/uevent_seqnum'),
    read('/proc/self/mountinfo'),
    read('/proc/partitions'),
    read('/proc/swaps'),
    list('/sys/block'),
  ]);
  const texts = [events, mounts, partitions, swaps];
  if (disks === undefined || texts.some((text) => text === undefined || text.trim() === '')) return undefined;
  const mapped = disks.filter((disk) => disk.startsWith('dm-'));
  const described = await Promise.all(mapped.sort().map((disk) => describeMapped(disk, read)));
  return [events, mounts, partitions, swapNames(swaps ?? ''), ...described].join('\0');
}

/** How much of it is used goes up and down by itself. */
function swapNames(text: string): string {
  return text.replaceAll(/^(\S+\s+\S+).*$/gm, '$1');
}

async function describeMapped(disk: string, read: ReadText): Promise<string> {
  const facts = await Promise.all(['uuid', 'name', 'suspended'].map((fact) => read(`/sys/block/${disk}/dm/${fact}`)));
  return [disk, ...facts.map((fact) => String(fact))].join('\n');
}
