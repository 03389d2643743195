import type { Clock } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import { createAndroidPlatform } from './android/platform.ts';
import { createExec, type Exec } from './exec.ts';
import { createLinuxPlatform } from './linux/platform.ts';
import { createMacosPlatform } from './macos/platform.ts';
import { notSupported } from './not-supported.ts';
import type { Platform } from './platform.ts';
import { createSimulatedPlatform } from './simulated/platform.ts';
import { createWindowsPlatform } from './windows/platform.ts';

interface Choice {
  /** A folder that plays a device, for tests and simulated fleets; then the real system is left alone. */
  simulatedFolder?: string;
  /** The starter of processes; the real one unless a test passes its own. */
  exec?: Exec;
  clock: Clock;
  log: Log;
}

/** Chooses, once, what all the rest of the agent sees as "the system". The only reader of `process.platform`. */
export function selectPlatform({ simulatedFolder, exec = createExec(), clock, log }: Choice): Platform {
  if (simulatedFolder !== undefined) return createSimulatedPlatform(simulatedFolder, clock);
  switch (process.platform) {
    case 'linux':
      return createLinuxPlatform({ exec, clock, log });
    case 'win32':
      return createWindowsPlatform(clock);
    case 'darwin':
      return createMacosPlatform(clock);
    case 'android':
      return createAndroidPlatform(clock);
    default:
      return notSupported('other', clock);
  }
}
