import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Session } from '../../../shared/report/sessions.ts';
import type { Exec } from '../exec.ts';
import { printable } from './lock-hook.ts';

interface ShowTextParts {
  exec: Exec;
  isAdministrator: boolean;
  /** Writes on a terminal; says whether it took it. */
  writeTerminal?: (path: string, text: string) => Promise<boolean>;
}

const timeoutMs = 3_000;

/**
 * Puts a text on people's screens: on a console or over ssh by the session's terminal, on a desktop by the
 * notification service of the person's own bus. `true`: the terminal or that service took it. A session that is
 * gone, or another's by now, or without either, is told as not shown.
 */
export function createShowText(parts: ShowTextParts) {
  const { exec, isAdministrator, writeTerminal = writeOnTerminal } = parts;

  async function showOne(text: string, session: Session): Promise<boolean> {
    const asked = await exec('loginctl', ['show-session', session.id, ...asProperties, '--no-pager'], { timeoutMs });
    if (asked.kind !== 'exited' || asked.code !== 0) return false;
    const screen = parseScreen(asked.stdout);
    if (screen === undefined || screen.name !== session.person) return false;
    if (screen.isDesktop) return notify(text, screen.uid);
    return screen.terminal !== undefined && writeTerminal(screen.terminal, terminalText(text));
  }

  /** In the person's name, for only they are let onto their bus. */
  async function notify(text: string, uid: number): Promise<boolean> {
    const asked = await exec('setpriv', notifyCall(text, uid), { timeoutMs });
    return asked.kind === 'exited' && asked.code === 0 && /^u \d+$/m.test(asked.stdout);
  }

  return async (text: string, sessions: readonly Session[]): Promise<readonly boolean[]> => {
    if (!isAdministrator) return sessions.map(() => false);
    return Promise.all(sessions.map((session) => showOne(text, session)));
  };
}

const asProperties = ['Name', 'User', 'TTY', 'Type'].flatMap((name) => ['-p', name]);

interface Screen {
  name: string;
  uid: number;
  isDesktop: boolean;
  terminal: string | undefined;
}

/** `loginctl show-session ID -p Name -p User -p TTY -p Type`; undefined: not understood. */
export function parseScreen(text: string): Screen | undefined {
  const field = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const uid = field('User');
  if (field('Name') === '' || !/^\d+$/.test(uid)) return undefined;
  const terminal = /^(\/dev\/)?((?:tty|pts\/|ttyS|hvc|console)[A-Za-z0-9]*)$/.exec(field('TTY'))?.[2];
  return {
    name: field('Name'),
    uid: Number(uid),
    isDesktop: ['x11', 'wayland', 'mir'].includes(field('Type')),
    terminal: terminal === undefined ? undefined : `/dev/${terminal}`,
  };
}

/** Between empty lines, so that it stands out from whatever is on the screen. */
export function terminalText(text: string): string {
  return `\r\n\r\n*** ${printable(text)} ***\r\n\r\n`;
}

/** A notification that stays until it is read, by the desktop's own service. It speaks markup: whatever looks like it is taken out. */
export function notifyCall(text: string, uid: number): string[] {
  const plain = printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const service = 'org.freedesktop.Notifications';
  return [
    ...[`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--', 'busctl'],
    ...[`--address=unix:path=/run/user/${uid}/bus`, '--timeout=2', '--', 'call'],
    ...[service, `/${service.replaceAll('.', '/')}`, service, 'Notify', 'susssasa{sv}i'],
    ...['Hometime', '0', 'dialog-information', 'Hometime', plain, '0', '1', 'urgency', 'y', '2', '0'],
  ];
}

/** Never waits for a terminal that nobody reads, and never makes it the agent's own. */
async function writeOnTerminal(path: string, text: string): Promise<boolean> {
  const { O_WRONLY, O_NOCTTY, O_NONBLOCK } = constants;
  const terminal = await open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK).catch(() => undefined);
  if (terminal === undefined) return false;
  try {
    // Something else in the terminal's place would be a file that grows.
    if (!(await terminal.stat()).isCharacterDevice()) return false;
    const bytes = Buffer.from(text);
    return (await terminal.write(bytes)).bytesWritten === bytes.length;
  } catch {
    return false;
  } finally {
    await terminal.close();
  }
}
