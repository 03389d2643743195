import { randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type UnknownDetail, type UnknownReason, unknown } from '../../../shared/reading.ts';
import { probedSectionNames } from '../../../shared/report/report.ts';
import type { Session } from '../../../shared/report/sessions.ts';
import type { ActionResult } from '../actions.ts';
import { refusedActions } from '../not-supported.ts';
import type { Platform, Probe } from '../platform.ts';
import { type DeviceFile, readDevice, writeDevice } from './device-file.ts';

/**
 * A device in a folder, for tests and simulated fleets: what it reports is what
 * `device.json` says at that moment. Each action is first written to
 * `actions.log`, one line `<instant> end-session <id>`, and then done: a test can
 * count how often an order was carried out, also across `kill -9`.
 */
export function createSimulatedPlatform(folder: string, clock: Clock): Platform {
  // Two sessions that end together both rewrite the file: one after the other, or the first comes back.
  let removals: Promise<void> = Promise.resolve();
  const remove = (id: string) => {
    const removal = removals.then(() => removeSession(folder, id));
    removals = removal.catch(() => {});
    return removal;
  };
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
    ...refusedActions('not-supported', clock),
    endSession: (session) => endSession(folder, clock, session, remove),
    watch: (onHint) =>
      watchFolder(folder, () => {
        for (const section of probedSectionNames) onHint(section);
      }),
    bootId: () => readBootId(folder),
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

async function endSession(
  folder: string,
  clock: Clock,
  session: Session,
  remove: (id: string) => Promise<void>,
): Promise<ActionResult> {
  const { slowMs, stubborn } = await readDevice(folder);
  await appendFile(join(folder, 'actions.log'), `${instant(clock.now())} end-session ${session.id}\n`);
  await sleep(slowMs ?? 0);
  if (!stubborn?.includes(session.id)) await remove(session.id);
  return { done: true };
}

async function removeSession(folder: string, id: string): Promise<void> {
  const device = await readDevice(folder);
  if (device.sessions === undefined || !('value' in device.sessions)) return;
  const sessions = device.sessions.value.sessions.filter((session) => session.id !== id);
  await writeDevice(folder, { ...device, sessions: { value: { sessions } } });
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

/** The device's boot, kept in `boot-id`: a test "restarts" the device by removing or rewriting the file. */
async function readBootId(folder: string): Promise<string> {
  const file = join(folder, 'boot-id');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const made = randomUUID();
  await writeFile(file, made);
  return made;
}
