import { z } from 'zod';

/** Where each browser's policies stand below `SOFTWARE\Policies`. */
const policyKeys = {
  chrome: 'Google\\Chrome',
  edge: 'Microsoft\\Edge',
  brave: 'BraveSoftware\\Brave',
  chromium: 'Chromium',
  firefox: 'Mozilla\\Firefox',
} as const;

const chromiumValues = [
  'DnsOverHttpsMode',
  'DnsOverHttpsTemplates',
  'ProxyMode',
  'ProxyServer',
  'ProxyPacUrl',
  'ProxySettings',
];

/**
 * The registry's part of what leads round a filter: browser policies of the device
 * and of each person who is signed in, their proxies, that of services, and where
 * people's folders lie. Each browser's list begins with what holds for everybody.
 * Only what is asked for is read; of a proxy only that there
 * is one leaves the registry. `denied` counts keys that are there and may not be
 * read. Whoever is not signed in uses no browser: their settings are read when they are.
 */
export const filterScript = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';$script:d=0;`,
  'function hk($h,$p){try{$h.OpenSubKey($p)}catch{$script:d++;$null}};',
  'function hv($k,$n){if($k){$v=$k.GetValue($n);if(($v -is [string]) -or ($v -is [int])){$v}}};',
  `$lm=[Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine','Registry64');`,
  `$us=[Microsoft.Win32.RegistryKey]::OpenBaseKey('Users','Registry64');`,
  `$sids=@($us.GetSubKeyNames()|Where-Object{$_ -match '^S-1-(5-21|12-1)-[0-9-]+$'});`,
  `$at=@(,@($lm,'SOFTWARE\\Policies'))+@(foreach($s in $sids){,@($us,"$s\\Software\\Policies")});`,
  '$o=@{};',
  ...Object.entries(policyKeys).map(([browser, key]) =>
    browser === 'firefox'
      ? [
          `$o['firefox']=@(foreach($a in $at){$k=hk $a[0] ($a[1]+'\\${key}\\DNSOverHTTPS');$q=hk $a[0] ($a[1]+'\\${key}\\Proxy');`,
          // What this policy sets is JSON in one value, of one line or of many.
          `$f=hk $a[0] ($a[1]+'\\${key}');$j=$null;if($f){try{$j=[string]::Join(' ',@($f.GetValue('Preferences')))|ConvertFrom-Json}catch{}};`,
          `$w=@{};foreach($n in 'network.trr.mode','network.proxy.type'){if($j){$w[$n]=$j.$n}};`,
          `[pscustomobject]@{DNSOverHTTPS=@{Enabled=(hv $k 'Enabled');Locked=(hv $k 'Locked')};Proxy=@{Mode=(hv $q 'Mode')};Preferences=$w}});`,
        ].join('')
      : [
          `$o['${browser}']=@(foreach($a in $at){$k=hk $a[0] ($a[1]+'\\${key}');$w=@{};`,
          ...chromiumValues.map((name) => `$w['${name}']=(hv $k '${name}');`),
          `$f=hk $a[0] ($a[1]+'\\${key}\\ExtensionInstallForcelist');`,
          `if($f){$w['ExtensionInstallForcelist']=@($f.GetValueNames()|ForEach-Object{[string]$f.GetValue($_)})};[pscustomobject]$w});`,
        ].join(''),
  ),
  `$is='Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';`,
  `$ip=$is.Replace('Software\\','Software\\Policies\\');$at=@(foreach($s in $sids){,@($us,"$s\\$is");,@($us,"$s\\$ip")});`,
  // By policy one proxy may hold for everybody, and people's own then for nobody.
  `if((hv (hk $lm $ip) 'ProxySettingsPerUser') -eq 0){$at+=,@($lm,$is);$at+=,@($lm,$ip)};`,
  '$px=@(foreach($a in $at){$k=hk $a[0] $a[1];',
  `[int](((hv $k 'ProxyEnable') -eq 1 -and [string](hv $k 'ProxyServer') -ne '') -or [string](hv $k 'AutoConfigURL') -ne '')});`,
  `$c=hk $lm "$is\\Connections";$wb=$null;if($c){$wb=$c.GetValue('WinHttpSettings')};`,
  '$wh=0;if($wb -is [byte[]] -and $wb.Length -gt 8){$wh=[int](($wb[8] -band 2) -ne 0)};',
  `$pl=hk $lm 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';`,
  `$ps=@(if($pl){$pl.GetSubKeyNames()|Where-Object{$_ -match '^S-1-(5-21|12-1)-[0-9-]+$'}});`,
  `$hm=@(foreach($s in $ps){$k=hk $pl $s;[string](hv $k 'ProfileImagePath')});`,
  'ConvertTo-Json -Compress -Depth 7 -InputObject ([pscustomobject]@{policies=$o;proxies=$px;winhttp=$wh;',
  'signedIn=$sids;people=$ps;homes=$hm;denied=$script:d})',
].join('');

/** What is no list of policies stays, as one that cannot be read: it must not pass for none. */
const rows = z.union([
  z.array(z.unknown()),
  z
    .object({ value: z.array(z.unknown()), Count: z.int() })
    .refine(({ value, Count }) => value.length === Count)
    .transform(({ value }) => value),
  z.null().transform((): unknown[] => []),
  z.unknown().transform((one): unknown[] => [one]),
]);
const texts = z.union([
  z.array(z.string()),
  z.string().transform((one) => [one]),
  z.null().transform((): string[] => []),
]);
const flag = z.literal([0, 1]);
const flags = z.union([z.array(flag), flag.transform((one) => [one]), z.null().transform((): (0 | 1)[] => [])]);

const answerSchema = z.object({
  policies: z.object({ chrome: rows, edge: rows, brave: rows, chromium: rows, firefox: rows }),
  proxies: flags,
  winhttp: flag,
  /** Whose policies stand behind the device's own in each list, and whose the folders are: by SID. */
  signedIn: texts.optional(),
  people: texts.optional(),
  homes: texts,
  denied: z.int().nonnegative(),
});
export type FilterAnswer = z.infer<typeof answerSchema>;

/** The script's answer. undefined: not understood. */
export function parseFilterAnswer(text: string): FilterAnswer | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(text.replace(/^\uFEFF/, ''))).data;
  } catch {
    return undefined;
  }
}
