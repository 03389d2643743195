import { type Files, ifFound } from './files.ts';
import { type DconfDatabase, type DconfValue, parseGvdb } from './gvdb.ts';
import { parseIni } from './ini-text.ts';

/** A person's settings as a GNOME-like desktop sees them. `undefined`: nobody set it, and the maker's default holds. */
export type DconfSettings = (path: string) => DconfValue;

interface DconfParts {
  system: Files;
  /** Reads in homes. */
  home: Files;
}

/** The distribution's changes to the makers' defaults, beside the schemas. */
const overrideFolder = '/usr/share/glib-2.0/schemas';
const profiles = ['/etc/dconf/profile/user', '/usr/share/dconf/profile/user'];
/** Where schemas keep what is asked for here. */
const pathOfSchema = (schema: string) => `/${schema.replaceAll('.', '/')}/`;

/**
 * Reads what dconf would answer for a person, from its own files and without it
 * (dconf(7)): databases in the order of the profile, and for a locked path only
 * those of the system. undefined: one of them is there and cannot be read.
 */
export async function readDconf(
  userHome: string,
  { system, home }: DconfParts,
  desktops: readonly string[] = [],
): Promise<DconfSettings | undefined> {
  const sources: DconfDatabase[] = [];
  for (const line of await profileOf(system)) {
    const file = databaseFile(line, userHome);
    if (file === undefined) return undefined;
    const gave = await (line.startsWith('user-db:') ? home : system).bytes(file);
    if ('missing' in gave && gave.missing === 'absent') continue;
    const database = 'found' in gave ? parseGvdb(gave.found) : undefined;
    if (database === undefined) return undefined;
    sources.push(database);
  }
  const defaults = await readOverrides(system, desktops);
  return (path) => {
    const lockedBy = sources.findLastIndex(({ locks }) => [...locks].some((lock) => isLockOf(lock, path)));
    const set = sources.slice(Math.max(0, lockedBy)).find(({ values }) => values.get(path) !== undefined);
    return set?.values.get(path) ?? defaults.get(path);
  };
}

/** A lock may name a folder of paths. */
function isLockOf(lock: string, path: string): boolean {
  return lock === path || (lock.endsWith('/') && path.startsWith(lock));
}

/** Without a profile, only the person's own database counts. */
async function profileOf(system: Files): Promise<string[]> {
  for (const file of profiles) {
    const text = ifFound(await system.text(file));
    if (text === undefined) continue;
    return text
      .split(/\r?\n/)
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== '');
  }
  return ['user-db:user'];
}

function databaseFile(line: string, userHome: string): string | undefined {
  const [, kind, name] = /^(user-db|system-db|file-db):(\S+)$/.exec(line) ?? [];
  if (name === undefined || name.includes('..')) return undefined;
  if (kind === 'user-db') return `${userHome}/.config/dconf/${name}`;
  return kind === 'system-db' ? `/etc/dconf/db/${name}` : name;
}

/** Later files override earlier ones; a section for the desktop in use (`[schema:ubuntu]`) goes before all that are for any. */
async function readOverrides(system: Files, desktops: readonly string[]): Promise<Map<string, DconfValue>> {
  const forAll = new Map<string, DconfValue>();
  const forThis = new Map<string, DconfValue>();
  const names = ifFound(await system.names(overrideFolder)) ?? [];
  for (const name of names.filter((each) => each.endsWith('.gschema.override')).sort()) {
    const text = ifFound(await system.text(`${overrideFolder}/${name}`)) ?? '';
    for (const [section, keys] of parseIni(text)) {
      const [schema = '', desktop] = section.split(':');
      const values = desktop === undefined ? forAll : forThis;
      if (desktop !== undefined && !desktops.includes(desktop.toLowerCase())) continue;
      for (const [key, value] of keys) values.set(`${pathOfSchema(schema)}${key}`, parsePlain(value));
    }
  }
  return new Map([...forAll, ...forThis]);
}

/** A value in GVariant's text form, as far as it is asked for: `true`, `uint32 900`, `'text'`. */
function parsePlain(value: string): DconfValue {
  if (value === 'true' || value === 'false') return value === 'true';
  const number = /^(?:u?int32 )?(\d{1,10})$/.exec(value)?.[1];
  return number === undefined ? /^'(.*)'$/.exec(value)?.[1] : Number(number);
}
