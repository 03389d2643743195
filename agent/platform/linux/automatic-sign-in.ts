import { basename } from 'node:path';
import { accountName } from '../people/account-name.ts';
import type { Answer } from './administrators.ts';
import { type Files, ifFound } from './files.ts';
import { isYes, parseIni } from './ini-text.ts';

export interface AutomaticSignIn {
  on: boolean;
  person: string | null;
}

/** Where a display manager keeps whom it signs in, in the order in which later values win; and how it says so. */
interface DisplayManager {
  files: string[];
  /** Folders whose `*.conf` are read by name, before the files. */
  folders: string[];
  /** Whom it signs in, of one file: "" nobody, undefined not said here. */
  person(text: string): string | undefined;
}

const lightdm: DisplayManager = {
  folders: ['/usr/share/lightdm/lightdm.conf.d', '/etc/lightdm/lightdm.conf.d'],
  files: ['/etc/lightdm/lightdm.conf'],
  person(text) {
    const seats = [...parseIni(text)].filter(([section]) => /^Seat/.test(section)).map(([, keys]) => keys);
    if (seats.some((keys) => isYes(keys.get('autologin-guest')) === true)) return 'guest';
    const said = seats.flatMap((keys) => keys.get('autologin-user') ?? []);
    return said.find((name) => name !== '') ?? said[0];
  },
};

const gdm: DisplayManager = {
  folders: [],
  files: ['/etc/gdm/custom.conf', '/etc/gdm3/custom.conf', '/etc/gdm3/daemon.conf'],
  person(text) {
    const daemon = parseIni(text).get('daemon');
    const named = (enable: string, name: string) =>
      isYes(daemon?.get(enable)) === true ? (daemon?.get(name) ?? 'somebody') : undefined;
    return named('AutomaticLoginEnable', 'AutomaticLogin') ?? named('TimedLoginEnable', 'TimedLogin');
  },
};

const sddm: DisplayManager = {
  folders: ['/usr/lib/sddm/sddm.conf.d', '/etc/sddm.conf.d'],
  files: ['/etc/sddm.conf'],
  person: (text) => parseIni(text).get('Autologin')?.get('User'),
};

/** LXDM and greetd name the person in one key. */
const lxdm: DisplayManager = {
  folders: [],
  files: ['/etc/lxdm/lxdm.conf', '/etc/lxdm/default.conf'],
  person: (text) => parseIni(text).get('base')?.get('autologin'),
};
const greetd: DisplayManager = {
  folders: [],
  files: ['/etc/greetd/config.toml'],
  person: (text) =>
    parseIni(text)
      .get('initial_session')
      ?.get('user')
      ?.replace(/^(["'])(.*)\1.*$/, '$2'),
};

const known: ReadonlyMap<string, DisplayManager> = new Map([
  ...(['gdm', 'gdm3'] as const).map((name) => [name, gdm] as const),
  ['lightdm', lightdm],
  ['sddm', sddm],
  ['lxdm', lxdm],
  ['greetd', greetd],
]);

/**
 * Whether the device signs somebody in by itself (DEV7): by its display manager, or
 * on a text console. A display manager that is not known here makes it unknown.
 */
export async function readAutomaticSignIn(files: Files): Promise<Answer<AutomaticSignIn>> {
  const byConsole = await consoleSignIn(files);
  if ('value' in byConsole && byConsole.value.on) return byConsole;
  const name = await displayManager(files);
  if (name === 'unknown') return { reason: 'not-understood' };
  if (name === undefined) return byConsole;
  const manager = known.get(name);
  if (manager === undefined) return { reason: 'not-supported' };
  const person = await personOf(manager, files);
  if (person === 'blocked') return { reason: 'permission-denied' };
  if (person.name === '') return byConsole;
  return { value: { on: true, person: accountName(person.name) ?? null } };
}

/** The display manager that starts with the system, by the link that systemd follows or the file that Debian keeps. */
async function displayManager(files: Files): Promise<string | undefined> {
  for (const folder of ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system']) {
    const link = await files.link(`${folder}/display-manager.service`);
    if ('found' in link) return link.found === masked ? undefined : basename(link.found).replace(/\.service$/, '');
    if (link.missing === 'blocked') return 'unknown';
  }
  // Systems without systemd start whatever is named here.
  if (ifFound(await files.names('/run/systemd/system')) !== undefined) return undefined;
  const named = ifFound(await files.text('/etc/X11/default-display-manager'))?.trim();
  return named === undefined || named === '' ? undefined : basename(named);
}

async function personOf(
  { files: paths, folders, person }: DisplayManager,
  files: Files,
): Promise<{ name: string } | 'blocked'> {
  const all: string[] = [];
  for (const folder of folders) {
    const names = await files.names(folder);
    if ('missing' in names && names.missing === 'blocked') return 'blocked';
    const inner = (ifFound(names) ?? []).filter((name) => name.endsWith('.conf')).sort();
    all.push(...inner.map((name) => `${folder}/${name}`));
  }
  let said = '';
  for (const path of [...all, ...paths]) {
    const text = await files.text(path);
    if ('missing' in text && text.missing === 'blocked') return 'blocked';
    said = person(ifFound(text) ?? '') ?? said;
  }
  return { name: said };
}

/** Where the link of a unit leads that somebody switched off for good. */
const masked = '/dev/null';
const consoleUnit = /^(getty|serial-getty|autovt|console-getty|container-getty)(@[^/]*)?\.service(\.d)?$/;

/** `agetty --autologin NAME` in a unit of systemd, or in what was added to one. */
async function consoleSignIn(files: Files): Promise<Answer<AutomaticSignIn>> {
  const isSystemd = ifFound(await files.names('/run/systemd/system')) !== undefined;
  if (!isSystemd) return { reason: 'not-supported' };
  for (const path of await consoleUnits(files)) {
    if (ifFound(await files.link(path)) === masked) continue;
    const text = await files.text(path);
    if ('missing' in text && text.missing === 'blocked') return { reason: 'permission-denied' };
    const name = autologinOf(ifFound(text) ?? '');
    if (name !== undefined) return { value: { on: true, person: accountName(name) ?? null } };
  }
  return { value: { on: false, person: null } };
}

/** Files by which somebody changed how consoles start; the distribution's own units sign nobody in. */
async function consoleUnits(files: Files): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of ['/etc/systemd/system', '/run/systemd/system', '/usr/local/lib/systemd/system']) {
    for (const unit of (ifFound(await files.names(folder)) ?? []).filter((name) => consoleUnit.test(name))) {
      if (!unit.endsWith('.d')) paths.push(`${folder}/${unit}`);
      else
        for (const name of ifFound(await files.names(`${folder}/${unit}`)) ?? [])
          paths.push(`${folder}/${unit}/${name}`);
    }
  }
  return paths;
}

/** Whom the last command of a unit signs in; undefined: nobody. An empty `ExecStart=` takes back what was said before. */
export function autologinOf(unit: string): string | undefined {
  const command = unit
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .filter((line) => /^\s*ExecStart\s*=/.test(line))
    .at(-1);
  const name = /\s(?:--autologin(?:\s+|=)|-a\s*)["']?([^\s"']+)/.exec(command ?? '')?.[1];
  return name === undefined || !/getty/.test(command ?? '') ? undefined : name;
}
