import { z } from 'zod';
import type { Volume } from '../../../shared/report/encryption.ts';
import type { Doubt } from '../protection.ts';
import { readJsonList } from './powershell-json.ts';

/**
 * Asks each volume BitLocker could encrypt, by its methods and in numbers alone
 * (platforms.md 1.1): the property `ProtectionStatus` is an old value that Windows
 * keeps, and words are translated. `mounted` says whether people can reach a
 * volume without a letter, by a folder. Fixed volumes of which BitLocker says
 * nothing are listed without numbers, so that they are not forgotten.
 *
 * DANGER: never ask for key protectors: they hold the recovery password.
 */
export const encryptableVolumesScript = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';`,
  '$fixed=@(Get-CimInstance -ClassName Win32_Volume -Filter "DriveType=3");',
  `$reach=@{};foreach($w in $fixed){$reach[$w.DeviceID]=[int](-not "$($w.Name)".StartsWith('\\\\?\\'))};`,
  '$seen=@{};$list=@(foreach($v in Get-CimInstance -Namespace root/cimv2/Security/MicrosoftVolumeEncryption',
  ' -ClassName Win32_EncryptableVolume){$seen[$v.DeviceID]=1;',
  '$c=Invoke-CimMethod -InputObject $v -MethodName GetConversionStatus;',
  '$p=Invoke-CimMethod -InputObject $v -MethodName GetProtectionStatus;',
  '$l=Invoke-CimMethod -InputObject $v -MethodName GetLockStatus;',
  '[pscustomobject]@{drive=$v.DriveLetter;mounted=$reach[$v.DeviceID];volumeType=$v.VolumeType;',
  'conv=$c.ConversionStatus;pct=$c.EncryptionPercentage;prot=$p.ProtectionStatus;lock=$l.LockStatus;',
  'rcConv=$c.ReturnValue;rc=$p.ReturnValue}});',
  '$list+=@(foreach($w in $fixed){if(-not $seen[$w.DeviceID]){',
  '[pscustomobject]@{drive=$w.DriveLetter;mounted=$reach[$w.DeviceID];volumeType=1}}});',
  'ConvertTo-Json -Compress -InputObject @($list)',
].join('');

/** Numbers only; one that is missing or of another kind proves nothing. */
const number = z.int().nullish().catch(null);

/** A row that names no volume is no volume: an error among them, say. */
const entrySchema = z
  .object({
    drive: z.string().nullish().catch(null),
    mounted: number,
    volumeType: number,
    conv: number,
    pct: number,
    prot: number,
    lock: number,
    rcConv: number,
    rc: number,
  })
  .refine(({ drive, volumeType }) => drive !== undefined && volumeType !== undefined);
type Entry = z.infer<typeof entrySchema>;

/**
 * A value of a list of .NET: as its number, as its name, which no language changes, or
 * as both in one object, which is how it comes from another PowerShell.
 */
function named(names: { readonly [name: string]: number }) {
  const numbers = new Map(Object.entries(names));
  const one = z.union([z.int(), z.string().transform((name) => numbers.get(name) ?? null)]);
  const both = z.object({ value: z.int() }).transform(({ value }) => value);
  return z.union([one, both]).nullish().catch(null);
}

/** While free space is wiped a volume is encrypted already: its conversion is finished. */
const volumeStatus = named({
  FullyDecrypted: 0,
  ...{ FullyEncrypted: 1, FullyEncryptedWipeInProgress: 1, FullyEncryptedWipeSuspended: 1 },
  ...{ EncryptionInProgress: 2, DecryptionInProgress: 3 },
  ...{ EncryptionPaused: 4, EncryptionSuspended: 4, DecryptionPaused: 5, DecryptionSuspended: 5 },
});

/**
 * The same as `Get-BitLockerVolume` names it, for those who send us its JSON. It
 * fails as a whole where the methods answer with an error number.
 */
const cmdletSchema = z
  .object({
    MountPoint: z.string(),
    VolumeType: named({ OperatingSystem: 0, Data: 1 }),
    VolumeStatus: volumeStatus,
    EncryptionPercentage: number,
    ProtectionStatus: named({ Off: 0, On: 1, Unknown: 2 }),
    LockStatus: named({ Unlocked: 0, Locked: 1 }),
  })
  .transform(
    (cmdlet): Entry => ({
      drive: /^[A-Za-z]:/.test(cmdlet.MountPoint) ? cmdlet.MountPoint : null,
      mounted: cmdlet.MountPoint.startsWith('\\\\?\\') ? 0 : 1,
      volumeType: cmdlet.VolumeType,
      conv: cmdlet.VolumeStatus,
      pct: cmdlet.EncryptionPercentage,
      prot: cmdlet.ProtectionStatus,
      lock: cmdlet.LockStatus,
      rcConv: 0,
      rc: 0,
    }),
  );

const anyEntrySchema = z.union([cmdletSchema, entrySchema]);
const listSchema = z.array(anyEntrySchema).min(1);

/** Volumes and what is doubtful about them; undefined: the answer is not understood. */
export interface FoundVolumes {
  volumes: Volume[];
  doubts: Doubt[];
}

/** Reads the script's JSON. An empty list is no answer: Windows itself lies on a volume. */
export function parseEncryptableVolumes(text: string): FoundVolumes | undefined {
  const parsed = listSchema.safeParse(readJsonList(text));
  if (!parsed.success) return undefined;
  const found: FoundVolumes = { volumes: [], doubts: [] };
  for (const [index, entry] of parsed.data.entries()) {
    // Removable media are judged on their own.
    if (entry.volumeType === 2) continue;
    const judged = toVolume(entry, index);
    found.volumes.push(judged.volume);
    if (judged.doubt !== undefined) found.doubts.push(judged.doubt);
  }
  return found;
}

function toVolume(entry: Entry, index: number): { volume: Volume; doubt?: Doubt } {
  const letter = /^([A-Za-z]):?\\?$/.exec(entry.drive?.trim() ?? '')?.[1]?.toUpperCase();
  const state = stateOf(entry);
  const scheme = state === 'not-protected' ? 'none' : state === 'unknown' ? 'unknown' : 'bitlocker';
  const volume: Volume = { id: letter ?? `volume-${index + 1}`, holds: holdsOf(entry, letter), state, scheme };
  if (volume.holds === 'boot') return { volume };
  // Windows tells nothing of a locked volume but that it is locked: whether its encryption was ever finished stays open.
  if (state === 'locked') return { volume, doubt: { reason: 'disks-not-described', detail: 'conversion-state' } };
  return state === 'unknown' ? { volume, doubt: { reason: 'disks-not-described', detail: 'bitlocker' } } : { volume };
}

/**
 * A volume that has no letter and lies in no folder cannot be reached by people:
 * recovery, the vault of OneDrive while it is closed, the key volume of Azure.
 * One of which that could not be found out (null) counts, and so does one whose
 * drive is told in words that are not a letter.
 */
function holdsOf(entry: Entry, letter: string | undefined): Volume['holds'] {
  if (entry.volumeType === 0) return 'system';
  if (letter !== undefined || (entry.drive ?? '').trim() !== '') return 'data';
  return entry.mounted === 0 || entry.mounted === undefined || entry.lock === 1 ? 'boot' : 'data';
}

/**
 * INVARIANT: protected is conversion 1 (finished), protection 1 (on) and 100 percent,
 * each asked with success and nothing locked; platforms.md 1.1. Encrypted with
 * protection off is suspended, or has its key in the open beside the data.
 */
function stateOf({ conv, pct, prot, lock, rcConv, rc }: Entry): Volume['state'] {
  if (lock === 1) return 'locked';
  if ((rc ?? undefined) !== 0 || (rcConv ?? 0) !== 0 || (lock ?? 0) !== 0) return 'unknown';
  if (conv === 0) return prot === 0 ? 'not-protected' : 'unknown';
  if (conv === 2 || conv === 3 || conv === 4 || conv === 5) return 'converting';
  if (conv !== 1) return 'unknown';
  if (prot === 0) return 'suspended';
  return prot === 1 && pct === 100 ? 'protected' : 'unknown';
}
