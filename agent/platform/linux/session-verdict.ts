import type { Session } from '../../../shared/report/sessions.ts';
import { accountName } from '../people/account-name.ts';
import type { LogindSession } from './logind-text.ts';

/**
 * Classes that are nobody's sign-in: login screens, lock screens, a person's
 * service manager, cron jobs. A class not named here counts as a person: one
 * that is invented later must not become "nobody is signed in".
 */
const classesOfNobody = ['greeter', 'lock-screen', 'manager', 'background', 'none'] as const;

export function isPerson(session: LogindSession): boolean {
  return !classesOfNobody.some((name) => session.class === name || session.class.startsWith(`${name}-`));
}

/** A session that has ended for logind, though programs of it may still run (`nohup`, `tmux`). */
export function isClosing(session: LogindSession): boolean {
  return session.state === 'closing';
}

/** A session as it is reported; undefined when even its person cannot be named in a report. */
export function toSession(session: LogindSession): Session | undefined {
  const person = accountName(session.name);
  if (person === undefined) return undefined;
  return {
    id: session.id,
    person,
    where: whereOf(session),
    since: session.since,
    activity: activityOf(session),
    // Many screen lockers never set the hint: only "yes" proves something.
    locked: session.locked ? true : null,
  };
}

function whereOf(session: LogindSession): Session['where'] {
  if (session.remote) return 'remote';
  if (['x11', 'wayland', 'mir'].includes(session.type)) return 'graphical';
  return session.type === 'tty' ? 'console' : 'unknown';
}

function activityOf(session: LogindSession): Session['activity'] {
  if (session.state === 'active') return 'active';
  if (session.state === 'online') return 'background';
  return isClosing(session) ? 'disconnected' : 'unknown';
}
