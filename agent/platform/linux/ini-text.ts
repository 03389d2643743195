/** Sections of a settings file in the form that desktops and display managers share: `[Section]`, `key=value`. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Lines that are not understood are passed over; comments begin with `#` or `;`.
 * A key that occurs twice has its last value. What stands before the first section is in "".
 */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  sections.set('', section);
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || /^[#;]/.test(line)) continue;
    const name = /^\[(.*)\]$/.exec(line)?.[1]?.trim();
    if (name !== undefined) {
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      continue;
    }
    const equals = line.indexOf('=');
    if (equals > 0) section.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return sections;
}

/** Settings of two files: the later one wins, key by key. */
export function mergeInis(earlier: Ini, later: Ini): Ini {
  const merged = new Map(earlier);
  for (const [name, keys] of later) merged.set(name, new Map([...(earlier.get(name) ?? []), ...keys]));
  return merged;
}

/** Values as settings files write yes and no; undefined: neither. */
export function isYes(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(true|yes|on|1)$/i.test(value)) return true;
  return /^(false|no|off|0)$/i.test(value) ? false : undefined;
}
