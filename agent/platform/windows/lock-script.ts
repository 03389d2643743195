import { lockReady } from './lock-native.ts';
import { nativeReady } from './native.ts';
import { textWord } from './powershell-text.ts';

/** The local group to which signing in is denied. Made by a lock, gone with its release. */
const group = 'Hometime locked';
const about = 'Signing in is denied to these accounts while Hometime holds this device locked.';

/** Stands above the notice of a lock, and tells it from a notice of the administrator. */
export const noticeCaption = 'Hometime: this device is locked';

/** What the lock changed, so that exactly that is taken back: only the administrator and the system may write here. */
const journal = 'SOFTWARE\\Hometime\\Lock';
/** Where a notice before every sign-in stands. */
const notices = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System';
const cloudJoin = 'SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin\\JoinInfo';

const machine = '[Microsoft.Win32.Registry]::LocalMachine';
const stopAtFaults = `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';`;
const rightsBy = {
  local: 'SeDenyInteractiveLogonRight',
  remote: 'SeDenyRemoteInteractiveLogonRight',
  network: 'SeDenyNetworkLogonRight',
} as const;

/**
 * What of a lock is there, read back from the system: the accounts of this device, who is an administrator, the
 * group with its members, and who holds the rights. Whether others than the device's own accounts may sign in: `joined`.
 * The rights are only asked for where the group is: without it nobody is denied anything in its name.
 */
export const lockStateScript = [
  nativeReady,
  '$a=@{};$a.joined=[int][bool](Get-CimInstance -ClassName Win32_ComputerSystem).PartOfDomain;',
  `$k=${machine}.OpenSubKey('${cloudJoin}');if($k){if($k.SubKeyCount -gt 0){$a.joined=1};$k.Close()};`,
  `$a.accounts=@(Get-CimInstance -ClassName Win32_UserAccount -Filter 'LocalAccount=TRUE'|ForEach-Object{`,
  '[pscustomobject]@{sid=[string]$_.SID;name=[string]$_.Name;off=[int][bool]$_.Disabled}});',
  '$a.administrators=@([Hometime.Wts]::Administrators());$a.group=$null;$a.members=$null;$a.rights=$null;$a.since=$null;',
  `try{$a.group=(New-Object Security.Principal.NTAccount([Environment]::MachineName,'${group}'))`,
  '.Translate([Security.Principal.SecurityIdentifier]).Value}catch [Security.Principal.IdentityNotMappedException]{};',
  `if($a.group){${lockReady}$a.members=@([Hometime.Lock]::Members('${group}'));$a.rights=@{`,
  Object.entries(rightsBy)
    .map(([name, right]) => `${name}=@([Hometime.Lock]::Holders('${right}'))`)
    .join(';'),
  `};$k=${machine}.OpenSubKey('${journal}');if($k){$a.since=$k.GetValue('since',$null);$k.Close()}};`,
  'ConvertTo-Json -Compress -Depth 4 -InputObject $a',
].join('');

/**
 * Denies these accounts every sign-in, and shows a notice before each. In this order, so that whatever ends it in the
 * middle can be taken back: first the notice that was there is put down, with `since` as the last word of it; the
 * caption is the first of ours to be written and the last to go. DANGER: whoever calls it keeps an administrator out of `sids`.
 */
export function lockScript(sids: readonly string[], notice: string, since: string): string {
  const names = `'legalnoticecaption','legalnoticetext'`;
  return [
    stopAtFaults,
    lockReady,
    `$j=${machine}.CreateSubKey('${journal}');$w=${machine}.CreateSubKey('${notices}');`,
    `if($null -eq $j.GetValue('since',$null)){foreach($n in ${names}){$v=$w.GetValue($n,$null,'DoNotExpandEnvironmentNames');`,
    'if($null -eq $v){$j.DeleteValue($n,$false)}else{$j.SetValue($n,$v,$w.GetValueKind($n))}};',
    `$j.SetValue('since',${textWord(since)});$j.Flush()};`,
    `[Hometime.Lock]::Deny('${group}','${about}',[string[]]@(${sids.map(textWord).join(',')}));`,
    `$w.SetValue('legalnoticecaption','${noticeCaption}','String');$w.SetValue('legalnoticetext',${textWord(notice)},'String');$w.Flush();`,
    `$w.Close();$j.Close();'done'`,
  ].join('');
}

/** Takes back exactly what `lockScript` did, however much of it is there. A notice that is not ours any more stays. */
export const releaseScript = [
  stopAtFaults,
  lockReady,
  `[Hometime.Lock]::Allow('${group}');$j=${machine}.OpenSubKey('${journal}',$true);if($j){$w=${machine}.CreateSubKey('${notices}');`,
  `if($null -ne $j.GetValue('since',$null) -and [string]$w.GetValue('legalnoticecaption','') -eq '${noticeCaption}'){`,
  `foreach($n in 'legalnoticetext','legalnoticecaption'){$v=$j.GetValue($n,$null,'DoNotExpandEnvironmentNames');`,
  'if($null -eq $v){$w.DeleteValue($n,$false)}else{$w.SetValue($n,$v,$j.GetValueKind($n))}};$w.Flush()};$w.Close();$j.Close();',
  `${machine}.DeleteSubKeyTree('${journal}',$false)};'done'`,
].join('');
