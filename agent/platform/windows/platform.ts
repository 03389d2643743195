import type { Clock } from '../../../shared/instant.ts';
import { notSupported } from '../not-supported.ts';
import type { Platform } from '../platform.ts';

/** Windows: nothing can be asked yet. */
export function createWindowsPlatform(clock: Clock): Platform {
  return notSupported('windows', clock);
}
