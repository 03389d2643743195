import type { Clock } from '../../../shared/instant.ts';
import { notSupported } from '../not-supported.ts';
import type { Platform } from '../platform.ts';

/** macOS: nothing can be asked yet. */
export function createMacosPlatform(clock: Clock): Platform {
  return notSupported('macos', clock);
}
