import { uptime } from 'node:os';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { SystemFacts } from '../../../shared/report/system.ts';
import type { Exec } from '../exec.ts';
import { createSteadyBootTime } from '../machine/boot-time.ts';
import { createDiskSpace, type VolumeBytes } from '../machine/disk-space.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { parseProperty } from './crypto-state.ts';
import { describeBuild, parseBatteryStatus } from './system-text.ts';

interface SystemParts {
  exec: Exec;
  clock: Clock;
  volume: VolumeBytes;
  /** Seconds since the device started, sleep included. */
  uptimeSeconds?: () => number;
}

const timeoutMs = 5_000;
/** The answers of the app beside Termux are awaited for ever where it is not installed: it is asked again after this. */
const batteryRestMs = 6 * 60 * 60 * 1000;

/**
 * What an Android device is, as far as Termux may know: its build's properties, free
 * space, and the battery where the app Termux:API is installed. Updates are not told to
 * an app. From documentation; of the properties recordings are at hand.
 */
export function createSystemProbe(parts: SystemParts): Probe<SystemFacts> {
  const { exec, clock, volume, uptimeSeconds = uptime } = parts;
  const disk = createDiskSpace(volume);
  const steady = createSteadyBootTime();
  const battery = createBattery(exec, clock);
  return async (signal) => {
    const first = await exec('getprop', ['ro.build.version.release'], { timeoutMs, signal });
    if (outputOf(first) === undefined) return unknown(toolTrouble(first), instant(clock.now()), 'getprop');
    const ask = async (name: string) =>
      parseProperty(outputOf(await exec('getprop', [name], { timeoutMs, signal })) ?? '\n\n');
    const told = describeBuild({
      release: parseProperty(outputOf(first) ?? ''),
      maker: await ask('ro.product.manufacturer'),
      model: await ask('ro.product.model'),
      patch: await ask('ro.build.version.security_patch'),
      build: await ask('ro.build.display.id'),
    });
    const at = instant(clock.now());
    if (told === undefined) return unknown('not-understood', at, 'getprop');
    return known(
      {
        ...told,
        bootedAt: instant(steady(clock.now() - uptimeSeconds() * 1000)),
        updates: unknown('not-supported', at, 'update-service'),
        disk: await disk(),
        battery: await battery(signal),
      },
      instant(clock.now()),
    );
  };
}

function createBattery(exec: Exec, clock: Clock): (signal: AbortSignal) => Promise<SystemFacts['battery']> {
  let restUntil = 0;
  return async (signal) => {
    if (clock.now() < restUntil) return null;
    const result = await exec('termux-battery-status', [], { timeoutMs, signal });
    if (outputOf(result) === undefined) restUntil = clock.now() + batteryRestMs;
    return parseBatteryStatus(outputOf(result) ?? '');
  };
}
