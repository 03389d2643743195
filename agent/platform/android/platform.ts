import type { Clock } from '../../../shared/instant.ts';
import { notSupported } from '../not-supported.ts';
import type { Platform } from '../platform.ts';

/** Android: nothing can be asked yet. */
export function createAndroidPlatform(clock: Clock): Platform {
  return notSupported('android', clock);
}
