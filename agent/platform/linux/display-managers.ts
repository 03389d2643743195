import type { Ini } from './ini-text.ts';
import { isYes } from './ini-text.ts';

/** Where a display manager keeps whom it signs in, in the order in which later values win; and how it says so. */
export interface DisplayManager {
  files: string[];
  /** Folders whose files are read by name, before the files. */
  folders: string[];
  /** Whether only `*.conf` of the folders count. */
  needsEnding: boolean;
  /** Whom it signs in by all its settings; "": nobody. */
  person(settings: Ini, texts: readonly string[]): string;
}

const lightdm: DisplayManager = {
  folders: ['/usr/local/share', '/usr/share', '/etc/xdg', '/etc'].map((folder) => `${folder}/lightdm/lightdm.conf.d`),
  files: ['/etc/xdg/lightdm/lightdm.conf', '/etc/lightdm/lightdm.conf'],
  needsEnding: true,
  person(settings) {
    const seats = [...settings].filter(([section]) => /^Seat/.test(section)).map(([, keys]) => keys);
    if (seats.some((keys) => isYes(keys.get('autologin-guest')) === true)) return 'guest';
    return seats.map((keys) => keys.get('autologin-user') ?? '').find((name) => name !== '') ?? '';
  },
};

const gdm: DisplayManager = {
  folders: [],
  files: [
    ...['/usr/etc/gdm/custom.conf', '/etc/gdm/custom.conf', '/etc/gdm3/custom.conf', '/etc/gdm3/daemon.conf'],
    ...['/run/gdm/custom.conf', '/run/gdm3/custom.conf'],
  ],
  needsEnding: true,
  person(settings) {
    const daemon = settings.get('daemon');
    const named = (enable: string, name: string) =>
      isYes(daemon?.get(enable)) === true ? (daemon?.get(name) ?? 'somebody') : '';
    return named('AutomaticLoginEnable', 'AutomaticLogin') || named('TimedLoginEnable', 'TimedLogin');
  },
};

/** Its folders' files count whatever they are called. */
const sddm: DisplayManager = {
  folders: ['/usr/lib/sddm/sddm.conf.d', '/etc/sddm.conf.d'],
  files: ['/etc/sddm.conf'],
  needsEnding: false,
  person: (settings) => settings.get('Autologin')?.get('User') ?? '',
};

const lxdm: DisplayManager = {
  folders: [],
  files: ['/etc/lxdm/lxdm.conf', '/etc/lxdm/default.conf'],
  needsEnding: true,
  person: (settings) => settings.get('base')?.get('autologin') ?? '',
};

/** Accounts that only show who may sign in. */
const greeters = /^_?(greet(er|d)|cosmic-greeter|gdm(-greeter)?)$/;

/** A first session of somebody's, or a "greeter" that is somebody's session itself. */
const greetd: DisplayManager = {
  folders: [],
  files: ['/etc/greetd/config.toml'],
  needsEnding: true,
  person(settings, texts) {
    const plain = (value: string | undefined) => (value ?? '').replace(/^(["'])(.*?)\1.*$/, '$2').trim();
    // Tables may have their names in quotes, or be written in one line.
    const userOf = (session: string) => {
      const table = settings.get(session) ?? settings.get(`"${session}"`) ?? settings.get(`'${session}'`);
      const form = new RegExp(`^\\s*["']?${session}\\b.*\\buser"?\\s*=\\s*["']([^"']*)`, 'm');
      return plain(table?.get('user')) || (texts.map((text) => form.exec(text)?.[1] ?? '').find(Boolean) ?? '');
    };
    const always = userOf('default_session');
    return userOf('initial_session') || (greeters.test(always) ? '' : always);
  },
};

/** Display managers by the names of their units. Any other is not known. */
export const displayManagers: ReadonlyMap<string, DisplayManager> = new Map([
  ...(['gdm', 'gdm3'] as const).map((name) => [name, gdm] as const),
  ['lightdm', lightdm],
  ['sddm', sddm],
  ['lxdm', lxdm],
  ['greetd', greetd],
]);

/** Units that show who may sign in, known here or not: whatever of them starts with the system decides. */
export const displayManagerUnit =
  /^(gdm3?|lightdm|sddm|lxdm|greetd|ly(@[^.]*)?|xdm|slim|nodm|wdm|emptty|lemurs|kmscon(vt@[^.]*)?|cosmic-greeter|plasmalogin)\.service$/;
