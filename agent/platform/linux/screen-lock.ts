import type { UnknownReason } from '../../../shared/reading.ts';
import type { ScreenLock } from '../../../shared/report/rights.ts';
import type { PasswdEntry } from './account-text.ts';
import type { Answer } from './administrators.ts';
import { displayManager } from './automatic-sign-in.ts';
import { type DconfSettings, readDconf } from './dconf-settings.ts';
import { displayManagers } from './display-managers.ts';
import { type Files, ifFound } from './files.ts';
import { parseKscreenlocker, parseXfceScreensaver, parseXscreensaver } from './locker-text.ts';

interface LockFiles {
  system: Files;
  home: Files;
  /** Names of a person's running programs, as the kernel cuts them (15 letters). */
  programsOf(uid: string): Promise<ReadonlySet<string>>;
}

/** How a desktop of GNOME's family names its settings; times in seconds once multiplied by `unit`. */
interface DconfDesktop {
  enabled: string[];
  disabled: string[];
  /** Whatever is named here locks in the desktop's place, or does not. */
  instead?: string;
  idle: { path: string; fallback: number; unit: number };
  delay: { path: string; fallback: number; unit: number };
}

const gnome: DconfDesktop = {
  enabled: ['/org/gnome/desktop/screensaver/lock-enabled'],
  disabled: ['/org/gnome/desktop/lockdown/disable-lock-screen'],
  idle: { path: '/org/gnome/desktop/session/idle-delay', fallback: 300, unit: 1 },
  delay: { path: '/org/gnome/desktop/screensaver/lock-delay', fallback: 0, unit: 1 },
};
const cinnamon: DconfDesktop = {
  enabled: ['/org/cinnamon/desktop/screensaver/lock-enabled'],
  disabled: ['/org/cinnamon/desktop/lockdown/disable-lock-screen'],
  instead: '/org/cinnamon/desktop/screensaver/custom-screensaver-command',
  idle: { path: '/org/cinnamon/desktop/session/idle-delay', fallback: 900, unit: 1 },
  delay: { path: '/org/cinnamon/desktop/screensaver/lock-delay', fallback: 2, unit: 1 },
};
const mate: DconfDesktop = {
  enabled: ['/org/mate/screensaver/lock-enabled', '/org/mate/screensaver/idle-activation-enabled'],
  disabled: ['/org/mate/desktop/lockdown/disable-lock-screen'],
  idle: { path: '/org/mate/desktop/session/idle-delay', fallback: 5, unit: 60 },
  delay: { path: '/org/mate/screensaver/lock-delay', fallback: 0, unit: 60 },
};

/** Desktops that lock the screen themselves, by the whole of what sign-ins name them: Xubuntu is no Ubuntu in this. */
const dconfDesktops: readonly [RegExp, DconfDesktop][] = [
  [/^((gnome|gnome-classic|ubuntu|zorin)(-xorg|-wayland)?|pop)$/i, gnome],
  [/^(x-)?cinnamon(2d|-wayland)?$/i, cinnamon],
  [/^mate$/i, mate],
];
const plasma = /^(kde|plasma(x11|wayland)?|kde-plasma)$/i;

/**
 * Whether and after how long a person's screen locks by itself (DEV7). Settings count
 * only where the desktop that obeys them, or the locking program, is known to run.
 *
 * @param desktop what the sign-in names the desktop, "" when it names none
 */
export async function readScreenLock(
  account: PasswdEntry,
  desktop: string,
  files: LockFiles,
): Promise<Answer<ScreenLock>> {
  const names = desktop.split(':');
  const ofDconf = dconfDesktops.find(([form]) => names.some((name) => form.test(name)))?.[1];
  if (ofDconf !== undefined) {
    const settings = await readDconf(account.home, files, desktopNames(names));
    if (settings === undefined) return unreadable;
    const lock = dconfLock(ofDconf, settings);
    const isReplaced = ofDconf.instead !== undefined && (settings(ofDconf.instead) ?? '') !== '';
    return lock.on && (isReplaced || !(await obeys(ofDconf, account, files))) ? unreadable : { value: lock };
  }
  if (names.some((name) => plasma.test(name))) return plasmaLock(account.home, files);
  return lockByProgram(account, files);
}

/**
 * Whether there is somebody to obey the settings: GNOME can lock only where GDM is
 * the display manager, and MATE by a program that people end.
 */
async function obeys(desktop: DconfDesktop, account: PasswdEntry, files: LockFiles): Promise<boolean> {
  if (desktop === mate) return (await files.programsOf(account.uid)).has('mate-screensave');
  if (desktop !== gnome) return true;
  const manager = await displayManager(files.system);
  return manager === undefined || !(displayManagers.has(manager) && !/^gdm3?$/.test(manager));
}

const unreadable = { reason: 'not-understood' as UnknownReason };

function dconfLock({ enabled, disabled, idle, delay }: DconfDesktop, settings: DconfSettings): ScreenLock {
  const seconds = ({ path, fallback, unit }: DconfDesktop['idle']) => {
    const set = settings(path);
    return (typeof set === 'number' ? set : fallback) * unit;
  };
  const isOff = enabled.some((path) => settings(path) === false) || disabled.some((path) => settings(path) === true);
  // Zero: it is never found idle, and so never locked.
  if (isOff || seconds(idle) <= 0) return { on: false, afterSeconds: null };
  return { on: true, afterSeconds: seconds(idle) + Math.max(0, seconds(delay)) };
}

/** The person's file, and the system's where the person's does not say. */
async function plasmaLock(userHome: string, { system, home }: LockFiles): Promise<Answer<ScreenLock>> {
  const own = await home.text(`${userHome}/.config/kscreenlockerrc`);
  if ('missing' in own && own.missing === 'blocked') return { reason: 'blocked-by-permission' };
  const shared = ifFound(await system.text('/etc/xdg/kscreenlockerrc')) ?? '';
  return { value: parseKscreenlocker(ifFound(own) ?? '', shared) };
}

/** How sections for one desktop only name it: by the sign-in's name without the display's, or by its family. */
function desktopNames(names: readonly string[]): string[] {
  const plain = names.map((name) => name.toLowerCase().replace(/-(xorg|wayland)$/, ''));
  return plain.some((name) => gnomeFamily.test(name)) ? [...plain, 'gnome'] : plain;
}

const gnomeFamily = /^(gnome-classic|ubuntu|zorin|pop)$/;
const xfceSettings = 'xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml';

/** Desktops without a lock of their own: whichever program is there to lock. */
async function lockByProgram(account: PasswdEntry, files: LockFiles): Promise<Answer<ScreenLock>> {
  const running = await files.programsOf(account.uid);
  const byXfce = running.has('xfce4-screensav');
  if (byXfce || running.has('xscreensaver')) {
    const path = byXfce ? `.config/${xfceSettings}` : '.xscreensaver';
    const gave = await files.home.text(`${account.home}/${path}`);
    if ('missing' in gave && gave.missing === 'blocked') return { reason: 'blocked-by-permission' };
    const text = ifFound(gave) ?? '';
    const shared = byXfce ? (ifFound(await files.system.text(`/etc/xdg/${xfceSettings}`)) ?? '') : '';
    return { value: byXfce ? parseXfceScreensaver(text, shared) : parseXscreensaver(text) };
  }
  // light-locker locks once the display itself is blanked, which only the display knows, and may never be.
  return { reason: running.has('light-locker') ? 'not-understood' : 'not-supported' };
}
