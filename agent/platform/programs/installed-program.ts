import type { ProgramSource, Programs } from '../../../shared/report/programs.ts';

/** One program as a system's own list names it. */
export interface InstalledProgram {
  source: ProgramSource;
  program: string;
  /** null: the list tells none. */
  version: string | null;
}

/** A list that is there and could not be read, or not all of it. */
export type UnreadList = Programs['unread'][number];

/**
 * One line of a kept list, `source TAB program TAB version`, with the words as they
 * may travel; undefined: nothing is left of the name.
 */
export function toLine({ source, program, version }: InstalledProgram): string | undefined {
  const name = plain(program, 120);
  return name === '' ? undefined : `${source}\t${name}\t${plain(version ?? '', 80)}`;
}

/** Sorted, each line once: the same programs give the same text, in whatever order they were found. */
export function toLines(found: readonly InstalledProgram[]): string[] {
  const lines = new Set<string>();
  for (const program of found) {
    const line = toLine(program);
    if (line !== undefined) lines.add(line);
  }
  return [...lines].sort();
}

/** No control characters (a tab or a line's end would forge a line), not too long, no half of a letter. */
function plain(text: string, max: number): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, max)
    .replace(/\p{Cs}/gu, '')
    .trim();
}
