import { createExec, createStartLong, type Exec, type StartLong } from '../exec.ts';
import { notSupported } from '../not-supported.ts';
import type { Platform, PlatformParts } from '../platform.ts';
import { witnessExec, witnessPowerShell } from '../witness.ts';
import { openDriveLetters } from './drive-letters.ts';
import { createEncryptionProbe } from './encryption.ts';
import { createEndSession } from './end-session.ts';
import { createPowerShell } from './powershell.ts';
import { usualSystemRoot, windowsHost, windowsToolFolders } from './process-host.ts';
import { createSessionsProbe } from './sessions.ts';

/** What of the system can be replaced in a test; the real one where nothing is given. */
export interface WindowsParts {
  /** The folder of Windows itself. */
  systemRoot?: string;
  exec?: Exec;
  start?: StartLong;
  letters?: () => Promise<string[]>;
}

/** Windows: disk encryption and sign-ins; what else there is to ask is unknown, `not-supported`. */
export function createWindowsPlatform({ clock, witness }: PlatformParts, parts: WindowsParts = {}): Platform {
  const { systemRoot = usualSystemRoot, letters = openDriveLetters } = parts;
  const folders = windowsToolFolders(systemRoot);
  const exec = witnessExec(parts.exec ?? createExec(folders, windowsHost(systemRoot)), witness);
  const { start = createStartLong(folders, windowsHost(systemRoot)) } = parts;
  const powershell = witnessPowerShell(createPowerShell({ start, clock }), witness);
  const rest = notSupported('windows', clock);
  const systemLetter = systemRoot.slice(0, 1).toUpperCase();
  return {
    ...rest,
    probes: {
      ...rest.probes,
      encryption: createEncryptionProbe({ powershell, exec, clock, systemLetter, letters }),
      sessions: createSessionsProbe({ powershell, exec, clock }),
    },
    endSession: createEndSession({ exec, powershell }),
  };
}
