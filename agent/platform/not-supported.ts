import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/instant.ts';
import { instant } from '../../shared/instant.ts';
import type { PlatformName } from '../../shared/names.ts';
import { unknown } from '../../shared/reading.ts';
import type { Platform } from './platform.ts';

/**
 * A platform on which nothing can be asked yet: every fact is unknown, and every
 * action refused, with the reason. What a system cannot do is never faked.
 */
export function notSupported(name: PlatformName, clock: Clock): Platform {
  const probe = async () => unknown('not-supported', instant(clock.now()));
  // Random for each start of the agent: it may change more often than the
  // system boots, which costs a repetition; it can never hide a boot.
  const bootId = randomUUID();
  return {
    name,
    probes: {
      encryption: probe,
      sessions: probe,
      apps: probe,
      photos: probe,
      filtering: probe,
      location: probe,
      media: probe,
      programs: probe,
      rights: probe,
      system: probe,
    },
    endSession: async () => ({ done: false, reason: 'not-supported' }),
    watch: () => () => {},
    bootId: async () => bootId,
  };
}
