import type { UnknownReason } from '../../../shared/reading.ts';
import type { PowerShellAnswer } from './powershell.ts';

/** "Access denied", as Windows, its management service and its scripting number it. */
const deniedCodes: readonly number[] = [-2147024891, -2147217405, -2147217407];

/** Whether a script was refused for want of rights. A fault without them is put down to them. */
export function isDenied(answer: PowerShellAnswer): boolean {
  return answer.kind === 'fault' && (!answer.elevated || deniedCodes.includes(answer.code));
}

/** Why PowerShell gave no answer. In Constrained Language Mode the one that could answer is missing. */
export function powerShellTrouble(answer: PowerShellAnswer): UnknownReason {
  if (answer.kind === 'missing' || answer.kind === 'constrained') return 'tool-missing';
  if (answer.kind === 'timed-out') return 'timed-out';
  if (isDenied(answer)) return 'permission-denied';
  return answer.kind === 'answer' ? 'not-understood' : 'tool-failed';
}
