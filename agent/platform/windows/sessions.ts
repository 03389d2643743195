import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type Reading, type UnknownDetail, type UnknownReason, unknown } from '../../../shared/reading.ts';
import type { Session, Sessions } from '../../../shared/report/sessions.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { toolTrouble } from '../tool-trouble.ts';
import type { PowerShell } from './powershell.ts';
import { powerShellTrouble } from './powershell-trouble.ts';
import { parseQuser, saysNobody } from './quser.ts';
import { listSessionsScript, parseWtsRows } from './wts.ts';

interface SessionsParts {
  powershell: PowerShell;
  exec: Exec;
  clock: Clock;
}

type Answer = { sessions: Session[] } | { reason: UnknownReason; detail: UnknownDetail };

const maxSessions = 200;

/**
 * Who is signed in to Windows (platforms.md 2.1): the system's own list, asked by
 * PowerShell; where that cannot be used, quser, which Home editions lack.
 * Disconnected is still signed in.
 */
export function createSessionsProbe({ powershell, exec, clock }: SessionsParts): Probe<Sessions> {
  return async (signal) => {
    const first = await askWts(powershell, signal);
    const answer = 'sessions' in first ? first : await askQuser(exec, signal, first);
    return reading(answer, clock);
  };
}

function reading(answer: Answer, clock: Clock): Reading<Sessions> {
  const at = instant(clock.now());
  if ('reason' in answer) return unknown(answer.reason, at, answer.detail);
  const sessions = answer.sessions.sort((one, other) => (one.id < other.id ? -1 : 1));
  // All of them or none: whoever a list that was cut leaves out would pass for signed out.
  if (sessions.length > maxSessions) return unknown('not-understood', at, 'windows-sessions');
  return known({ sessions }, at);
}

async function askWts(powershell: PowerShell, signal: AbortSignal): Promise<Answer> {
  const answer = await powershell.ask(listSessionsScript, signal);
  if (answer.kind !== 'answer') return { reason: powerShellTrouble(answer), detail: 'powershell' };
  const sessions = parseWtsRows(answer.text);
  if (sessions === 'not-understood') return { reason: 'not-understood', detail: 'windows-sessions' };
  if (sessions === 'not-told') {
    return { reason: answer.elevated ? 'tool-failed' : 'permission-denied', detail: 'windows-sessions' };
  }
  return { sessions };
}

/** Where quser is missing, what PowerShell lacked is told, for that can be put right; a missing PowerShell is named as quser. */
async function askQuser(
  exec: Exec,
  signal: AbortSignal,
  first: Exclude<Answer, { sessions: unknown }>,
): Promise<Answer> {
  const result = await exec('quser.exe', [], { signal });
  if (result.kind === 'missing' && first.reason !== 'tool-missing') return first;
  if (result.kind !== 'exited') return { reason: toolTrouble(result), detail: 'quser' };
  if (saysNobody(result)) return { sessions: [] };
  // Some versions end with 1 although they listed everybody.
  const isUsable = result.code === 0 || (result.code === 1 && result.stderr.trim() === '');
  if (!isUsable) return { reason: 'tool-failed', detail: 'quser' };
  const sessions = parseQuser(result.stdout);
  return sessions === undefined ? { reason: 'not-understood', detail: 'quser' } : { sessions };
}
