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
  /** Whether sudo asks for root's password, or that of whoever the command runs as, instead of the person's own. */
  asksForAnother: boolean;
  /** false: a line is in no known form. It may grant anything. */
  isUnderstood: boolean;
}

/** No person writes a longer line; the forms below go back and forth in a line, on a stack that has an end. */
const longestLine = 100_000;
const ruleForm = /^((?:"[^"]*"|\\.|[^\s"\\])+)\s+((?:\\.|[^\s=\\])+)\s*=\s*(.+)$/;
const aliasForm = /^(?:User|Runas|Host|Cmnd|Cmd)_Alias\s+(.+)$/;
/** The path is one word, or stands in quotes; a comment may follow. */
const includeForm = /^[#@]include(dir)?\s+("[^"]+"|(?:\\.|[^\s\\])+)/;
/** `HOSTS = WHAT : HOSTS = WHAT`. A colon is also in runas lists, after tags, and in a command's digest. */
const nextHosts = /(?<!sha\d{3})\s*:\s*(?=(?:[^\s=:(),\\]+,)*[^\s=:(),\\]+\s*=)/;
const othersPassword = /(?<![!\w])(?:targetpw|rootpw|runaspw)\b/;

/** Reads one sudoers file; never throws. */
export function parseSudoers(text: string): Sudoers {
  const sudoers: Sudoers = { rules: [], aliases: new Map(), includes: [], asksForAnother: false, isUnderstood: true };
  const joined = text.replace(/^\uFEFF/, '').replace(/\\\r?\n/g, ' ');
  for (const raw of joined.split(/\r?\n/)) addLine(raw.trim(), sudoers);
  return sudoers;
}

function addLine(raw: string, sudoers: Sudoers): void {
  if (raw.length > longestLine) {
    sudoers.isUnderstood = false;
    return;
  }
  const include = includeForm.exec(raw);
  if (include?.[2] !== undefined) {
    sudoers.includes.push({ kind: include[1] === undefined ? 'file' : 'folder', path: plainWord(include[2].trim()) });
    return;
  }
  const line = withoutComment(raw).trim();
  if (line === '') return;
  if (/^Defaults\b/.test(line)) {
    sudoers.asksForAnother ||= othersPassword.test(line);
    return;
  }
  const aliases = aliasForm.exec(line)?.[1];
  if (aliases !== undefined) {
    // Several in a line are kept apart by colons; a name always stands before an equals sign.
    for (const one of aliases.split(/\s*:\s*(?=[A-Z][A-Z0-9_]*\s*=)/)) addAlias(one, sudoers);
    return;
  }
  addRule(line.replace(/\s*,\s*/g, ','), sudoers);
}

function addRule(line: string, sudoers: Sudoers): void {
  const rule = ruleForm.exec(line);
  if (rule === null) {
    sudoers.isUnderstood = false;
    return;
  }
  const users = itemsOf(rule[1] ?? '');
  const [first = '', ...more] = (rule[3] ?? '').split(nextHosts);
  sudoers.rules.push({ users, hosts: itemsOf(rule[2] ?? ''), what: first });
  for (const each of more) {
    const equals = each.indexOf('=');
    sudoers.rules.push({ users, hosts: itemsOf(each.slice(0, equals)), what: each.slice(equals + 1).trim() });
  }
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

/** A word without its quotes and backslashes: `%"domain users"`, `%domain\ users`. */
export function plainWord(word: string): string {
  return word.replace(/\\(.)|"/g, '$1');
}
