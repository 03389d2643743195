/** One rule of a sudoers file: who, where, and what in the file's own words. */
export interface SudoRule {
  users: string[];
  hosts: string[];
  /** Runas, tags and commands: "(ALL:ALL) NOPASSWD: ALL, !/bin/su". */
  what: string;
}

/** A sudoers file (sudoers(5)) as far as it says who may do what. */
export interface Sudoers {
  rules: SudoRule[];
  /** Items by name, of all kinds of aliases: their names do not overlap where anybody keeps them apart. */
  aliases: Map<string, string[]>;
  /** Files and folders to read as well. */
  includes: { kind: 'file' | 'folder'; path: string }[];
  /** false: a line is in no known form. It may grant anything. */
  isUnderstood: boolean;
}

const ruleForm = /^((?:"[^"]*"|\\.|[^\s"\\])+)\s+((?:\\.|[^\s=\\])+)\s*=\s*(.+)$/;
const aliasForm = /^(?:User|Runas|Host|Cmnd|Cmd)_Alias\s+(.+)$/;
const includeForm = /^[#@]include(dir)?\s+(.+)$/;

/** Reads one sudoers file; never throws. */
export function parseSudoers(text: string): Sudoers {
  const sudoers: Sudoers = { rules: [], aliases: new Map(), includes: [], isUnderstood: true };
  const joined = text.replace(/^\uFEFF/, '').replace(/\\\r?\n/g, ' ');
  for (const raw of joined.split(/\r?\n/)) addLine(raw.trim(), sudoers);
  return sudoers;
}

function addLine(raw: string, sudoers: Sudoers): void {
  const include = includeForm.exec(raw);
  if (include?.[2] !== undefined) {
    sudoers.includes.push({ kind: include[1] === undefined ? 'file' : 'folder', path: plainWord(include[2].trim()) });
    return;
  }
  const line = withoutComment(raw).trim();
  if (line === '' || /^Defaults\b/.test(line)) return;
  const aliases = aliasForm.exec(line)?.[1];
  if (aliases !== undefined) {
    // Several in a line are kept apart by colons; a name always stands before an equals sign.
    for (const one of aliases.split(/\s*:\s*(?=[A-Z][A-Z0-9_]*\s*=)/)) addAlias(one, sudoers);
    return;
  }
  const rule = ruleForm.exec(line.replace(/\s*,\s*/g, ','));
  if (rule === null) sudoers.isUnderstood = false;
  else sudoers.rules.push({ users: itemsOf(rule[1] ?? ''), hosts: itemsOf(rule[2] ?? ''), what: rule[3] ?? '' });
}

function addAlias(text: string, sudoers: Sudoers): void {
  const match = /^([A-Z][A-Z0-9_]*)\s*\+?=\s*(.*)$/.exec(text.trim());
  if (match?.[1] === undefined) sudoers.isUnderstood = false;
  else sudoers.aliases.set(match[1], [...(sudoers.aliases.get(match[1]) ?? []), ...itemsOf(match[2] ?? '')]);
}

/** A `#` begins a comment, unless digits follow: then it is a number of a user or group. */
function withoutComment(line: string): string {
  const match = /(^|[^\\])#(?!\d)/.exec(line);
  return match === null ? line : line.slice(0, match.index + (match[1]?.length ?? 0));
}

/** A list's items; commas within a command's arguments are written with a backslash. */
export function itemsOf(list: string): string[] {
  return [...list.matchAll(/(?:"[^"]*"|\\.|[^,"\\])+/g)].map(([item]) => item.trim()).filter((item) => item !== '');
}

/** A word without its quotes and backslashes. */
export function plainWord(word: string): string {
  return word.replace(/^"(.*)"$/, '$1').replace(/\\(.)/g, '$1');
}
