/** A profile that `profiles.ini` tells of: its folder, as written, and whether that is seen from the file's own folder. */
export interface IniProfile {
  path: string;
  isRelative: boolean;
}

/** Profiles in the text of Firefox's `profiles.ini`: people and programs can lay them anywhere. */
export function parseProfilesIni(text: string): IniProfile[] {
  const profiles: IniProfile[] = [];
  for (const section of text
    .replace(/^\uFEFF/, '')
    .split(/^[ \t]*\[/m)
    .slice(1)) {
    if (!/^Profile\d+\]/.test(section)) continue;
    const path = fieldOf(section, 'Path');
    if (path !== undefined && path !== '') profiles.push({ path, isRelative: fieldOf(section, 'IsRelative') !== '0' });
  }
  return profiles;
}

function fieldOf(section: string, name: string): string | undefined {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(section)?.[1]?.trim();
}
