import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../../../shared/report/sessions.ts';
import type { ActionResult } from '../actions.ts';
import type { Exec } from '../exec.ts';
import { listSessionIds } from './sessions.ts';

/** How long a session may take to go, in steps: programs get this long to save what they hold. */
const patienceMs = 3_000;
const stepMs = 150;
const timeoutMs = 5_000;

interface EndSessionParts {
  exec: Exec;
  /** Only the administrator may end the sessions of others. */
  isAdministrator: boolean;
}

/**
 * Ends one session: asks its programs to end, and kills what is left after the
 * patience. `done` means logind took the order or the session was gone already;
 * the caller looks again before it says so to anybody.
 */
export function createEndSession({ exec, isAdministrator }: EndSessionParts) {
  return async (session: Session): Promise<ActionResult> => {
    if (!isAdministrator) return { done: false, reason: 'needs-administrator-rights' };
    const ended = await exec('loginctl', ['terminate-session', session.id], { timeoutMs });
    if (ended.kind === 'missing') return { done: false, reason: 'not-supported' };
    if (await isGone(exec, session.id)) return { done: true };
    const killed = await kill(exec, session.id);
    if (await isGone(exec, session.id)) return { done: true };
    const taken = [ended, killed].some((result) => result.kind === 'exited' && result.code === 0);
    return taken ? { done: true } : { done: false, reason: 'action-failed' };
  };
}

/** The option that names whom to kill was renamed in systemd 252; the older word is tried when the newer is refused. */
async function kill(exec: Exec, id: string) {
  const call = (whom: string) => exec('loginctl', ['kill-session', whom, '--signal=SIGKILL', id], { timeoutMs });
  const newer = await call('--kill-whom=all');
  return newer.kind === 'exited' && newer.code !== 0 ? call('--kill-who=all') : newer;
}

async function isGone(exec: Exec, id: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += stepMs) {
    const listed = await listSessionIds(exec);
    if ('reason' in listed) return false;
    if (!listed.value.includes(id)) return true;
    await sleep(stepMs);
  }
  return false;
}
