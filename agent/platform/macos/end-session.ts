import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../../../shared/report/sessions.ts';
import type { ActionResult } from '../actions.ts';
import type { Exec, ExecResult } from '../exec.ts';

/** How long a session may take to go, in steps. */
const patienceMs = 3_000;
const stepMs = 300;
const timeoutMs = 10_000;

/** launchd's words: done; taken, and still at it ("36: Operation now in progress" [P osquery #5698]). */
const taken: readonly number[] = [0, 36];
/** No such domain [P]: 112 "Could not find domain", 125 "Domain does not support specified action". */
const absent: readonly number[] = [112, 125];

interface EndSessionParts {
  exec: Exec;
  /** Only the administrator may end the sessions of others. */
  isAdministrator: boolean;
}

/**
 * The launchd domain of a graphical session, by its identifier in the report;
 * undefined for every other session, and for accounts that are no person's.
 */
export function guiDomain(sessionId: string): string | undefined {
  const uid = /^gui-([1-9]\d{0,9})$/.exec(sessionId)?.[1];
  return uid === undefined ? undefined : `gui/${uid}`;
}

/** Whether `launchctl print gui/UID` says that the session is there. undefined: it says neither. */
export function parseGuiDomain(result: ExecResult): boolean | undefined {
  if (result.kind !== 'exited') return undefined;
  if (result.code === 0) return true;
  return absent.includes(result.code) ? false : undefined;
}

/**
 * Ends one graphical session by removing its launchd domain: hard, unsaved work
 * is lost, and no dialog of an application can refuse it. `done` means launchd
 * took the order or the session was gone already; the caller looks again before
 * it says so to anybody. Remote and terminal sessions are refused.
 *
 * Never tried on a Mac by us.
 */
export function createEndSession({ exec, isAdministrator }: EndSessionParts) {
  return async (session: Session): Promise<ActionResult> => {
    const domain = guiDomain(session.id);
    if (domain === undefined) return { done: false, reason: 'not-supported' };
    if (!isAdministrator) return { done: false, reason: 'needs-administrator-rights' };
    const ended = await exec('launchctl', ['bootout', domain], { timeoutMs });
    if (ended.kind === 'missing') return { done: false, reason: 'not-supported' };
    if (await isGone(exec, domain)) return { done: true };
    const isTaken = ended.kind === 'exited' && taken.includes(ended.code);
    return isTaken ? { done: true } : { done: false, reason: 'action-failed' };
  };
}

async function isGone(exec: Exec, domain: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += stepMs) {
    const isThere = parseGuiDomain(await exec('launchctl', ['print', domain], { timeoutMs }));
    if (isThere === undefined) return false;
    if (!isThere) return true;
    await sleep(stepMs);
  }
  return false;
}
