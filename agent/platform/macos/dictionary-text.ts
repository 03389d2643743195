/** A dictionary as `scutil` and `ipconfig` print it: values are text, arrays are dictionaries with "0", "1", … */
export interface Dictionary {
  readonly [key: string]: string | Dictionary;
}

type Entries = Map<string, string | Dictionary>;

const maxDepth = 16;

/**
 * Reads the one dictionary in a text. undefined: none, not all of one, or a line
 * of another form; a text that is cut is never taken for a shorter dictionary.
 * [P] the form: a listing in kolide/launcher (ee/consoleuser).
 */
export function parseDictionary(text: string): Dictionary | undefined {
  const lines = text
    .replace('\uFEFF', '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.shift() !== '<dictionary> {') return undefined;
  const open: { key: string; entries: Entries }[] = [{ key: '', entries: new Map() }];
  for (const [at, line] of lines.entries()) {
    const innermost = open.at(-1);
    if (innermost === undefined) return undefined;
    if (line === '}') {
      open.pop();
      const whole = Object.fromEntries(innermost.entries);
      const outer = open.at(-1);
      if (outer === undefined) return at === lines.length - 1 ? whole : undefined;
      outer.entries.set(innermost.key, whole);
    } else if (!readLine(line, innermost.entries, open)) return undefined;
  }
  return undefined;
}

function readLine(line: string, entries: Entries, open: { key: string; entries: Entries }[]): boolean {
  const [, key, value = ''] = /^(\S.*?) :(?: (.*))?$/.exec(line) ?? [];
  // Two answers under one name: neither is to be believed.
  if (key === undefined || entries.has(key)) return false;
  entries.set(key, value);
  if (!/^<(dictionary|array)> \{$/.test(value)) return true;
  open.push({ key, entries: new Map() });
  return open.length <= maxDepth;
}
