import { win32 } from 'node:path';
import { z } from 'zod';
import { readJsonList } from './powershell-json.ts';

/** Where one person's folders lie when Windows was told to keep them elsewhere; undefined: where they usually are. */
export interface KnownFolders {
  pictures?: string;
  camera?: string;
  screenshots?: string;
  videos?: string;
  downloads?: string;
  desktop?: string;
  documents?: string;
}

const valueNames: { readonly [Name in keyof KnownFolders]-?: string } = {
  pictures: 'My Pictures',
  camera: '{AB5FB87B-7CE2-4F83-915D-550846C9537B}',
  screenshots: '{B7BEDE81-DF94-4682-A7D8-57A52620B86F}',
  videos: 'My Video',
  downloads: '{374DE290-123F-4565-9164-39C4925E467B}',
  desktop: 'Desktop',
  documents: 'Personal',
};

const profiles = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
const shellFolders = 'Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';

/**
 * Asks where the folders of everybody lie whose settings are loaded, which are those
 * who are signed in, with the folder of each; as the registry holds them, unexpanded.
 */
export const knownFoldersScript = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';$u=[Microsoft.Win32.Registry]::Users;`,
  `$l=@();foreach($s in @($u.GetSubKeyNames()|Where-Object{$_ -match '^S-1-(5-21|12-1)-[0-9-]+$'})){`,
  `$p=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('${profiles}\\'+$s);$k=$u.OpenSubKey($s+'\\${shellFolders}');`,
  `if($p -and $k){$f=@{home="$($p.GetValue('ProfileImagePath'))"};`,
  ...Object.entries(valueNames).map(
    ([key, value]) => `$f.${key}="$($k.GetValue('${value}',$null,'DoNotExpandEnvironmentNames'))";`,
  ),
  `$l+=$f};if($p){$p.Close()};if($k){$k.Close()}};ConvertTo-Json -Compress -Depth 3 -InputObject @($l)`,
].join('');

const folderSchema = z.string().optional().catch(undefined);
const rowSchema = z.object({
  home: z.string(),
  ...{ pictures: folderSchema, camera: folderSchema, screenshots: folderSchema, videos: folderSchema },
  ...{ downloads: folderSchema, desktop: folderSchema, documents: folderSchema },
});

/** Known folders by the person's folder, in small letters; undefined: not understood. */
export function parseKnownFolders(text: string): Map<string, KnownFolders> | undefined {
  const rows = readJsonList(text);
  if (rows === undefined) return undefined;
  const found = new Map<string, KnownFolders>();
  for (const row of rows) {
    const { home, ...told } = rowSchema.safeParse(row).data ?? { home: '' };
    if (!/^[A-Za-z]:\\./.test(home)) continue;
    const entries = Object.entries(told).flatMap(([key, path]) => {
      const whole = wholePath(path ?? '', home);
      return whole === undefined ? [] : [[key, whole] as const];
    });
    found.set(home.toLowerCase(), Object.fromEntries(entries));
  }
  return found;
}

/** A path with the person's folder filled in; undefined where it is no whole path, or the folder itself. */
function wholePath(path: string, home: string): string | undefined {
  const plain = win32.normalize(path.replace(/^%USERPROFILE%/i, () => home)).replace(/\\+$/, '');
  if (!/^(?:[A-Za-z]:\\|\\\\)[^\\%]/.test(plain) || plain.includes('%')) return undefined;
  return plain.toLowerCase() === home.toLowerCase() ? undefined : plain;
}
