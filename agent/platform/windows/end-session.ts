import type { OutcomeReason } from '../../../shared/command/life.ts';
import type { Session } from '../../../shared/report/sessions.ts';
import type { ActionResult } from '../actions.ts';
import type { Exec, ExecResult } from '../exec.ts';
import type { PowerShell, PowerShellAnswer } from './powershell.ts';
import { isDenied } from './powershell-trouble.ts';
import { logOffScript } from './wts.ts';

interface EndSessionParts {
  exec: Exec;
  powershell: PowerShell;
}

const timeoutMs = 10_000;

/** Errors of Windows by number: their words are translated. */
const errorReasons: ReadonlyMap<number, OutcomeReason> = new Map([
  [2, 'no-such-session'],
  [5, 'needs-administrator-rights'],
  [7022, 'no-such-session'],
]);

/** The command that ends a session; undefined: not a number of a person's session. Session 0 is the services' own. */
export function logOffCommand(id: string): { tool: string; args: string[]; number: number } | undefined {
  if (!/^[1-9]\d{0,8}$/.test(id)) return undefined;
  return { tool: 'logoff.exe', args: [id], number: Number(id) };
}

/**
 * Ends one session: `logoff`, and on Home editions, which lack it, the same order
 * of the sessions API. `done` means Windows took the order; the caller looks again.
 */
export function createEndSession({ exec, powershell }: EndSessionParts) {
  return async (session: Session): Promise<ActionResult> => {
    const command = logOffCommand(session.id);
    if (command === undefined) return { done: false, reason: 'no-such-session' };
    const result = await exec(command.tool, command.args, { timeoutMs });
    if (result.kind !== 'missing') return ofLogOff(result);
    return ofApi(await powershell.ask(logOffScript(command.number)));
  };
}

function ofLogOff(result: ExecResult): ActionResult {
  if (result.kind === 'timed-out') return { done: false, reason: 'no-answer' };
  if (result.kind !== 'exited') return { done: false, reason: 'action-failed' };
  if (result.code === 0) return { done: true };
  // "Error [5]:Access is denied."
  const number = /\[(\d{1,5})\]/.exec(`${result.stderr}${result.stdout}`)?.[1];
  return refused(Number(number ?? -1));
}

function ofApi(answer: PowerShellAnswer): ActionResult {
  if (answer.kind === 'missing' || answer.kind === 'constrained') return { done: false, reason: 'not-supported' };
  if (answer.kind === 'timed-out') return { done: false, reason: 'no-answer' };
  if (isDenied(answer)) return { done: false, reason: 'needs-administrator-rights' };
  if (answer.kind !== 'answer' || !/^\d{1,9}$/.test(answer.text.trim()))
    return { done: false, reason: 'action-failed' };
  const number = Number(answer.text.trim());
  return number === 0 ? { done: true } : refused(number);
}

function refused(number: number): ActionResult {
  return { done: false, reason: errorReasons.get(number) ?? 'action-failed' };
}
