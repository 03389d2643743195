import { z } from 'zod';

/**
 * The routes that lead far, the links that are up and the neighbours, as numbers and
 * identifiers alone. Links come from .NET, which also knows those of built-in VPNs.
 */
export const networkScript = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';$m=@{};`,
  'foreach($i in Get-NetIPInterface -ErrorAction SilentlyContinue){',
  `$m[''+$i.InterfaceIndex+'/'+[int]$i.AddressFamily]=[int]$i.InterfaceMetric};`,
  '$r=@(foreach($n in Get-NetRoute -ErrorAction SilentlyContinue){',
  `if([int]($n.DestinationPrefix -split '/')[1] -le 8){[pscustomobject]@{to=$n.DestinationPrefix;via=$n.NextHop;`,
  `link=[int]$n.InterfaceIndex;metric=[int]$n.RouteMetric+[int]$m[''+$n.InterfaceIndex+'/'+[int]$n.AddressFamily]}}});`,
  '$l=@(foreach($a in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()){',
  'if([int]$a.OperationalStatus -eq 1){$p=$a.GetIPProperties();$x=@();',
  'try{$x+=$p.GetIPv4Properties().Index}catch{};try{$x+=$p.GetIPv6Properties().Index}catch{};',
  '[pscustomobject]@{indexes=@($x);id=$a.Id;type=[int]$a.NetworkInterfaceType;about=$a.Description;',
  'addresses=@(foreach($u in $p.UnicastAddresses){$u.Address.ToString()})}}});',
  '$g=@($r|ForEach-Object{$_.via});',
  '$e=@(foreach($n in Get-NetNeighbor -ErrorAction SilentlyContinue){if($g -contains $n.IPAddress){',
  '[pscustomobject]@{IPAddress=$n.IPAddress;LinkLayerAddress=$n.LinkLayerAddress;State=[int]$n.State;',
  'InterfaceIndex=[int]$n.InterfaceIndex}}});',
  'ConvertTo-Json -Compress -Depth 4 -InputObject ([pscustomobject]@{routes=$r;links=$l;neighbours=$e})',
].join('');

/** Windows PowerShell writes a list of one as the one, an empty one as null, and wraps some with their count: another count is a list that was cut. */
function listOf<Item extends z.ZodType>(item: Item) {
  const list = z.array(item);
  const wrapped = z
    .object({ value: list, Count: z.int() })
    .refine(({ value, Count }) => value.length === Count)
    .transform(({ value }) => value);
  return z.union([list, z.null().transform((): z.infer<typeof list> => []), wrapped, item.transform((one) => [one])]);
}

const neighbourSchema = z.object({
  IPAddress: z.string(),
  LinkLayerAddress: z.string().nullish(),
  State: z.union([z.int(), z.string()]),
  InterfaceIndex: z.int(),
});
export type Neighbour = z.infer<typeof neighbourSchema>;

/** A route whose end cannot be read may be the one that takes everything over. */
const routeSchema = z.object({
  to: z.string().regex(/^[0-9a-f.:]+(?:%\d+)?\/\d{1,3}$/i),
  via: z.string().nullish(),
  link: z.int(),
  metric: z.int().nonnegative(),
});

const networkSchema = z.object({
  routes: listOf(routeSchema),
  links: listOf(
    z.object({
      indexes: listOf(z.int()),
      id: z.string(),
      type: z.int().min(0).max(0xffff),
      about: z.string().nullish(),
      addresses: listOf(z.string()),
    }),
  ),
  neighbours: listOf(neighbourSchema),
});
export type WindowsNetwork = z.infer<typeof networkSchema>;
export type WindowsLink = WindowsNetwork['links'][number];

/** The script's answer. undefined: not understood. */
export function parseNetwork(text: string): WindowsNetwork | undefined {
  return networkSchema.safeParse(jsonOf(text)).data;
}

/** What `Get-NetNeighbor | ConvertTo-Json` gives by itself. undefined: not understood. */
export function parseNeighbours(text: string): Neighbour[] | undefined {
  return listOf(neighbourSchema).safeParse(jsonOf(text)).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
