import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type UnknownDetail, unknown } from '../../../shared/reading.ts';
import type { Encryption, Volume } from '../../../shared/report/encryption.ts';
import type { Exec, ExecResult } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { type Doubt, judgeProtection } from '../protection.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { type ApfsContainer, parseApfsList } from './apfs-list.ts';
import { judgeDisks } from './apfs-volumes.ts';
import { type Partition, parseDiskList, parseRemovable } from './disk-list.ts';
import { agreeOnFileVault, type FileVault, parseFdesetupActive, parseFdesetupStatus } from './fdesetup-text.ts';

interface EncryptionParts {
  exec: Exec;
  clock: Clock;
}

type Answer<Value> = { value: Value } | { doubt: Doubt };

/** diskutil waits for every disk, and one may be asleep. */
const diskutilTimeoutMs = 30_000;
const maxVolumes = 64;

/**
 * Disk encryption on macOS (platforms.md 1.2): FileVault's own tool, asked in
 * two ways, and diskutil's list of APFS volumes must agree; `diskutil list`
 * tells which disks are built in and what lies on them beside APFS.
 */
export function createEncryptionProbe({ exec, clock }: EncryptionParts): Probe<Encryption> {
  return async (signal) => {
    const [fileVault, containers, builtIn] = await Promise.all([
      askFileVault(exec, signal),
      askContainers(exec, signal),
      askBuiltIn(exec, signal),
    ]);
    const found = gather(fileVault, containers, builtIn);
    const at = instant(clock.now());
    const verdict = judgeProtection(found.volumes, found.doubts);
    if ('unknown' in verdict) return unknown(verdict.unknown.reason, at, verdict.unknown.detail);
    const volumes = found.volumes.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, maxVolumes);
    return known({ protection: verdict.protection, volumes }, at);
  };
}

/** The plain answer of a Mac whose system volume no list describes: HFS+ before 10.13, or diskutil is silent. */
const undescribedSystem: Volume = { id: 'system', holds: 'system', state: 'not-protected', scheme: 'none' };

function gather(
  fileVault: Answer<FileVault>,
  containers: Answer<ApfsContainer[]>,
  builtIn: Answer<Partition[]>,
): { volumes: Volume[]; doubts: Doubt[] } {
  const troubles = [fileVault, containers, builtIn].flatMap((answer) => ('doubt' in answer ? [answer.doubt] : []));
  const vault = 'value' in fileVault ? fileVault.value : undefined;
  const judged = judgeDisks({
    containers: 'value' in containers ? containers.value : [],
    builtIn: 'value' in builtIn ? builtIn.value : undefined,
    fileVault: vault,
  });
  const isDescribed = judged.volumes.some((volume) => volume.holds === 'system');
  if (vault === 'off' && !isDescribed) judged.volumes.push(undescribedSystem);
  return { volumes: judged.volumes, doubts: [...troubles, ...judged.doubts] };
}

async function askFileVault(exec: Exec, signal: AbortSignal): Promise<Answer<FileVault>> {
  const status = await exec('fdesetup', ['status'], { signal });
  const active = await exec('fdesetup', ['isactive'], { signal });
  for (const result of [status, active]) {
    if (result.kind !== 'exited') return { doubt: { reason: toolTrouble(result), detail: 'fdesetup' } };
  }
  const vault = agreeOnFileVault(
    parseFdesetupStatus(outputOf(status) ?? ''),
    active.kind === 'exited' ? parseFdesetupActive(active) : undefined,
  );
  return vault === undefined ? { doubt: { reason: 'not-understood', detail: 'fdesetup' } } : { value: vault };
}

async function askContainers(exec: Exec, signal: AbortSignal): Promise<Answer<ApfsContainer[]>> {
  return understood(
    await exec('diskutil', ['apfs', 'list', '-plist'], { signal, timeoutMs: diskutilTimeoutMs }),
    parseApfsList,
  );
}

/** Partitions of built-in disks, without cards that lie in a built-in reader. */
async function askBuiltIn(exec: Exec, signal: AbortSignal): Promise<Answer<Partition[]>> {
  const options = { signal, timeoutMs: diskutilTimeoutMs };
  const listed = understood(await exec('diskutil', ['list', '-plist', 'internal', 'physical'], options), parseDiskList);
  if ('doubt' in listed) return listed;
  const disks = [...new Set(listed.value.map((partition) => partition.disk))];
  // The only disk of a Mac is no card.
  if (disks.length === 1) return listed;
  const removable = new Set<string>();
  for (const disk of disks) {
    const info = outputOf(await exec('diskutil', ['info', '-plist', disk], options));
    if (info !== undefined && parseRemovable(info) === true) removable.add(disk);
  }
  return { value: listed.value.filter((partition) => !removable.has(partition.disk)) };
}

function understood<Value>(result: ExecResult, parse: (text: string) => Value | undefined): Answer<Value> {
  const detail: UnknownDetail = 'diskutil';
  const output = outputOf(result);
  if (output === undefined) return { doubt: { reason: toolTrouble(result), detail } };
  const value = parse(output);
  return value === undefined ? { doubt: { reason: 'not-understood', detail } } : { value };
}
