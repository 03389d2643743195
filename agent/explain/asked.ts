import type { SectionName } from '../../shared/report/report.ts';
import { counted } from '../../shared/words.ts';
import type { Testimony } from '../platform/witness.ts';

/** More than this is a list nobody reads out over the phone. */
const mostLines = 40;

/** What was asked of the system and what it gave, a line each, in the order it was asked; what was asked again is said once. */
export function askedLines(testimony: readonly Testimony[]): string[] {
  const lines = joinAlike([...new Set(testimony.map(lineOf))]);
  const rest = lines.length - mostLines;
  return rest > 0
    ? [...lines.slice(0, mostLines), `… and ${counted(rest, 'more question')} of the same kinds.`]
    : lines;
}

/** Of each process, disk, link of the network or person the same is asked: their own part of a path. */
const eachOf = /(?<=^the (?:file|folder) (?:\/proc|\/sys\/(?:class\/net|block)|\/home|\/Users)\/)[^/:]+(?=\/)/;

/** Lines that differ only by of whom or what it was asked, as one: a look through all processes is one question. */
function joinAlike(lines: readonly string[]): string[] {
  const alike = new Map<string, string[]>();
  for (const line of lines) {
    const kind = line.replace(eachOf, '…').replace(/\/\d+\//g, '/…/');
    alike.set(kind, [...(alike.get(kind) ?? []), line]);
  }
  return [...alike].map(([kind, same]) =>
    same.length === 1
      ? (same[0] ?? kind)
      : kind.replace(/^the (file|folder)/, (_the, what: string) => `${counted(same.length, what)} like`),
  );
}

function lineOf(testimony: Testimony): string {
  switch (testimony.asked) {
    case 'tool':
      return `the tool "${[testimony.tool, ...testimony.args].join(' ')}": ${toolGave(testimony.gave)}`;
    case 'file':
      return `the file ${testimony.path}: ${testimony.gave === undefined ? 'not there, or may not be read' : counted(linesIn(testimony.gave), 'line')}`;
    case 'folder':
      return `the folder ${testimony.path}: ${testimony.gave === undefined ? 'not there, or may not be read' : counted(testimony.gave.length, 'name')}`;
    case 'powershell':
      return `Windows itself, through PowerShell: ${testimony.gave.kind === 'answer' ? counted(testimony.gave.text?.length ?? 0, 'character') : testimony.gave.kind}`;
  }
}

function toolGave(gave: Extract<Testimony, { asked: 'tool' }>['gave']): string {
  switch (gave.kind) {
    case 'exited':
      return `${gave.code === 0 ? 'answered' : `ended with code ${gave.code}`}, ${counted(linesIn(gave.stdout), 'line')}`;
    case 'missing':
      return 'not installed';
    case 'timed-out':
      return 'did not answer in time';
    case 'failed':
      return `failed (${gave.why})`;
  }
}

function linesIn(text: string): number {
  return text === '' ? 0 : text.trimEnd().split('\n').length;
}

/** What a section asks that no list here tells one by one. */
const unlisted: { readonly [Name in SectionName]?: string } = {
  apps: 'what every browser of every person keeps was read from its files directly; these are not listed here',
  photos: 'people’s folders were gone through directly; their files are not listed here',
  filtering:
    'test names were looked up in the network, and settings of browsers and of the system were read; these are not listed here',
  media: 'files of the system may have been read directly; these are not listed here',
  programs: 'lists of programs were read from files directly; not all of these are listed here',
  rights: 'files of settings were read directly; not all of these are listed here',
  agent: 'nothing of the system: these are the agent’s own figures',
};

/** What is truly to be said of the questions that were not heard. */
export function askedUnlisted(section: SectionName, isAnyListed: boolean): string[] {
  const said = unlisted[section];
  if (said !== undefined) return [said];
  return isAnyListed ? [] : ['nothing that is listed: what was read was read directly'];
}
