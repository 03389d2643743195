import type { InstalledProgram } from '../programs/installed-program.ts';

/** A few thousand identifiers; a longer text is something else. */
const maxText = 2 * 1024 * 1024;

/**
 * `pkgutil --pkgs`: one package identifier a line; Apple's own are the system's. undefined:
 * not understood, or none at all, which no Mac has.
 */
export function parsePackages(text: string): InstalledProgram[] | undefined {
  if (text.length > maxText) return undefined;
  const lines = text
    .replace('\uFEFF', '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines.length === 0 || lines.some((line) => !/^[\w][\w.+ ()~-]{0,250}$/u.test(line))) return undefined;
  return lines
    .filter((id) => !id.startsWith('com.apple.'))
    .map((program) => ({ source: 'packages', program, version: null }));
}
