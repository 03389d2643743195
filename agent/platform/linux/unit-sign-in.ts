import type { Answer } from './administrators.ts';
import { type Files, ifFound } from './files.ts';

/** Where the link of a unit leads that somebody switched off for good. */
export const masked = '/dev/null';

/** Consoles among the many units of the distribution. */
const consoleUnit = /^(getty|serial-getty|autovt|console-getty|container-getty)(@[^/]*)?\.service\.d$/;
/** Folders in which every unit was put by hand or by a setup. */
const ownFolders = ['/etc/systemd/system', '/run/systemd/system', '/usr/local/lib/systemd/system'];
/** Where systemd hands a name to its consoles without any unit being changed. */
const credentials = ['/etc/credstore', '/run/credstore', '/usr/lib/credstore', '/run/credentials/@system'];

/** Whom a unit of systemd signs in on a console or a screen of its own; `found: undefined`: nobody. */
export async function unitSignIn(files: Files): Promise<Answer<string | undefined>> {
  for (const folder of credentials) {
    const name = await files.text(`${folder}/agetty.autologin`);
    if ('found' in name) return { value: name.found.trim() };
    if (name.missing === 'blocked') return { reason: 'permission-denied' };
  }
  const paths = await unitFiles(files);
  if (paths === undefined) return { reason: 'permission-denied' };
  for (const path of paths) {
    if (ifFound(await files.link(path)) === masked) continue;
    const text = await files.text(path);
    if ('missing' in text && text.missing === 'blocked') return { reason: 'permission-denied' };
    const name = autologinOf(ifFound(text) ?? '');
    if (name !== undefined) return { value: name };
  }
  return { value: undefined };
}

/** Units that somebody put there, and what was added to consoles; undefined: a folder may not be read. */
async function unitFiles(files: Files): Promise<string[] | undefined> {
  const paths: string[] = [];
  for (const folder of [...ownFolders, '/usr/lib/systemd/system']) {
    const isOwn = ownFolders.includes(folder);
    const names = await namesIn(folder, files);
    const folders = names?.filter((name) => (isOwn ? name.endsWith('.service.d') : consoleUnit.test(name)));
    if (names === undefined || folders === undefined) return undefined;
    if (isOwn) paths.push(...names.filter((name) => name.endsWith('.service')).map((name) => `${folder}/${name}`));
    for (const inner of folders) {
      const added = await namesIn(`${folder}/${inner}`, files);
      if (added === undefined) return undefined;
      paths.push(...added.filter((name) => name.endsWith('.conf')).map((name) => `${folder}/${inner}/${name}`));
    }
  }
  return paths;
}

/** None where the folder does not exist; undefined: it may not be read. */
async function namesIn(folder: string, files: Files): Promise<string[] | undefined> {
  const names = await files.names(folder);
  if ('found' in names) return names.found;
  return names.missing === 'absent' ? [] : undefined;
}

/** Accounts of services, which nobody sits before. */
const services = /^(root|_?greet(er|d)|gdm|sddm|lightdm|cosmic-greeter|%.*)$/;

/**
 * Whom a unit signs in; undefined: nobody. By the option of the console's program, by
 * `login -f`, or as a screen that is somebody's own (kiosks). An empty `ExecStart=`
 * takes back what was said before.
 */
export function autologinOf(unit: string): string | undefined {
  const lines = unit.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const last = (key: string) => {
    const line = lines.filter((each) => new RegExp(`^\\s*${key}\\s*=`).test(each)).at(-1);
    return line?.slice(line.indexOf('=') + 1).trim() ?? '';
  };
  const command = last('ExecStart');
  const name = /getty/.test(command) ? byGetty(command) : /\blogin\s+(?:-p\s+)?-f\s*["']?([^\s"']+)/.exec(command)?.[1];
  if (name !== undefined) return name;
  const [, became = ''] = /\b(?:su|runuser)\s+(?:(?:-|-l|--login|-u|-m|-p)\s+)*([A-Za-z_][\w.-]*)/.exec(command) ?? [];
  const user = became || last('User');
  const isScreen = last('PAMName') !== '' || /\b(startx|xinit|cage|weston|labwc|sway|kiosk)\b/.test(command);
  return isScreen && user !== '' && !services.test(user) ? user : undefined;
}

/**
 * Whom a console's program (agetty(8)) signs in: by its option for that, by what it hands
 * to `login`, or by a program of somebody's own in the place of `login`, before which no
 * name is asked for; "": whom, that program alone knows. undefined: it asks.
 */
function byGetty(command: string): string | undefined {
  const named = /\s(?:--autologin(?:\s+|=)|-[8cEFiJLmnNRsUw]*a\s*)["']?([^\s"']+)/.exec(command)?.[1];
  if (named !== undefined) return named;
  const [, , handed = ''] = /\s(?:--login-options(?:\s+|=)|-[8cEFiJLmnNRsUw]*o\s*)(["'])(.*?)\1/.exec(command) ?? [];
  const forced = /(?:^|\s)-f\s+(?!-|\\)(\S+)/.exec(handed)?.[1];
  if (forced !== undefined) return forced;
  const asksNothing = /\s(?:--skip-login\b|-[8cEFiJLmNRsUw]*n)/.test(command);
  const program = /\s(?:--login-program(?:\s+|=)|-[8cEFiJLmnNRsUw]*l\s*)["']?([^\s"']+)/.exec(command)?.[1];
  return asksNothing && program !== undefined && !/\/s?bin\/login$/.test(program) ? '' : undefined;
}
