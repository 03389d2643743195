import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { OutcomeReason } from '../../../shared/command/life.ts';
import type { Clock } from '../../../shared/instant.ts';
import type { Wiping } from '../actions.ts';
import type { Exec, ExecResult } from '../exec.ts';
import { refusedActions } from '../not-supported.ts';
import type { PowerShell } from './powershell.ts';
import { readJson } from './powershell-json.ts';
import { isDenied } from './powershell-trouble.ts';

interface WipeParts {
  powershell: PowerShell;
  exec: Exec;
  clock: Clock;
  /** How many people have a folder on the device; undefined: cannot be told. */
  people: () => Promise<number | undefined>;
  waitMs?: number;
}

/** Windows prepares the reset before it restarts into it; a device that still runs after this did not obey. */
const defaultWaitMs = 30 * 60_000;

const remoteWipe = [
  `Get-CimInstance -Namespace 'root/cimv2/mdm/dmmap' -ClassName 'MDM_RemoteWipe'`,
  ` -Filter "ParentID='./Vendor/MSFT' and InstanceID='RemoteWipe'"`,
].join('');

/** Whether Windows can reset itself: in numbers. */
export const wipeStateScript = [
  `$ErrorActionPreference='Stop';$me=[Security.Principal.WindowsIdentity]::GetCurrent().User.Value;`,
  '$sku=(Get-CimInstance -ClassName Win32_OperatingSystem).OperatingSystemSKU;$ready=0;',
  `try{if(${remoteWipe}){$ready=1}}catch{};`,
  `ConvertTo-Json -Compress -InputObject ([pscustomobject]@{system=[int]($me -eq 'S-1-5-18');sku=[int]$sku;ready=$ready})`,
].join('');

/**
 * Resets the device and cleans its disk, and goes on trying when it is interrupted
 * (RemoteWipe CSP, doWipeProtected [P]): the plain one rolls back. Never run by us.
 *
 * Not done by deleting BitLocker's protectors: with the last of them Windows turns the
 * protection off, so that nothing is lost, and keeps the key in the open (manage-bde [P]).
 */
export const wipeScript = [
  `$ErrorActionPreference='Stop';$i=${remoteWipe};`,
  '$p=New-Object Microsoft.Management.Infrastructure.CimMethodParametersCollection;',
  `$p.Add([Microsoft.Management.Infrastructure.CimMethodParameter]::Create('param','','String','In'));`,
  `$r=(New-CimSession).InvokeMethod('root\\cimv2\\mdm\\dmmap',$i,'doWipeProtectedMethod',$p);`,
  '[string][int]$r.ReturnValue.Value',
].join('');

const stateSchema = z.strictObject({ system: z.int(), sku: z.int(), ready: z.int() });

/** Home editions, by Windows' own numbers: they know no such reset from outside a management service. */
const homeEditions: readonly number[] = [2, 3, 5, 26, 98, 99, 100, 101];

/** What keeps Windows from resetting itself; undefined: nothing. */
export function wipeRefusal(text: string, recovery: ExecResult): OutcomeReason | undefined {
  const parsed = stateSchema.safeParse(readJson(text));
  if (!parsed.success) return 'cannot-look';
  const { system, sku, ready } = parsed.data;
  if (system !== 1) return 'needs-administrator-rights';
  if (homeEditions.includes(sku) || ready !== 1) return 'needs-device-management';
  const isReady = parseRecovery(recovery);
  if (isReady === undefined) return 'cannot-look';
  return isReady ? undefined : 'not-supported';
}

/**
 * Whether `reagentc /info` names a recovery system: its words are translated, the
 * identifier of its boot entry is not, and is all noughts without one. undefined: it does not say.
 */
export function parseRecovery(result: ExecResult): boolean | undefined {
  if (result.kind !== 'exited' || result.code !== 0) return undefined;
  const id = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i.exec(result.stdout)?.[0];
  return id === undefined ? undefined : !/^[0-]+$/.test(id);
}

/** Wiping a Windows device. People's data alone cannot be wiped there: whoever is signed in, and services, hold it open. */
export function createWiping({ powershell, exec, clock, people, waitMs = defaultWaitMs }: WipeParts): Wiping {
  const { wiping: refused } = refusedActions('not-supported', clock);

  async function refusal(): Promise<OutcomeReason | undefined> {
    const answer = await powershell.ask(wipeStateScript);
    if (isDenied(answer)) return 'needs-administrator-rights';
    if (answer.kind === 'missing' || answer.kind === 'constrained') return 'not-supported';
    if (answer.kind !== 'answer') return 'cannot-look';
    return wipeRefusal(answer.text, await exec('reagentc.exe', ['/info'], { timeoutMs: 30_000 }));
  }

  return {
    ...refused,
    async prepare(level) {
      if (level === 'people') return { ready: false, reason: 'not-supported' };
      const reason = await refusal();
      if (reason !== undefined) return { ready: false, reason };
      const persons = await people();
      if (persons === undefined) return { ready: false, reason: 'cannot-look' };
      // It is not by their keys that the disks are made unreadable here.
      return { ready: true, receipt: { level, volumes: 0, people: persons } };
    },
    async destroyDevice() {
      const reason = await refusal();
      if (reason !== undefined) return { done: false, reason };
      const answer = await powershell.ask(wipeScript);
      if (answer.kind === 'answer' && answer.text.trim() === '0') await sleep(waitMs);
      return { done: false, reason: 'action-failed' };
    },
  };
}
