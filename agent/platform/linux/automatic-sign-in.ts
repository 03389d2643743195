import { basename } from 'node:path';
import { accountName } from '../people/account-name.ts';
import type { Answer } from './administrators.ts';
import { type DisplayManager, displayManagers, displayManagerUnit } from './display-managers.ts';
import { type Files, ifFound } from './files.ts';
import { type Ini, mergeInis, parseIni } from './ini-text.ts';
import { masked, unitSignIn } from './unit-sign-in.ts';

export interface AutomaticSignIn {
  on: boolean;
  person: string | null;
}

/**
 * Whether the device signs somebody in by itself (DEV7): by its display manager, or
 * by a unit of systemd. A display manager that is not known here makes it unknown.
 */
export async function readAutomaticSignIn(files: Files): Promise<Answer<AutomaticSignIn>> {
  const byUnit = await signInWithoutDisplay(files);
  if ('value' in byUnit && byUnit.value.on) return byUnit;
  const bySuse = suseSettings(ifFound(await files.text('/etc/sysconfig/displaymanager')) ?? '');
  if (bySuse.person !== '') return signedIn(bySuse.person);
  const name = await displayManager(files);
  if (name === 'unknown') return { reason: 'not-understood' };
  if (name === undefined) return byUnit;
  const manager = displayManagers.get(/^(display-manager(-legacy)?|xdm)$/.test(name) ? bySuse.manager : name);
  if (manager === undefined) return { reason: 'not-supported' };
  const person = await personOf(manager, files);
  if (person === 'blocked') return { reason: 'permission-denied' };
  return person.name === '' ? byUnit : signedIn(person.name);
}

function signedIn(name: string): Answer<AutomaticSignIn> {
  return { value: { on: true, person: accountName(name) ?? null } };
}

async function signInWithoutDisplay(files: Files): Promise<Answer<AutomaticSignIn>> {
  const isSystemd = ifFound(await files.names('/run/systemd/system')) !== undefined;
  if (!isSystemd) return { reason: 'not-supported' };
  const found = await unitSignIn(files);
  if ('reason' in found) return found;
  return found.value === undefined ? { value: { on: false, person: null } } : signedIn(found.value);
}

/** openSUSE hands these to whichever display manager it starts. */
function suseSettings(text: string): { manager: string; person: string } {
  const keys = parseIni(text).get('');
  const value = (key: string) => (keys?.get(key) ?? '').replace(/^(["'])(.*)\1$/, '$2');
  return { manager: value('DISPLAYMANAGER'), person: value('DISPLAYMANAGER_AUTOLOGIN') };
}

/**
 * The display manager that starts with the system: by the link that systemd follows,
 * by the units that a target wants, or by the file that Debian keeps. `unknown`:
 * cannot be told; undefined: none.
 */
export async function displayManager(files: Files): Promise<string | undefined> {
  for (const folder of ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system']) {
    const link = await files.link(`${folder}/display-manager.service`);
    if ('found' in link && link.found === masked) return wantedManager(files);
    if ('found' in link) return basename(link.found).replace(/\.service$/, '');
    if (link.missing === 'blocked') return 'unknown';
  }
  const wanted = await wantedManager(files);
  // Systems without systemd start whatever is named here.
  if (wanted !== undefined || ifFound(await files.names('/run/systemd/system')) !== undefined) return wanted;
  const named = ifFound(await files.text('/etc/X11/default-display-manager'))?.trim();
  return named === undefined || named === '' ? undefined : basename(named);
}

async function wantedManager(files: Files): Promise<string | undefined> {
  for (const target of ['graphical', 'multi-user', 'default']) {
    const names = await files.names(`/etc/systemd/system/${target}.target.wants`);
    if ('missing' in names && names.missing === 'blocked') return 'unknown';
    const unit = ifFound(names)?.find((name) => displayManagerUnit.test(name));
    if (unit !== undefined) return unit.replace(/\.service$/, '');
  }
  return undefined;
}

async function personOf(manager: DisplayManager, files: Files): Promise<{ name: string } | 'blocked'> {
  const read = await managerSettings(manager, files);
  return read === 'blocked' ? read : { name: manager.person(read.settings, read.texts) };
}

/** All that a display manager goes by, later files winning; and their texts. */
export async function managerSettings(
  manager: DisplayManager,
  files: Files,
): Promise<{ settings: Ini; texts: string[] } | 'blocked'> {
  const paths: string[] = [];
  for (const folder of manager.folders) {
    const names = await files.names(folder);
    if ('missing' in names && names.missing === 'blocked') return 'blocked';
    const inner = (ifFound(names) ?? []).filter((name) => !manager.needsEnding || name.endsWith('.conf')).sort();
    paths.push(...inner.map((name) => `${folder}/${name}`));
  }
  const texts: string[] = [];
  for (const path of [...paths, ...manager.files]) {
    const text = await files.text(path);
    if ('missing' in text && text.missing === 'blocked') return 'blocked';
    if ('found' in text) texts.push(text.found);
  }
  const settings = texts.map(parseIni).reduce<Ini>(mergeInis, new Map());
  return { settings, texts };
}
