import { readFileSync } from 'node:fs';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { decodeConsole } from '../../../../agent/platform/windows/code-page.ts';
import { createEncryptionProbe } from '../../../../agent/platform/windows/encryption.ts';
import type { PowerShell, PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import { createSessionsProbe } from '../../../../agent/platform/windows/sessions.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Encryption, encryptionSchema } from '../../../../shared/report/encryption.ts';
import { type Sessions, sessionsSchema } from '../../../../shared/report/sessions.ts';
import { atNoon, playback } from '../recordings.ts';

export const folder = new URL('../../../fixtures/platform/windows/', import.meta.url);

/** A recording as the agent would read it from a tool; see SOURCES.md beside the files. */
export function recorded(name: string): string {
  return decodeConsole(readFileSync(new URL(name, folder)));
}

/** What code page 850 makes of a text, read back by the agent: letters it lacks become question marks. */
export function throughCodePage850(text: string): string {
  const letters: Record<string, number> = { ü: 0x81, é: 0x82, ä: 0x84, É: 0x90, ö: 0x94, ó: 0xa2, ñ: 0xa4, ß: 0xe1 };
  const bytes = Array.from(text, (letter) => letters[letter] ?? (letter < '\u0080' ? letter.charCodeAt(0) : 0x3f));
  return decodeConsole(Uint8Array.from(bytes));
}

export function said(text: string, elevated = true): PowerShellAnswer {
  return { kind: 'answer', text, elevated };
}

export function speaking(answer: PowerShellAnswer): PowerShell {
  return { ask: async () => answer };
}

export interface BdeMachine {
  status?: string | ExecResult;
  /** Letters for which `-protectionaserrorlevel` ends with 0; with 1 for all others unless `code` says otherwise. */
  protectedLetters?: string;
  code?: number;
  letters?: string[];
  powershell?: PowerShellAnswer;
}

/** The encryption of a machine, whose PowerShell is missing unless given. */
export async function askEncryption(machine: BdeMachine): Promise<Reading<Encryption>> {
  const { protectedLetters = '', letters = [] } = machine;
  const exec = playback({
    ...(machine.status !== undefined && {
      'manage-bde.exe': (args) => {
        const letter = args[1]?.[0];
        if (letter === undefined) return machine.status ?? '';
        const code = protectedLetters.includes(letter) ? 0 : (machine.code ?? 1);
        return { kind: 'exited', code, stdout: '', stderr: '' };
      },
    }),
  });
  const probe = createEncryptionProbe({
    powershell: speaking(machine.powershell ?? { kind: 'missing' }),
    exec,
    clock: atNoon,
    systemLetter: 'C',
    letters: async () => letters,
  });
  const reading = await probe(AbortSignal.timeout(5_000));
  if (reading.state === 'known') encryptionSchema.parse(reading.value);
  return reading;
}

/** The sign-ins of a machine; what is not given is missing. */
export async function askSessions(machine: {
  powershell?: PowerShellAnswer;
  quser?: string | ExecResult;
}): Promise<Reading<Sessions>> {
  const exec = playback({ ...(machine.quser !== undefined && { 'quser.exe': machine.quser }) });
  const powershell = speaking(machine.powershell ?? { kind: 'missing' });
  const reading = await createSessionsProbe({ powershell, exec, clock: atNoon })(AbortSignal.timeout(5_000));
  if (reading.state === 'known') sessionsSchema.parse(reading.value);
  return reading;
}

export function verdictOf(reading: Reading<Encryption>): string {
  return reading.state === 'known' ? reading.value.protection : `unknown ${reading.reason}`;
}

export function peopleOf(reading: Reading<Sessions>): string {
  if (reading.state === 'unknown') return `unknown ${reading.reason}`;
  return reading.value.sessions
    .map(({ id, person, where, activity }) => `${id} ${person} ${where} ${activity}`)
    .join(', ');
}
