import type { Volume } from '../../../shared/report/encryption.ts';
import type { Exec } from '../exec.ts';
import type { Doubt } from '../protection.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import {
  type DmPart,
  isNoCipher,
  kindOfTable,
  parseCryptStatus,
  parseDmTable,
  parseLuksDump,
  type Scheme,
  schemeOfUuid,
} from './dm-text.ts';
import type { Block } from './lsblk.ts';
import type { ReadText } from './proc.ts';

/** What an opened or closed encrypted device is worth. */
export interface CryptState {
  state: Volume['state'];
  scheme: Scheme;
  doubt?: Doubt;
}

interface CryptParts {
  exec: Exec;
  read: ReadText;
  isAdministrator: boolean;
}

/**
 * Judges every device that lsblk calls "crypt", or "dm" for want of a mark, by kernel name. A device that is
 * no encryption at all (dm-verity, dm-integrity) is not in the answer: what lies
 * below it decides.
 *
 * LUKS2 can encrypt a disk in place, while in use. Such a device looks fully
 * encrypted in lsblk and in sysfs although parts of it are still plain; only the
 * administrator may ask the kernel which. A conversion that was interrupted
 * leaves no trace that others could see. The other schemes cannot be converted
 * while open, but any may be set up with a cipher that does nothing, which only
 * the administrator sees too. So without those rights a device is unknown, and
 * says that rights are missing: "protected" would be a guess, and a false one is
 * the worst answer this program can give.
 */
export async function judgeCrypts(
  blocks: readonly Block[],
  parts: CryptParts,
  signal: AbortSignal,
): Promise<Map<string, CryptState>> {
  const judged = new Map<string, CryptState>();
  const crypts = blocks.filter((block) => block.type === 'crypt');
  const unmarked = blocks.filter((block) => block.type === 'dm');
  const isAsked = crypts.length + unmarked.length > 0 && parts.isAdministrator;
  const tables = isAsked ? await readTables(parts.exec, signal) : undefined;
  for (const block of unmarked) {
    const state = judgeUnmarked(tables?.get(block.name), parts.isAdministrator);
    if (state !== undefined) judged.set(block.kname, state);
  }
  for (const block of crypts) {
    const uuid = await parts.read(`/sys/block/${block.kname}/dm/uuid`);
    if (uuid === undefined || uuid.trim() === '') {
      judged.set(block.kname, {
        state: 'unknown',
        scheme: 'unknown',
        doubt: { reason: 'disks-not-described', detail: 'proc' },
      });
      continue;
    }
    const scheme = schemeOfUuid(uuid);
    if (scheme === undefined) continue;
    judged.set(block.kname, withKeyInDoubt(await judgeOpen(block, scheme, tables, parts, signal)));
  }
  return judged;
}

/**
 * A mapped device that bears nobody's mark: VeraCrypt makes such with the kernel's own
 * ciphers, and so may anybody without any. Only its table tells. undefined: what lies
 * below it decides.
 */
function judgeUnmarked(table: readonly DmPart[] | undefined, isAdministrator: boolean): CryptState | undefined {
  if (table === undefined) {
    const reason = isAdministrator ? 'disks-not-described' : 'permission-denied';
    return { state: 'unknown', scheme: 'unknown', doubt: { reason, detail: 'dmsetup' } };
  }
  switch (kindOfTable(table, 'unknown')) {
    case 'ciphers':
      return { state: 'protected', scheme: 'unknown' };
    case 'no-cipher':
      return { state: 'not-protected', scheme: 'none' };
    default:
      return undefined;
  }
}

async function readTables(exec: Exec, signal: AbortSignal): Promise<Map<string, DmPart[]> | undefined> {
  const output = outputOf(await exec('dmsetup', ['table'], { signal }));
  return output === undefined ? undefined : parseDmTable(output);
}

async function judgeOpen(
  block: Block,
  scheme: Scheme,
  tables: Map<string, DmPart[]> | undefined,
  parts: CryptParts,
  signal: AbortSignal,
): Promise<CryptState> {
  if (!parts.isAdministrator) {
    const detail = scheme === 'luks2' ? 'conversion-state' : 'dmsetup';
    return { state: 'unknown', scheme, doubt: { reason: 'permission-denied', detail } };
  }
  const table = tables?.get(block.name);
  const kind = table && kindOfTable(table, scheme);
  if (kind === 'ciphers') return { state: 'protected', scheme };
  if (kind === 'no-cipher') return { state: 'not-protected', scheme };
  // While a conversion runs, the device is one stretch over another of this name, which has the ciphers.
  if (kind === 'open' && tables?.has(`${block.name}-overlay`)) return { state: 'converting', scheme };
  return askCryptsetup(block, scheme, kind, parts.exec, signal);
}

const unguardedBitLocker: CryptState = {
  state: 'unknown',
  scheme: 'bitlocker',
  doubt: { reason: 'disks-not-described', detail: 'lsblk' },
};

/** BitLocker may keep its key in the open beside the data (platforms.md 1.1), which nothing on Linux tells. */
function withKeyInDoubt(judged: CryptState): CryptState {
  return judged.scheme === 'bitlocker' && judged.state === 'protected' ? unguardedBitLocker : judged;
}

/**
 * For a device whose table is not purely of ciphers, or cannot be read:
 * cryptsetup knows what it is doing to it. A table without any cipher is the
 * first moment of a conversion, a drive that encrypts by itself, or what a
 * finished decryption leaves until the device is closed.
 */
async function askCryptsetup(
  block: Block,
  scheme: Scheme,
  kind: 'mixed' | 'open' | undefined,
  exec: Exec,
  signal: AbortSignal,
): Promise<CryptState> {
  const result = await exec('cryptsetup', ['status', block.name], { signal });
  const output = outputOf(result);
  const status = output === undefined ? undefined : parseCryptStatus(output);
  if (kind === 'open' && status === 'no-header') return { state: 'not-protected', scheme: 'none' };
  if (status === undefined || status === 'no-header') {
    // Plain stretches between the encrypted ones are a conversion, whatever else is known.
    if (kind === 'mixed') return { state: 'converting', scheme };
    const reason = output === undefined ? toolTrouble(result) : 'not-understood';
    return { state: 'unknown', scheme, doubt: { reason, detail: 'cryptsetup' } };
  }
  if (status.opal && !status.converting) return { state: 'protected', scheme: 'opal' };
  if (kind === 'mixed' || status.converting) return { state: 'converting', scheme };
  if (kind === 'open') return { state: 'not-protected', scheme: 'none' };
  return { state: isNoCipher(status.cipher) ? 'not-protected' : 'protected', scheme };
}

/**
 * Judges a closed container by its header. A conversion that was broken off
 * leaves plain stretches in a closed one too, so without the right to read the
 * header it is unknown.
 */
export async function judgeClosed(
  block: Block,
  fstype: string,
  parts: CryptParts,
  signal: AbortSignal,
): Promise<CryptState> {
  if (fstype !== 'crypto_LUKS') return unguardedBitLocker;
  if (!parts.isAdministrator) {
    return { state: 'unknown', scheme: 'luks', doubt: { reason: 'permission-denied', detail: 'conversion-state' } };
  }
  const result = await parts.exec('cryptsetup', ['luksDump', devicePath(block)], { signal });
  const output = outputOf(result);
  const dump = output === undefined ? undefined : parseLuksDump(output);
  if (dump === undefined) {
    const reason = output === undefined ? toolTrouble(result) : 'not-understood';
    return { state: 'unknown', scheme: 'luks', doubt: { reason, detail: 'cryptsetup' } };
  }
  const scheme = dump.version === 1 ? 'luks1' : 'luks2';
  if (dump.converting) return { state: 'converting', scheme };
  return dump.open ? { state: 'not-protected', scheme: 'none' } : { state: 'locked', scheme };
}

export function devicePath(block: Block): string {
  return `/dev/${block.kname.replaceAll('!', '/')}`;
}
