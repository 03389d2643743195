import { nativeReady } from './native.ts';

/** The class of cameras, phones and players that are no disks (WPD). */
const portableDevices = '{eec5ad98-8080-425f-922a-dabf3de3f69a}';

const storage = '-Namespace root/Microsoft/Windows/Storage';

/**
 * Asks for all disks, by number; and only of those on a bus that people plug things
 * into (4 FireWire, 7 USB, 12 SD, 13 MMC) for partitions and BitLocker's numbers, by
 * its methods. Cameras, and discs in drives, beside them. Mostly there are none, and
 * then this is one short question.
 *
 * The disk that Windows runs from is in the list too: without it the list is no list.
 */
export const mediaScript = [
  nativeReady,
  `$a=@{};$disks=@(Get-CimInstance ${storage} -ClassName MSFT_Disk);`,
  '$out=@($disks|Where-Object{@(4,7,12,13) -contains $_.BusType -and -not $_.IsBoot -and -not $_.IsSystem -and $_.Size -gt 0});',
  `$p=@();$e=@{};if($out.Count){$p=@(Get-CimInstance ${storage} -ClassName MSFT_Partition);try{`,
  'foreach($v in Get-CimInstance -Namespace root/cimv2/Security/MicrosoftVolumeEncryption -ClassName Win32_EncryptableVolume){$e[$v.DeviceID]=$v}',
  '}catch{}};',
  '$a.disks=@(foreach($d in $disks){$on=$out -contains $d;[pscustomobject]@{number=$d.Number;bus=[int]$d.BusType;size=[double]$d.Size;',
  'system=[int]($d.IsBoot -or $d.IsSystem);plugged=[int]$on;offline=[int][bool]$d.IsOffline;style=[int]$d.PartitionStyle;',
  'path=$(if($on){"$($d.Path)"});serial=$(if($on){"$($d.SerialNumber)"});',
  'parts=@(if($on){foreach($q in @($p|Where-Object{$_.DiskNumber -eq $d.Number})){',
  `$w=@($q.AccessPaths|Where-Object{$_ -like '\\\\?\\Volume{*}\\'})[0];$v=if($w){$e[$w]};`,
  '$r=@{type="$($q.GptType)";reach=[int](@($q.AccessPaths|Where-Object{$_ -and $_ -ne $w}).Count -gt 0)};',
  'if($v){try{$c=Invoke-CimMethod -InputObject $v -MethodName GetConversionStatus;',
  '$g=Invoke-CimMethod -InputObject $v -MethodName GetProtectionStatus;',
  '$l=Invoke-CimMethod -InputObject $v -MethodName GetLockStatus;',
  '$r.conv=$c.ConversionStatus;$r.prot=$g.ProtectionStatus;$r.lock=$l.LockStatus;$r.rcConv=$c.ReturnValue;$r.rc=$g.ReturnValue}catch{}};',
  '$r}})}});',
  `$a.cameras=@([Hometime.Devices]::Present('${portableDevices}'));`,
  '$a.discs=@(foreach($d in [IO.DriveInfo]::GetDrives()){if([int]$d.DriveType -eq 5 -and $d.IsReady){$n=$d.Name.Substring(0,2);',
  `@{drive=$n;size=[double]$d.TotalSize;id="$(@(Get-CimInstance -ClassName Win32_CDROMDrive -Filter "Drive='$n'")[0].PNPDeviceID)"}}});`,
  'ConvertTo-Json -Compress -Depth 5 -InputObject $a',
].join('');
