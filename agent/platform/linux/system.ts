import { type as osType, release } from 'node:os';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { SystemFacts } from '../../../shared/report/system.ts';
import { batteryOf } from '../machine/battery.ts';
import { createSteadyBootTime } from '../machine/boot-time.ts';
import { createDiskSpace, type VolumeBytes } from '../machine/disk-space.ts';
import { plainWords } from '../machine/words.ts';
import type { Probe } from '../platform.ts';
import { type Files, ifFound } from './files.ts';
import { type Inventory, readModel } from './machine-model.ts';
import { parseOsRelease } from './os-release.ts';
import { readBattery } from './power-supply.ts';
import { readUpdateNotes } from './update-notes.ts';

interface SystemParts {
  clock: Clock;
  files: Files;
  /** For what the kernel has to ask hardware about. */
  slowFiles: Files;
  inventory: Inventory;
  volume: VolumeBytes;
  /** The kernel's release, as the system call tells it. */
  kernel?: () => string;
}

/**
 * What the device is, from the kernel's own files and without a process. Each part
 * that cannot be told is null; the whole is unknown only when the kernel tells no
 * boot time.
 */
export function createSystemProbe(parts: SystemParts): Probe<SystemFacts> {
  const { clock, files, inventory, kernel = release } = parts;
  const disk = createDiskSpace(parts.volume);
  const steady = createSteadyBootTime();
  // A device's model does not change while it runs.
  let model: Promise<string | null> | undefined;
  let named: { release: string | undefined; os: { name: string; version: string } } | undefined;
  return async () => {
    const booted = parseBootTime(ifFound(await files.text('/proc/stat')) ?? '');
    if (booted === undefined) return unknown('not-understood', instant(clock.now()), 'proc');
    const release = ifFound(await files.text('/etc/os-release')) ?? ifFound(await files.text('/usr/lib/os-release'));
    const build = plainWords(kernel(), 80);
    if (named === undefined || named.release !== release)
      named = { release, os: parseOsRelease(release ?? '') ?? { name: osType(), version: '' } };
    const { os } = named;
    model ??= readModel(files, inventory);
    const battery = await readBattery(parts.slowFiles, files);
    const updates = await readUpdateNotes(files, clock);
    const at = instant(clock.now());
    return known(
      {
        model: await model,
        os: build === '' ? os : { ...os, build },
        bootedAt: instant(steady(booted)),
        updates: updates === undefined ? unknown('not-supported', at, 'update-service') : known(updates, at),
        disk: await disk(),
        battery: battery === null ? null : batteryOf(battery.percent, battery.charging),
      },
      at,
    );
  };
}

/** `btime` of `/proc/stat`, in milliseconds since 1970-01-01 UTC. */
export function parseBootTime(stat: string): number | undefined {
  const seconds = /^btime (\d{1,11})\s*$/m.exec(stat)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
