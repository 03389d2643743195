import { statfs } from 'node:fs/promises';
import { type as osType, release } from 'node:os';
import { battery, system } from 'systeminformation';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { SystemFacts } from '../../../shared/report/system.ts';
import type { Probe } from '../platform.ts';
import { cleanText, parseOsRelease } from './os-release.ts';
import type { ReadText } from './proc.ts';

/** What systeminformation is asked: the calls that are cheap and never hang (platforms.md section 13). */
export interface Inventory {
  model(): Promise<{ manufacturer: string; model: string }>;
  battery(): Promise<{ hasBattery: boolean; percent: number; isCharging: boolean; acConnected: boolean }>;
  disk(): Promise<{ totalBytes: number; freeBytes: number }>;
}

export const realInventory: Inventory = {
  model: () => system(),
  battery: () => battery(),
  async disk() {
    const { blocks, bavail, bsize } = await statfs('/');
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  },
};

interface SystemParts {
  clock: Clock;
  read: ReadText;
  inventory: Inventory;
}

/** The model of a device does not change while it runs; asking starts processes. */
const modelKeptMs = 60 * 60 * 1000;
/** The kernel works the boot time out from a clock that is being set right: smaller steps are no boot. */
const bootToleranceMs = 2 * 60 * 1000;
const gigabyte = 1e9;

/** What the device is. Each part that cannot be told is null; the whole is unknown only when the kernel tells no boot time. */
export function createSystemProbe({ clock, read, inventory }: SystemParts): Probe<SystemFacts> {
  const model = createModel(inventory, clock);
  const disk = createDisk(inventory);
  let bootedAtMs: number | undefined;
  return async () => {
    const booted = parseBootTime((await read('/proc/stat')) ?? '');
    const at = instant(clock.now());
    if (booted === undefined) return unknown('not-understood', at, 'proc');
    if (bootedAtMs === undefined || Math.abs(bootedAtMs - booted) > bootToleranceMs) bootedAtMs = booted;
    const os = parseOsRelease((await read('/etc/os-release')) ?? '') ?? { name: osType(), version: release() };
    const facts = { model: await model(), os, disk: await disk(), battery: await readBattery(inventory) };
    return known({ ...facts, bootedAt: instant(bootedAtMs) }, instant(clock.now()));
  };
}

/** `btime` of `/proc/stat`, in milliseconds since 1970-01-01 UTC. */
export function parseBootTime(stat: string): number | undefined {
  const seconds = /^btime (\d{1,11})\s*$/m.exec(stat)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function createModel(inventory: Inventory, clock: Clock): () => Promise<string | null> {
  let kept: { model: string | null; untilMs: number } | undefined;
  return async () => {
    if (kept === undefined || clock.now() > kept.untilMs) {
      const found = await inventory.model().catch(() => undefined);
      const words = [found?.manufacturer, found?.model].filter(
        (word) => word !== undefined && !['', '-'].includes(word.trim()),
      );
      const text = cleanText(words.join(' '), 100);
      kept = { model: text === '' ? null : text, untilMs: clock.now() + modelKeptMs };
    }
    return kept.model;
  };
}

/** Free space goes up and down all day: it moves in the report only when it moved by more than a gigabyte. */
function createDisk(inventory: Inventory): () => Promise<SystemFacts['disk']> {
  let before: number | undefined;
  return async () => {
    const found = await inventory.disk().catch(() => undefined);
    if (found === undefined || found.totalBytes <= 0) return null;
    const exact = found.freeBytes / gigabyte;
    const freeGb = before !== undefined && Math.abs(exact - before - 0.5) <= 1 ? before : Math.floor(exact);
    before = freeGb;
    return { totalGb: Math.round(found.totalBytes / gigabyte), freeGb };
  };
}

async function readBattery(inventory: Inventory): Promise<SystemFacts['battery']> {
  const found = await inventory.battery().catch(() => undefined);
  if (!found?.hasBattery || !Number.isFinite(found.percent)) return null;
  const percent = Math.min(100, Math.max(0, Math.round(found.percent / 5) * 5));
  return { percent, charging: found.isCharging || found.acConnected };
}
