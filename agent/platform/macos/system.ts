import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { SystemFacts } from '../../../shared/report/system.ts';
import type { Exec } from '../exec.ts';
import { createSteadyBootTime } from '../machine/boot-time.ts';
import { createDiskSpace, type VolumeBytes } from '../machine/disk-space.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { parseBattery, parseSwVers, parseSysctl, parseUpdates } from './system-text.ts';

interface SystemParts {
  exec: Exec;
  clock: Clock;
  volume: VolumeBytes;
}

const timeoutMs = 10_000;
const softwareUpdate = '/Library/Preferences/com.apple.SoftwareUpdate';

/**
 * What a Mac is. The forms of the answers are from documentation and public scripts;
 * no recording is at hand.
 *
 * Updates are those in macOS' own list of what it found; nothing tells whether one of
 * them waits for a restart.
 */
export function createSystemProbe({ exec, clock, volume }: SystemParts): Probe<SystemFacts> {
  const disk = createDiskSpace(volume);
  const steady = createSteadyBootTime();
  return async (signal) => {
    const options = { timeoutMs, signal };
    const [sysctl, version, battery, updates] = await Promise.all([
      exec('sysctl', ['-n', 'hw.model', 'kern.boottime'], options),
      exec('sw_vers', [], options),
      exec('pmset', ['-g', 'batt'], options),
      exec('defaults', ['export', softwareUpdate, '-'], options),
    ]);
    const at = instant(clock.now());
    for (const result of [sysctl, version]) if (outputOf(result) === undefined) return unknown(toolTrouble(result), at);
    const machine = parseSysctl(outputOf(sysctl) ?? '');
    const os = parseSwVers(outputOf(version) ?? '');
    if (machine === undefined || os === undefined) return unknown('not-understood', at);
    return known(
      {
        model: machine.model,
        os,
        bootedAt: instant(steady(machine.bootedMs)),
        updates: updatesOf(outputOf(updates) ?? '', clock),
        disk: await disk(),
        battery: parseBattery(outputOf(battery) ?? ''),
      },
      at,
    );
  };
}

function updatesOf(text: string, clock: Clock): SystemFacts['updates'] {
  const at = instant(clock.now());
  const pending = parseUpdates(text, clock.now());
  if (pending === undefined) return unknown('not-supported', at, 'update-service');
  return known({ pending, security: null, restart: pending === 0 ? false : null }, at);
}
