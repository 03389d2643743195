import { type FSWatcher, watch } from 'node:fs';
import { type Log, messageOf } from '../../../shared/log.ts';
import type { Platform } from '../platform.ts';
import type { ReadText } from './proc.ts';

interface WatchParts {
  log: Log;
  read: ReadText;
  /** For tests: another folder and another pace. */
  sessionsFolder?: string;
  routesEveryMs?: number;
}

/** logind keeps a file for each session here; that something changed is a hint, what it holds is logind's own. */
const logindSessions = '/run/systemd/sessions';
/** logind writes a file several times while a session begins: one hint is enough. */
const calmMs = 100;
/** The routes are one small file of the kernel; reading it costs no process. */
const routesEveryMs = 10_000;

/** Hints for sessions (a sign-in or sign-out, at once) and for what hangs on the network (within ten seconds). */
export function createWatch(parts: WatchParts): Platform['watch'] {
  return (onHint) => {
    const stopSessions = watchSessions(parts, () => onHint('sessions'));
    const stopRoutes = watchRoutes(parts, () => {
      onHint('location');
      onHint('filtering');
    });
    return () => {
      stopSessions();
      stopRoutes();
    };
  };
}

function watchSessions({ log, sessionsFolder = logindSessions }: WatchParts, onChange: () => void): () => void {
  let calm: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(sessionsFolder, { persistent: false }, () => {
      clearTimeout(calm);
      calm = setTimeout(onChange, calmMs);
    });
    // A folder that goes away costs the hints, never the agent.
    watcher.on('error', (error) => log.warn('sessions-watch-ended', { error: messageOf(error) }));
  } catch (error) {
    log.info('sessions-not-watched', { error: messageOf(error) });
  }
  return () => {
    clearTimeout(calm);
    watcher?.close();
  };
}

function watchRoutes({ read, routesEveryMs: everyMs = routesEveryMs }: WatchParts, onChange: () => void): () => void {
  let before: string | undefined;
  const look = async () => {
    const now = `${(await read('/proc/net/route')) ?? ''}${(await read('/etc/resolv.conf')) ?? ''}`;
    if (before !== undefined && now !== before) onChange();
    before = now;
  };
  void look();
  const timer = setInterval(() => void look(), everyMs);
  return () => clearInterval(timer);
}
