const nt = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const updates = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion';

/**
 * Asks what the device is: maker and model, Windows' version by number, when it
 * started (milliseconds since 1970 UTC), the battery, and whether an update waits for
 * a restart. Edition and version are codes of the registry: the system's own caption is
 * translated. Updates that wait for download are not asked for: Windows would search
 * its own store for minutes, or the network.
 */
export const systemScript = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';`,
  '$o=Get-CimInstance -ClassName Win32_OperatingSystem -Property BuildNumber,Version,LastBootUpTime,ProductType;$a=@{};',
  '$a.build="$($o.BuildNumber)";$a.version="$($o.Version)";$a.kind=[int]$o.ProductType;',
  '$a.booted=[long](($o.LastBootUpTime.ToFileTimeUtc()-116444736000000000)/10000);',
  'try{$c=Get-CimInstance -ClassName Win32_ComputerSystem -Property Manufacturer,Model;',
  '$a.maker="$($c.Manufacturer)";$a.model="$($c.Model)"}catch{};',
  `try{$k=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('${nt}');$a.edition="$($k.GetValue('EditionID'))";`,
  `$a.release="$($k.GetValue('DisplayVersion'))";$a.revision="$($k.GetValue('UBR'))";$k.Close()}catch{};`,
  'try{$a.batteries=@(Get-CimInstance -ClassName Win32_Battery -Property EstimatedChargeRemaining,BatteryStatus|',
  'ForEach-Object{@{percent=$_.EstimatedChargeRemaining;status=$_.BatteryStatus}})}catch{};',
  `try{$r=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('${updates}\\WindowsUpdate\\Auto Update\\RebootRequired');`,
  '$a.waiting=if($r){@($r.GetValueNames()).Count}else{-1};if($r){$r.Close()};',
  `$r=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('${updates}\\Component Based Servicing\\RebootPending');`,
  '$a.servicing=[int]($r -ne $null);if($r){$r.Close()}}catch{};',
  'ConvertTo-Json -Compress -Depth 3 -InputObject $a',
].join('');
