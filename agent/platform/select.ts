import { createAndroidPlatform } from './android/platform.ts';
import { createExec, type Exec } from './exec.ts';
import { createLinuxPlatform } from './linux/platform.ts';
import { createMacosPlatform } from './macos/platform.ts';
import { notSupported } from './not-supported.ts';
import type { Platform, PlatformParts } from './platform.ts';
import { createSimulatedPlatform } from './simulated/platform.ts';
import { createWindowsPlatform } from './windows/platform.ts';

interface Choice extends PlatformParts {
  /** A folder that plays a device, for tests and simulated fleets; then the real system is left alone. */
  simulatedFolder?: string;
  /** The starter of processes; the real one unless a test passes its own. */
  exec?: Exec;
  /** The folder of Windows itself, where it is not the usual one. */
  systemRoot?: string;
}

/** Chooses, once, what all the rest of the agent sees as "the system". The only reader of `process.platform`. */
export function selectPlatform({ simulatedFolder, exec = createExec(), systemRoot, ...parts }: Choice): Platform {
  if (simulatedFolder !== undefined) return createSimulatedPlatform(simulatedFolder, parts.clock, cutPower);
  switch (process.platform) {
    case 'linux':
      return createLinuxPlatform({ exec, ...parts });
    case 'win32':
      return createWindowsPlatform(parts, systemRoot === undefined ? {} : { systemRoot });
    case 'darwin':
      return createMacosPlatform(parts);
    case 'android':
      return createAndroidPlatform(parts);
    default:
      return notSupported('other', parts.clock);
  }
}

/** As an empty battery would. */
function cutPower(): void {
  process.kill(process.pid, 'SIGKILL');
}
