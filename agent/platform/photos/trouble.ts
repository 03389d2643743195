import type { UnknownReason } from '../../../shared/reading.ts';
import { NoAnswer } from './patience.ts';

/** Why something was not counted. `blocked`: it may not be read; `broken`: the disk answered with an error. */
export type Trouble = 'blocked' | 'broken' | 'out-of-time';

export const troubleReasons: { readonly [Name in Trouble]: UnknownReason } = {
  blocked: 'blocked-by-permission',
  broken: 'tool-failed',
  'out-of-time': 'timed-out',
};

/** What an error means; undefined: the file or folder is not there, which is no trouble. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof NoAnswer) return 'out-of-time';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // Links in a ring lead nowhere: nothing lies there.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
  return code === 'EACCES' || code === 'EPERM' ? 'blocked' : 'broken';
}
