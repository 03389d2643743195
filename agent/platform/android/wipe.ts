import type { Clock } from '../../../shared/instant.ts';
import type { Wiping } from '../actions.ts';
import { refusedActions } from '../not-supported.ts';

/** Wiping an Android device: refused. Only its owner in Android's sense may (`wipeData`, platforms.md 6), which Termux is not. */
export function createWiping(clock: Clock): Wiping {
  return refusedActions('needs-device-management', clock).wiping;
}
