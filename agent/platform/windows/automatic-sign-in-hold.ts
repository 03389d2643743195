import { z } from 'zod';
import type { PowerShell } from './powershell.ts';
import { readJson } from './powershell-json.ts';

const machine = '[Microsoft.Win32.Registry]::LocalMachine';
const winlogon = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon';
/** What was changed, so that it is put back; below it a key that Windows itself forgets at its next start. */
const journal = 'SOFTWARE\\Hometime\\AutomaticSignIn';
const force = 'ForceAutoLogon';
const stopAtFaults = `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';`;

/** Whether Windows signs somebody in by itself, and whether it does so again after a sign-out. */
export const readHoldScript = [
  stopAtFaults,
  `$w=${machine}.OpenSubKey('${winlogon}');$g={param($n)$v=$w.GetValue($n,$null);if($null -eq $v){$null}else{"$v"}};`,
  `ConvertTo-Json -Compress -InputObject @{on=&$g 'AutoAdminLogon';force=&$g '${force}'}`,
].join('');

/** Has Windows ask after a sign-out; gives what then stands there. The old value is put down first. */
export const holdScript = [
  stopAtFaults,
  `$w=${machine}.OpenSubKey('${winlogon}',$true);$j=${machine}.CreateSubKey('${journal}');`,
  `$j.CreateSubKey('ThisStart',[Microsoft.Win32.RegistryKeyPermissionCheck]::ReadWriteSubTree,[Microsoft.Win32.RegistryOptions]::Volatile).Close();`,
  `if($null -eq $j.GetValue('${force}',$null)){$j.SetValue('${force}',$w.GetValue('${force}'),$w.GetValueKind('${force}'));$j.Flush()};`,
  `$w.SetValue('${force}','0','String');$w.Flush();[string]$w.GetValue('${force}')`,
].join('');

/** Puts the old value back, where Windows has started since. Somebody who changed it meanwhile is left alone. */
export const restoreHoldScript = [
  stopAtFaults,
  `$j=${machine}.OpenSubKey('${journal}');if($j -and ($j.GetSubKeyNames() -notcontains 'ThisStart')){`,
  `$v=$j.GetValue('${force}',$null);$w=${machine}.OpenSubKey('${winlogon}',$true);`,
  `if($null -ne $v -and [string]$w.GetValue('${force}','') -eq '0'){$w.SetValue('${force}',$v,$j.GetValueKind('${force}'));$w.Flush()};`,
  `$j.Close();${machine}.DeleteSubKeyTree('${journal}',$false)};'done'`,
].join('');

const valueSchema = z.string().nullable();
const answerSchema = z.strictObject({ on: valueSchema, force: valueSchema });

/**
 * `asks`: it signs in by itself when it starts, and asks after a sign-out. `signs-in-again`: then too.
 * undefined: not understood.
 */
export function parseHold(json: string): 'not-set' | 'asks' | 'signs-in-again' | undefined {
  const answer = answerSchema.safeParse(readJson(json)).data;
  if (answer === undefined) return undefined;
  const [on, again] = [isOn(answer.on), isOn(answer.force)];
  if (on === undefined || again === undefined) return undefined;
  return on ? (again ? 'signs-in-again' : 'asks') : 'not-set';
}

function isOn(value: string | null): boolean | undefined {
  const word = value?.trim() ?? '';
  return word === '' || word === '0' ? false : word === '1' ? true : undefined;
}

/**
 * Keeps Windows from signing somebody in by itself until its next start: by its own rules it does so only when it starts,
 * unless `ForceAutoLogon` has it do so after each sign-out too [P]; that is switched off, and on again by the first agent
 * after that start. Never tried on Windows by us.
 */
export function createAutomaticSignInHold(powershell: PowerShell) {
  return {
    async hold(): Promise<'held-back' | 'not-set' | undefined> {
      const answer = await powershell.ask(readHoldScript);
      const found = answer.kind === 'answer' ? parseHold(answer.text) : undefined;
      if (found !== 'signs-in-again') return found === 'asks' ? 'held-back' : found;
      const held = await powershell.ask(holdScript);
      return held.kind === 'answer' && held.text.trim() === '0' ? 'held-back' : undefined;
    },
    /** Once at the start of the agent. */
    async restore(): Promise<void> {
      await powershell.ask(restoreHoldScript);
    },
  };
}
