import type { Session } from '../../../shared/report/sessions.ts';
import type { Exec } from '../exec.ts';
import { guiDomain, parseGuiDomain } from './end-session.ts';

const timeoutMs = 10_000;

const program = [
  'on run argv',
  'display notification (item 2 of argv) with title (item 1 of argv)',
  'end run',
] as const;

/**
 * The command that shows a text in one graphical session, in that person's name; undefined: not such a session. The text
 * is an argument of the program and never a part of it; behind a first word it cannot be taken for an option.
 */
export function notifyCommand(sessionId: string, text: string): string[] | undefined {
  const uid = guiDomain(sessionId)?.slice('gui/'.length);
  if (uid === undefined) return undefined;
  const asPerson = ['asuser', uid, 'sudo', '-n', '-u', `#${uid}`];
  return [...asPerson, 'osascript', ...program.flatMap((line) => ['-e', line]), 'Hometime', text];
}

/**
 * Puts a text on people's screens as a notification. `true`: macOS took it; whether a person allows notifications, or has
 * them silenced, it does not tell. Only the session at the screen has one; one in the background is given the text, and
 * told as not shown. Never tried on a Mac by us.
 */
export function createShowText({ exec, isAdministrator }: { exec: Exec; isAdministrator: boolean }) {
  async function showOne(text: string, { id, activity }: Session): Promise<boolean> {
    const [domain, command] = [guiDomain(id), notifyCommand(id, text)];
    if (domain === undefined || command === undefined) return false;
    // Without that session launchd would begin one of its own, which nobody sees.
    if (parseGuiDomain(await exec('launchctl', ['print', domain], { timeoutMs })) !== true) return false;
    const told = await exec('launchctl', command, { timeoutMs });
    return told.kind === 'exited' && told.code === 0 && activity === 'active';
  }

  return async (text: string, sessions: readonly Session[]): Promise<readonly boolean[]> => {
    if (!isAdministrator) return sessions.map(() => false);
    return Promise.all(sessions.map((session) => showOne(text, session)));
  };
}
