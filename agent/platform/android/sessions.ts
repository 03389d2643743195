import { type Clock, instant } from '../../../shared/instant.ts';
import { unknown } from '../../../shared/reading.ts';
import type { Sessions } from '../../../shared/report/sessions.ts';
import type { Probe } from '../platform.ts';

/**
 * Who uses an Android device: unknown. An app sees its own user only, and asking
 * for the others needs the rights of the debugging bridge (platforms.md 2.4).
 * Whoever holds an unlocked tablet uses it: "nobody" would be a guess.
 */
export function createSessionsProbe(clock: Clock): Probe<Sessions> {
  return async () => unknown('not-supported', instant(clock.now()));
}
