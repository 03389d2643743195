import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Encryption, Volume } from '../../../shared/report/encryption.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { type Doubt, judgeProtection } from '../protection.ts';
import { toolTrouble } from '../tool-trouble.ts';
import { encryptableVolumesScript, type FoundVolumes, parseEncryptableVolumes } from './encryptable-volumes.ts';
import { type BdeBlock, type BdeWord, isBdeDenied, parseBdeStatus, stateOfBlock } from './manage-bde.ts';
import type { PowerShell } from './powershell.ts';
import { isDenied } from './powershell-trouble.ts';

interface EncryptionParts {
  powershell: PowerShell;
  exec: Exec;
  clock: Clock;
  /** The letter of the drive Windows runs from. */
  systemLetter: string;
  /** The letters whose drives can be opened now. */
  letters: () => Promise<string[]>;
}

const timeoutMs = 30_000;
const maxVolumes = 64;

/**
 * Disk encryption on Windows (platforms.md 1.1): BitLocker's own methods, asked
 * by PowerShell; where that cannot be used, the text of manage-bde, of which only
 * what no language changes is read.
 */
export function createEncryptionProbe(parts: EncryptionParts): Probe<Encryption> {
  return async (signal) => {
    const found = (await askMethods(parts, signal)) ?? (await askManageBde(parts, signal));
    const at = instant(parts.clock.now());
    const verdict = judgeProtection(found.volumes, found.doubts);
    if ('unknown' in verdict) return unknown(verdict.unknown.reason, at, verdict.unknown.detail);
    const volumes = found.volumes.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, maxVolumes);
    return known({ protection: verdict.protection, volumes }, at);
  };
}

/** Undefined: PowerShell cannot be used or understood, so another way must be tried. */
async function askMethods({ powershell }: EncryptionParts, signal: AbortSignal): Promise<FoundVolumes | undefined> {
  const answer = await powershell.ask(encryptableVolumesScript, signal);
  if (isDenied(answer)) return doubtful({ reason: 'permission-denied', detail: 'bitlocker' });
  if (answer.kind !== 'answer') return undefined;
  const found = parseEncryptableVolumes(answer.text);
  // Without the administrator's rights the list is short or empty, and no error says so.
  if (!answer.elevated) return doubtful({ reason: 'permission-denied', detail: 'bitlocker' });
  return found;
}

async function askManageBde(parts: EncryptionParts, signal: AbortSignal): Promise<FoundVolumes> {
  const status = await parts.exec('manage-bde.exe', ['-status'], { signal, timeoutMs });
  if (status.kind !== 'exited') return doubtful({ reason: toolTrouble(status), detail: 'manage-bde' });
  if (isBdeDenied(status.code)) return doubtful({ reason: 'permission-denied', detail: 'manage-bde' });
  if (status.code !== 0) return doubtful({ reason: 'tool-failed', detail: 'manage-bde' });
  const blocks = parseBdeStatus(status.stdout);
  if (blocks === undefined) return doubtful({ reason: 'not-understood', detail: 'manage-bde' });
  const found: FoundVolumes = { volumes: [], doubts: [] };
  for (const block of blocks) {
    if (block.letter === null) {
      // Closed, it is OneDrive's vault. Open, it may be reached by a folder, which the text does not tell.
      if (block.percent !== undefined) found.doubts.push({ reason: 'disks-not-described', detail: 'manage-bde' });
      continue;
    }
    const volume = toVolume(block, block.letter, await askWord(block.letter, parts.exec, signal), parts.systemLetter);
    found.volumes.push(volume);
    if (volume.state === 'unknown') found.doubts.push({ reason: 'disks-not-described', detail: 'manage-bde' });
  }
  const told = new Set(found.volumes.map((volume) => volume.id));
  const untold = (await parts.letters()).filter((letter) => !told.has(letter));
  if (untold.length > 0) found.doubts.push({ reason: 'disks-not-described', detail: 'manage-bde' });
  return found;
}

function toVolume(block: BdeBlock, letter: string, word: BdeWord, systemLetter: string): Volume {
  const state = stateOfBlock(block, word);
  const scheme = state === 'not-protected' ? 'none' : state === 'unknown' ? 'unknown' : 'bitlocker';
  return { id: letter, holds: letter === systemLetter ? 'system' : 'data', state, scheme };
}

/** Protection on or off, by the exit code: the words are translated. */
async function askWord(letter: string, exec: Exec, signal: AbortSignal): Promise<BdeWord> {
  const args = ['-status', `${letter}:`, '-protectionaserrorlevel'];
  const result = await exec('manage-bde.exe', args, { signal, timeoutMs });
  if (result.kind !== 'exited') return 'unknown';
  return result.code === 0 ? 'protected' : result.code === 1 ? 'not-protected' : 'unknown';
}

function doubtful(doubt: Doubt): FoundVolumes {
  return { volumes: [], doubts: [doubt] };
}
