import type { UnknownReason } from '../../shared/reading.ts';
import type { ExecResult } from './exec.ts';

/** Why a tool that did not answer leaves a fact unknown. */
export function toolTrouble(result: ExecResult): UnknownReason {
  if (result.kind === 'missing') return 'tool-missing';
  if (result.kind === 'timed-out') return 'timed-out';
  return 'tool-failed';
}

/** What a tool printed when it ended well; undefined in every other case. */
export function outputOf(result: ExecResult): string | undefined {
  return result.kind === 'exited' && result.code === 0 ? result.stdout : undefined;
}
