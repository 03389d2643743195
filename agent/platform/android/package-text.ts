import type { InstalledProgram } from '../programs/installed-program.ts';

/** A few hundred apps; a longer text is something else. */
const maxText = 2 * 1024 * 1024;

/**
 * `pm list packages -3 --show-versioncode`: "package:NAME versionCode:NUMBER" a line [P].
 * undefined: a line has another form, or there is none: Termux itself is always in it.
 */
export function parsePackageVersions(text: string): InstalledProgram[] | undefined {
  if (text.length > maxText) return undefined;
  const lines = text
    .replace('\uFEFF', '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const found: InstalledProgram[] = [];
  for (const line of lines) {
    const [, program, version] =
      /^package:([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+){1,20})(?: versionCode:(\d{1,19}))?\s*$/.exec(line) ?? [];
    if (program === undefined) return undefined;
    found.push({ source: 'packages', program, version: version ?? null });
  }
  return found.length === 0 ? undefined : found;
}
