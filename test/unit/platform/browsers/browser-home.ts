import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassicLevel } from 'classic-level';
import { type Disk, realDisk } from '../../../../agent/platform/browsers/disk.ts';
import { type Place, place } from '../../../../agent/platform/browsers/places.ts';
import { createBrowsersProbe } from '../../../../agent/platform/browsers/probe.ts';
import { defaultAppList, type ListedApp } from '../../../../shared/policy/app-list.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Apps, appsSchema } from '../../../../shared/report/apps.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

const recordings = fileURLToPath(new URL('../../../fixtures/platform/browsers/', import.meta.url));

export const recordingAt = (path: string) => join(recordings, path);

export const places: readonly Place[] = [
  place('chromium', 'chromium', '.config/chromium'),
  place('chrome', 'chromium', '.config/google-chrome'),
  place('firefox', 'firefox', '.mozilla/firefox'),
  place('safari', 'safari', 'Library'),
];

/** An app of the list that is looked for by these names only. */
export function listed(app: Partial<ListedApp> & { app: string; hosts: string[] }): ListedApp {
  return { name: app.app, kind: 'nursery', cookies: [], localStorage: [], packages: [], ...app };
}

/** A home in which browsers are laid out; the probe that looks through it. */
export interface BrowserHome {
  path: string;
  /** Where the probe makes its copies: empty whenever it does not read. */
  scratch: string;
  at(...parts: string[]): string;
  /** Lays a recording down at a path of the home. */
  lay(recording: string, ...parts: string[]): string;
}

export function createBrowserHome(): BrowserHome {
  const path = makeTempFolder();
  const at = (...parts: string[]) => join(path, ...parts);
  return {
    path,
    scratch: makeTempFolder(),
    at,
    lay(recording, ...parts) {
      mkdirSync(at(...parts), { recursive: true });
      cpSync(join(recordings, recording), at(...parts), { recursive: true });
      return at(...parts);
    },
  };
}

interface Looking {
  home: BrowserHome;
  apps?: readonly ListedApp[];
  disk?: Disk;
  clock?: { now(): number };
  version?: number;
}

/** Times of change cannot be set back, so a test's clock runs ahead by a minute: then everything made by now has come to rest. */
export const aMinuteAhead = { now: () => Date.now() + 60_000 };

export function probeOf({ home, apps, disk, clock = aMinuteAhead, version = 1 }: Looking) {
  const list = { version, apps: [...(apps ?? defaultAppList.apps)] };
  const settings = { ...defaultDeviceSettings, apps: list };
  return createBrowsersProbe({
    clock,
    settings: () => settings,
    homes: async () => [{ person: 'amara', path: home.path }],
    places,
    scratchBelow: home.scratch,
    ...(disk && { disk }),
  });
}

/** Looks once, and checks that what is said fits through the wire. */
export async function look(looking: Looking): Promise<Apps> {
  return knownApps(await probeOf(looking)(new AbortController().signal));
}

export function knownApps(reading: Reading<Apps>): Apps {
  if (reading.state !== 'known') throw new Error(`unknown: ${reading.reason}`);
  return appsSchema.parse(reading.value);
}

export function answerOf(apps: Apps, app = 'famly'): string | undefined {
  return apps.apps.find((each) => each.app === app)?.answer;
}

/** A disk that is the real one, except where a test says otherwise, and counts what it is asked. */
export function watchedDisk(changes: Partial<Disk> = {}): Disk & { asked: Record<keyof Disk, number> } {
  const asked = { look: 0, isNamed: 0, list: 0, read: 0, copy: 0 };
  const disk: Disk = { ...realDisk, ...changes };
  return {
    asked,
    look: (path) => {
      asked.look += 1;
      return disk.look(path);
    },
    isNamed: (path) => {
      asked.isNamed += 1;
      return disk.isNamed(path);
    },
    list: (path) => {
      asked.list += 1;
      return disk.list(path);
    },
    read: (path, maxBytes) => {
      asked.read += 1;
      return disk.read(path, maxBytes);
    },
    copy: (from, to, maxBytes, signal) => {
      asked.copy += 1;
      return disk.copy(from, to, maxBytes, signal);
    },
  };
}

/** What a system says that refuses. */
export function refusal(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused`), { code });
}

/** Makes a LevelDB as Chromium's local storage is one; keys of one byte a letter, except where they are `wide`. */
export async function makeLocalStorage(
  profile: string,
  entries: readonly { origin: string; key: string; wide?: string }[],
): Promise<string> {
  const folder = join(profile, 'Local Storage', 'leveldb');
  mkdirSync(folder, { recursive: true });
  const level = new ClassicLevel<Buffer, Buffer>(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  await level.put(Buffer.from('VERSION'), Buffer.from('1'));
  for (const { origin, key, wide } of entries) {
    const name = wide === undefined ? Buffer.from(`\x01${key}`) : Buffer.from(`\0${wide}`, 'utf16le').subarray(1);
    await level.put(Buffer.concat([Buffer.from(`_${origin}\0`), name]), Buffer.from('\x01CANARY-STORED', 'latin1'));
  }
  await level.close();
  return folder;
}

export function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, 0o600);
}
