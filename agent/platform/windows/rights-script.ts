import { nativeReady } from './native.ts';

const system = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System';
const signIn = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon';

/**
 * Asks who has a session and what guards the device, in one go: sessions with their
 * owners, the members of the group of administrators, what locks the screen,
 * automatic sign-in, firewall and antivirus. Each part that fails is null, so that
 * it never costs the others; numbers and SIDs alone are judged, never words.
 *
 * `screens` holds, for each SID with a session, what stands in that person's own part
 * of the registry, the policy's first; it is missing where that part is not loaded.
 * `code` is the error number of Windows' management service (3: no such list here).
 * `profiles` are 1 where the firewall is on, 0 where it is off or lets everything in (an inbound action of 2).
 *
 * DANGER: never read the whole key of automatic sign-in: the password may lie beside the name.
 */
export const rightsScript = [
  nativeReady,
  `$get={param($k,$n)$v=[Microsoft.Win32.Registry]::GetValue($k,$n,$null);if($v -eq $null){$null}else{"$v"}};`,
  '$a=@{};$a.owners=@([Hometime.Wts]::All($true));',
  'try{$a.administrators=@([Hometime.Wts]::Administrators())}catch{};',
  'try{$a.power=@([Hometime.Power]::Lock())}catch{};',
  `try{$k=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\\Policies\\Microsoft\\Power\\PowerSettings');`,
  '$a.powerPolicy=if($k){[int]($k.SubKeyCount -gt 0);$k.Close()}else{0}}catch{};',
  // A screen saver is looked for where Windows looks: a name alone lies in one of its own folders.
  `$saver={param($v)try{if($v -eq ''){return 0};$w=[Environment]::GetFolderPath('Windows');`,
  `$v=($v -replace '^%(SystemRoot|windir)%',$w).Trim(' ','"');if($v -match '%|^\\\\'){return $null};`,
  'foreach($d in [Environment]::SystemDirectory,$w){if([IO.File]::Exists([IO.Path]::Combine($d,$v))){return 1}};0}catch{$null}};',
  `try{$a.inactivity=&$get '${system}' 'InactivityTimeoutSecs';$a.inactivityRead=1}catch{};`,
  '$a.screens=@(foreach($s in @($a.owners|ForEach-Object{$_.sid}|Where-Object{$_}|Select-Object -Unique)){try{',
  '$u=[Microsoft.Win32.Registry]::Users.OpenSubKey($s);if($u){$u.Close();foreach($p in @(',
  `'\\Software\\Policies\\Microsoft\\Windows\\Control Panel\\Desktop','\\Control Panel\\Desktop')){$k='HKEY_USERS\\'+$s+$p;`,
  `[pscustomobject]@{sid=$s;policy=[int]($p.Length -gt 30);active=&$get $k 'ScreenSaveActive';`,
  `secure=&$get $k 'ScreenSaverIsSecure';after=&$get $k 'ScreenSaveTimeOut';delay=&$get $k 'DelayLockInterval';`,
  `program=&$saver ([string](&$get $k 'SCRNSAVE.EXE'))}}}}catch{}});`,
  `try{$a.signIn=@{on=&$get '${signIn}' 'AutoAdminLogon';user=&$get '${signIn}' 'DefaultUserName';`,
  `domain=&$get '${signIn}' 'DefaultDomainName';host=[Environment]::MachineName}}catch{};`,
  '$list={param($c)try{@{states=@(Get-CimInstance -Namespace root/SecurityCenter2 -ClassName $c|',
  'ForEach-Object{[long]$_.productState})}}catch{@{code=[int]$_.Exception.NativeErrorCode}}};',
  "$a.firewalls=&$list 'FirewallProduct';$a.antivirus=&$list 'AntivirusProduct';",
  'try{$a.profiles=@(Get-NetFirewallProfile -PolicyStore ActiveStore|ForEach-Object{',
  'if([int]$_.DefaultInboundAction -eq 2){0}else{[int]$_.Enabled}})}catch{};',
  "$run={param($n)try{[int](Get-Service -Name $n).Status}catch{$null}};$a.firewallService=&$run 'mpssvc';",
  "$a.centreService=&$run 'wscsvc';",
  'try{$d=@(Get-CimInstance -Namespace root/Microsoft/Windows/Defender -ClassName MSFT_MpComputerStatus)[0];',
  'if($d){$a.defender=@{on=[int]$d.AntivirusEnabled;live=[int]$d.RealTimeProtectionEnabled;age=$d.AntivirusSignatureAge;',
  `passive=[int]("$($d.AMRunningMode)" -match 'passive|edr|not running')}}}catch{};`,
  'ConvertTo-Json -Compress -Depth 4 -InputObject $a',
].join('');
