import { createExec, type Exec } from '../exec.ts';
import { notSupported } from '../not-supported.ts';
import type { Platform, PlatformParts } from '../platform.ts';
import { witnessExec } from '../witness.ts';
import { createEncryptionProbe } from './encryption.ts';
import { createEndSession } from './end-session.ts';
import { createLocationProbe } from './location.ts';
import { createSessionsProbe } from './sessions.ts';

/** macOS. Proven on recordings only: see README.md. */
export function createMacosPlatform({ clock, witness }: PlatformParts, starter: Exec = createExec()): Platform {
  const exec = witnessExec(starter, witness);
  const rest = notSupported('macos', clock);
  return {
    ...rest,
    probes: {
      ...rest.probes,
      encryption: createEncryptionProbe({ exec, clock }),
      sessions: createSessionsProbe({ exec, clock }),
      location: createLocationProbe({ exec, clock }),
    },
    endSession: createEndSession({ exec, isAdministrator: process.getuid?.() === 0 }),
  };
}
