import { type as osType, release } from 'node:os';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, restated, unknown } from '../../../shared/reading.ts';
import type { SystemFacts } from '../../../shared/report/system.ts';
import { batteryOf } from '../machine/battery.ts';
import { createSteadyBootTime } from '../machine/boot-time.ts';
import { createDiskSpace, type VolumeBytes } from '../machine/disk-space.ts';
import { plainWords } from '../machine/words.ts';
import type { Look, Probe } from '../platform.ts';
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
  /** Milliseconds that pass whatever is done to the clock; for tests. */
  steadyMs?: () => number;
}

/** A clock that runs a little fast or slow was not set. */
const sameClockMs = 1_000;

/**
 * What the device is, from the kernel's own files and without a process. Each part
 * that cannot be told is null; the whole is unknown only when the kernel tells no
 * boot time.
 */
export function createSystemProbe(parts: SystemParts): Probe<SystemFacts> {
  const { clock, files, inventory, kernel = release } = parts;
  const disk = createDiskSpace(parts.volume);
  const bootTime = createBootTime(parts);
  const osOf = createOsName(files);
  const restate = createRestating();
  // A device's model does not change while it runs.
  let model: Promise<string | null> | undefined;
  return async (_signal, look) => {
    const booted = await bootTime(look);
    if (booted === undefined) return unknown('not-understood', instant(clock.now()), 'proc');
    const os = await osOf(kernel());
    model ??= readModel(files, inventory);
    const battery = await readBattery(parts.slowFiles, files);
    const updates = await readUpdateNotes(files, clock);
    const at = instant(clock.now());
    return known(
      restate({
        model: await model,
        os,
        bootedAt: instant(booted),
        updates: updates === undefined ? unknown('not-supported', at, 'update-service') : known(updates, at),
        disk: await disk(),
        battery: battery === null ? null : batteryOf(battery.percent, battery.charging),
      }),
      at,
    );
  };
}

/**
 * When the device booted, steadily. The kernel works it out from the clock, so a glance
 * asks it again only once the clock was set, or the device slept.
 */
function createBootTime({ clock, files, steadyMs = () => performance.now() }: SystemParts) {
  const steady = createSteadyBootTime();
  let last: { bootedMs: number; offsetMs: number } | undefined;
  return async (look: Look = 'new'): Promise<number | undefined> => {
    const offsetMs = clock.now() - steadyMs();
    if (look === 'glance' && last !== undefined && Math.abs(offsetMs - last.offsetMs) < sameClockMs)
      return last.bootedMs;
    const told = parseBootTime(ifFound(await files.text('/proc/stat')) ?? '');
    last = told === undefined ? undefined : { bootedMs: steady(told), offsetMs };
    return last?.bootedMs;
  };
}

/** The system's name for itself, made out anew when its file or the kernel is another. */
function createOsName(files: Files) {
  let last: { release: string | undefined; kernel: string; os: SystemFacts['os'] } | undefined;
  return async (kernel: string): Promise<SystemFacts['os']> => {
    const release = ifFound(await files.text('/etc/os-release')) ?? ifFound(await files.text('/usr/lib/os-release'));
    if (last !== undefined && last.release === release && last.kernel === kernel) return last.os;
    const os = parseOsRelease(release ?? '') ?? { name: osType(), version: '' };
    const build = plainWords(kernel, 80);
    last = { release, kernel, os: build === '' ? os : { ...os, build } };
    return last.os;
  };
}

/** Tells where a new look says just what the last one did, but for the time of what is in it. */
function createRestating(): (facts: SystemFacts) => SystemFacts {
  let last: { text: string; facts: SystemFacts } | undefined;
  return (facts) => {
    const text = JSON.stringify({ ...facts, updates: facts.updates && { ...facts.updates, at: '' } });
    const told = last !== undefined && last.text === text ? restated(last.facts, facts) : facts;
    last = { text, facts: told };
    return told;
  };
}

/** `btime` of `/proc/stat`, in milliseconds since 1970-01-01 UTC. */
export function parseBootTime(stat: string): number | undefined {
  const seconds = /^btime (\d{1,11})\s*$/m.exec(stat)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
