import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeOpenFolder, removeDurably, writeDurably } from '../durable-file.ts';
import type { Exec } from '../exec.ts';
import { displayManager, managerSettings, readAutomaticSignIn } from './automatic-sign-in.ts';
import { displayManagers } from './display-managers.ts';
import { type Files, ifFound } from './files.ts';
import { type Ini, isYes } from './ini-text.ts';
import { autologinOf } from './unit-sign-in.ts';

/** What is known of a device's signing somebody in by itself. undefined: it cannot be told, or not be kept from it. */
export type Held = 'held-back' | 'not-set' | undefined;

/** Consoles that sign somebody in by themselves. */
export interface GettyHold {
  /** Makes them ask for a name instead, from their next prompt on. */
  hold(how: 'until-start' | 'until-released'): Promise<Held>;
  /** Takes back what `until-released` did. */
  release(): Promise<void>;
}

/** Last in the order of names, in which systemd joins what is added to a unit. */
const dropIns = {
  'until-start': { folder: '/run/systemd/system', file: 'zzz-hometime.conf' },
  'until-released': { folder: '/etc/systemd/system', file: 'zzz-hometime-lock.conf' },
} as const;

const consoles = ['getty@*.service', 'serial-getty@*.service', 'console-getty.service', 'container-getty@*.service'];

/**
 * Consoles of systemd. Their own settings are left as they are: a part is added that comes last, and
 * systemd is told. `root` is another than `/` for tests only.
 */
export function createGettyHold({ exec, root = '/' }: { exec: Exec; root?: string }): GettyHold {
  const reload = () => exec('systemctl', ['daemon-reload']);

  return {
    async hold(how) {
      const units = await unitsSigningIn(exec);
      if (units === undefined || units === 'elsewhere') return undefined;
      const { folder, file } = dropIns[how];
      for (const unit of units) {
        const inside = join(root, folder, `${unit}.d`);
        await makeOpenFolder(inside);
        await writeDurably(join(inside, file), promptText(unit));
      }
      if (units.length === 0) return 'not-set';
      const told = await reload();
      return told.kind === 'exited' && told.code === 0 ? 'held-back' : undefined;
    },
    async release() {
      const { folder, file } = dropIns['until-released'];
      const names = await readdir(join(root, folder)).catch(() => []);
      let changed = false;
      for (const name of names.filter((each) => each.endsWith('.service.d'))) {
        const path = join(root, folder, name, file);
        if (!(await readdir(dirname(path)).catch((): string[] => [])).includes(file)) continue;
        await removeDurably(path);
        await rmdir(dirname(path)).catch(() => {});
        changed = true;
      }
      if (changed) await reload();
    },
  };
}

/** Consoles by their units' names. `elsewhere`: one signs in by something that is not a console's program. */
async function unitsSigningIn(exec: Exec): Promise<string[] | 'elsewhere' | undefined> {
  const listed = await exec('systemctl', ['list-units', '--all', '--plain', '--no-legend', '--no-pager', ...consoles]);
  if (listed.kind !== 'exited' || listed.code !== 0) return undefined;
  const names = listed.stdout.split('\n').flatMap((line) => /^([\w@.\\:-]+\.service)\s/.exec(line.trim())?.[1] ?? []);
  const found: string[] = [];
  for (const name of names) {
    const shown = await exec('systemctl', ['cat', '--no-pager', name]);
    if (shown.kind !== 'exited') return undefined;
    if (autologinOf(shown.stdout) === undefined) continue;
    if (!isPlainConsole(shown.stdout)) return 'elsewhere';
    found.push(name);
  }
  return found;
}

/** Its program asks on the terminal that systemd hands it, so that it can be given another program in its place. */
export function isPlainConsole(unit: string): boolean {
  const command = /^\s*ExecStart\s*=.*\bagetty\b/m.test(unit);
  return command && /^\s*StandardInput\s*=\s*tty\b/m.test(unit);
}

/**
 * A console that asks. DANGER: not the unit's own command without the name: its options for `login` may hold the
 * one that asks for no password.
 */
export function promptText(unit: string): string {
  const serial = unit.startsWith('getty@') ? '' : '--keep-baud 115200,57600,38400,9600 ';
  return `[Service]\nExecStart=\nExecStart=-/sbin/agetty --noclear ${serial}- $TERM\n`;
}

/** Keeps the whole device from it until its next start: consoles by what is added to them, display managers as far as their files tell. */
export function createAutomaticSignInHold({ files, gettyHold }: { files: Files; gettyHold: GettyHold }) {
  return async (): Promise<Held> => {
    const read = await readAutomaticSignIn(files);
    if ('value' in read && !read.value.on) return 'not-set';
    const both = [await gettyHold.hold('until-start'), await managerHeld(files)];
    if ('reason' in read || both.includes(undefined)) return undefined;
    // Somebody is signed in by something that is neither: that is not held.
    return both.includes('held-back') ? 'held-back' : undefined;
  };
}

async function managerHeld(files: Files): Promise<Held> {
  const name = await displayManager(files);
  if (name === undefined) return 'not-set';
  const manager = displayManagers.get(name);
  const read = manager === undefined ? 'blocked' : await managerSettings(manager, files);
  if (manager === undefined || read === 'blocked') return undefined;
  if (manager.person(read.settings, read.texts) === '') return 'not-set';
  return (await onceOnly(name, read.settings, files)) ? 'held-back' : undefined;
}

/**
 * Whether a display manager, by its settings, signs in once at its start and shows who may sign in ever after.
 * GDM leaves a mark when it has done so. Others are not known well enough.
 */
async function onceOnly(name: string, settings: Ini, files: Files): Promise<boolean> {
  if (name === 'gdm' || name === 'gdm3') {
    const marks = ['/run/gdm/ran-once-marker', '/run/gdm3/ran-once-marker'];
    const found = await Promise.all(marks.map(async (path) => ifFound(await files.text(path)) !== undefined));
    return isYes(settings.get('daemon')?.get('TimedLoginEnable')) !== true && found.includes(true);
  }
  if (name === 'sddm') return isYes(settings.get('Autologin')?.get('Relogin')) !== true;
  if (name !== 'lightdm') return false;
  const waits = [...settings].map(([, keys]) => Number(keys.get('autologin-user-timeout') ?? '0'));
  return waits.every((seconds) => seconds === 0);
}
