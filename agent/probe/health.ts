import { type Clock, instant } from '../../shared/instant.ts';
import { unknown } from '../../shared/reading.ts';
import type { Health } from '../../shared/report/health.ts';
import type { Probe } from '../platform/platform.ts';

/** How the agent itself stands. */
export function createHealth({ clock }: { clock: Clock }): Probe<Health> {
  return async () => unknown('not-asked-yet', instant(clock.now()));
}
