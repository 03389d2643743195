import { randomUUID } from 'node:crypto';
import { type FSWatcher, statSync, watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type UnknownDetail, type UnknownReason, unknown } from '../../../shared/reading.ts';
import { probedSectionNames } from '../../../shared/report/report.ts';
import type { Platform, Probe } from '../platform.ts';
import { createSimulatedActions } from './actions.ts';
import { type DeviceFile, readDevice } from './device-file.ts';

/**
 * A device in a folder, for tests and simulated fleets: what it reports is what
 * `device.json` says at that moment. `cutPower` ends the process when the device is destroyed.
 */
export function createSimulatedPlatform(folder: string, clock: Clock, cutPower: () => void = () => {}): Platform {
  return {
    name: 'simulated',
    probes: {
      encryption: createProbe(folder, clock, (device) => device.encryption),
      sessions: createProbe(folder, clock, (device) => device.sessions),
      apps: createProbe(folder, clock, (device) => device.apps),
      photos: createProbe(folder, clock, (device) => device.photos),
      filtering: createProbe(folder, clock, (device) => device.filtering),
      location: createProbe(folder, clock, (device) => device.location),
      media: createProbe(folder, clock, (device) => device.media),
      programs: createProbe(folder, clock, (device) => device.programs),
      rights: createProbe(folder, clock, (device) => device.rights),
      system: createProbe(folder, clock, (device) => device.system),
    },
    ...createSimulatedActions(folder, clock, cutPower),
    watch: (onHint) =>
      watchFolder(folder, () => {
        for (const section of probedSectionNames) onHint(section);
      }),
    bootId: async () => {
      // Without its keys it does not get as far as this.
      if ((await readDevice(folder)).destroyed) cutPower();
      return readBootId(folder);
    },
    uptimeMs: () =>
      Math.max(0, Date.now() - (statSync(join(folder, bootIdFile), { throwIfNoEntry: false })?.mtimeMs ?? 0)),
  };
}

type Fact<Value> = { value: Value } | { unknown: UnknownReason; detail?: UnknownDetail | undefined };

function createProbe<Value>(
  folder: string,
  clock: Clock,
  pick: (device: DeviceFile) => Fact<Value> | undefined,
): Probe<Value> {
  return async () => {
    const fact = pick(await readDevice(folder));
    const at = instant(clock.now());
    if (fact === undefined) return unknown('not-asked-yet', at);
    return 'value' in fact ? known(fact.value, at) : unknown(fact.unknown, at, fact.detail);
  };
}

function watchFolder(folder: string, onChange: () => void): () => void {
  let calm: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name !== 'device.json') return;
      clearTimeout(calm);
      calm = setTimeout(onChange, 50);
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // No folder to watch: the rounds find the change in their own time.
  }
  return () => {
    clearTimeout(calm);
    watcher?.close();
  };
}

const bootIdFile = 'boot-id';

/** The device's boot, kept in `boot-id`: a test "restarts" the device by removing or rewriting the file. */
async function readBootId(folder: string): Promise<string> {
  const file = join(folder, bootIdFile);
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const made = randomUUID();
  await writeFile(file, made);
  return made;
}
