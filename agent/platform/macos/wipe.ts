import type { Clock } from '../../../shared/instant.ts';
import type { Wiping } from '../actions.ts';
import { refusedActions } from '../not-supported.ts';

/** Wiping a Mac: refused. Only a device management service may erase one (`EraseDevice`, platforms.md 6). */
export function createWiping(clock: Clock): Wiping {
  return refusedActions('needs-device-management', clock).wiping;
}
