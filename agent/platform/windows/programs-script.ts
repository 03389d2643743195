const uninstall = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const profiles = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';

/**
 * Asks for installed programs: the lists of the registry, of the whole device (both
 * views, 64 and 32 bit) and of each person whose part of it is loaded, and every
 * person's apps of the store where the rights suffice. What the registry marks as a
 * part of the system, as an update of another program or by no name is left out, as
 * Windows' own page does. The list of installer packages is never asked: it begins repairs.
 *
 * `sid` is empty for the whole device. `people` holds every account with a profile:
 * who is not in `loaded` may have programs that cannot be seen now. A part that cannot
 * be read is missing, and never an empty list.
 */
export const programsScript = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';`,
  '$read={param($root,$path,$sid)$k=$root.OpenSubKey($path);if($k){foreach($n in $k.GetSubKeyNames()){',
  '$s=$k.OpenSubKey($n);if($s){$d="$($s.GetValue(\'DisplayName\'))";',
  "if($d -ne '' -and \"$($s.GetValue('SystemComponent'))\" -ne '1' -and \"$($s.GetValue('ParentKeyName'))\" -eq ''){",
  '[pscustomobject]@{sid=$sid;name=$d;version="$($s.GetValue(\'DisplayVersion\'))"}};$s.Close()}};$k.Close()}};',
  `$a=@{};$u=[Microsoft.Win32.Registry]::Users;$l=@($u.GetSubKeyNames()|Where-Object{$_ -match '^S-1-(5-21|12-1)-[0-9-]+$'});`,
  `$a.loaded=@($l);try{$k=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('${profiles}');`,
  "$a.people=@($k.GetSubKeyNames()|Where-Object{$_ -match '^S-1-(5-21|12-1)-[0-9-]+$'});$k.Close()}catch{};",
  "$a.machine=@(foreach($v in 'Registry64','Registry32'){$b=[Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine',$v);",
  `&$read $b '${uninstall}' '';$b.Close()});`,
  `$a.own=@(foreach($s in $l){try{&$read $u ($s+'\\${uninstall}') $s}catch{[pscustomobject]@{sid=$s;denied=1}}});`,
  'try{$a.store=@(Get-AppxPackage -AllUsers|Where-Object{-not $_.IsFramework -and -not $_.IsResourcePackage -and [int]$_.SignatureKind -ne 4}|',
  'ForEach-Object{[pscustomobject]@{name="$($_.Name)";version="$($_.Version)"}})}catch{};',
  'ConvertTo-Json -Compress -Depth 3 -InputObject $a',
].join('');
