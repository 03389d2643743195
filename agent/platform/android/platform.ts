import { createExec, type Exec } from '../exec.ts';
import { notSupported } from '../not-supported.ts';
import type { Platform, PlatformParts } from '../platform.ts';
import { witnessExec } from '../witness.ts';
import { createAppsProbe } from './apps.ts';
import { createEncryptionProbe } from './encryption.ts';
import { endSession } from './end-session.ts';
import { createLocationProbe } from './location.ts';
import { createSessionsProbe } from './sessions.ts';

/** Android's own tools, then those of Termux. */
const toolFolders = ['/system/bin', '/data/data/com.termux/files/usr/bin'] as const;

/** Android, in Termux. Proven on recordings only: see README.md. */
export function createAndroidPlatform(
  { clock, settings, witness }: PlatformParts,
  starter: Exec = createExec(toolFolders),
): Platform {
  const exec = witnessExec(starter, witness);
  const rest = notSupported('android', clock);
  return {
    ...rest,
    probes: {
      ...rest.probes,
      encryption: createEncryptionProbe({ exec, clock }),
      sessions: createSessionsProbe(clock),
      apps: createAppsProbe({ exec, clock, settings }),
      location: createLocationProbe({ exec, clock }),
    },
    endSession,
  };
}
