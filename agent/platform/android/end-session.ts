import type { ActionResult } from '../actions.ts';

/** Ending a session on Android: refused. No app may sign a person out (platforms.md section 4). */
export async function endSession(): Promise<ActionResult> {
  return { done: false, reason: 'not-supported' };
}
