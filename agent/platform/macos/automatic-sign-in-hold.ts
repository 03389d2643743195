import type { Exec } from '../exec.ts';
import { outputOf } from '../tool-trouble.ts';
import { parseAutomaticSignIn } from './rights-text.ts';

const loginWindow = '/Library/Preferences/com.apple.loginwindow';

/**
 * Whether a Mac would sign somebody in by itself. One that does is not kept from it: whether macOS does so again when a
 * session is ended from outside is not documented, and so it is told as not known.
 */
export function createAutomaticSignInHold({ exec }: { exec: Exec }) {
  return async (): Promise<'not-set' | undefined> => {
    const told = await exec('defaults', ['export', loginWindow, '-'], { timeoutMs: 5_000 });
    return parseAutomaticSignIn(outputOf(told) ?? '') === null ? 'not-set' : undefined;
  };
}
