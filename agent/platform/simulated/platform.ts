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
  const look = createLook(folder);
  return {
    name: 'simulated',
    probes: {
      encryption: createProbe(look, clock, (device) => device.encryption),
      sessions: createProbe(look, clock, (device) => device.sessions),
      apps: createProbe(look, clock, (device) => device.apps),
      photos: createProbe(look, clock, (device) => device.photos),
      filtering: createProbe(look, clock, (device) => device.filtering),
      location: createProbe(look, clock, (device) => device.location),
      media: createProbe(look, clock, (device) => device.media),
      programs: createProbe(look, clock, (device) => device.programs),
      rights: createProbe(look, clock, (device) => device.rights),
      system: createProbe(look, clock, (device) => device.system),
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

/** The device as it is after the call. Probes that are asked together look together: the file tells of every section. */
function createLook(folder: string): () => Promise<DeviceFile> {
  let next: Promise<DeviceFile> | undefined;
  return () => {
    next ??= Promise.resolve().then(() => {
      next = undefined;
      return readDevice(folder);
    });
    return next;
  };
}

function createProbe<Value>(
  look: () => Promise<DeviceFile>,
  clock: Clock,
  pick: (device: DeviceFile) => Fact<Value> | undefined,
): Probe<Value> {
  return async () => {
    const fact = pick(await look());
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
