import { type Clock, instant } from '../../../shared/instant.ts';
import { unknown } from '../../../shared/reading.ts';
import type { Rights } from '../../../shared/report/rights.ts';
import type { Probe } from '../platform.ts';

/**
 * Rights on an Android device: unknown. Whoever holds it is no account that could be
 * named, and whether a screen lock is set an app in Termux may not ask (platforms.md 1.4,
 * 2.4). An empty list of people would pass for "nobody".
 */
export function createRightsProbe(clock: Clock): Probe<Rights> {
  return async () => unknown('not-supported', instant(clock.now()), 'screen-lock');
}
