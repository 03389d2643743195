import { forgetful } from '../../../agent/platform/keeper.ts';
import type { PlatformParts, Probe } from '../../../agent/platform/platform.ts';
import type { Clock } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { defaultDeviceSettings } from '../../../shared/policy/device-settings.ts';
import { unknown } from '../../../shared/reading.ts';
import type { Health } from '../../../shared/report/health.ts';

/** What every platform is given: the default settings, and a keeper that forgets. */
export function platformParts(clock: Clock): PlatformParts {
  return { clock, log: silentLog, settings: () => defaultDeviceSettings, keeper: forgetful };
}

/** An agent whose own health nobody asks about. */
export const noHealth: Probe<Health> = async () => unknown('not-asked-yet', '2026-11-21T12:00:00.000Z');
