import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Session } from '../../../shared/report/sessions.ts';
import type { ActionResult, Actions, AppSignOut, Locking, PhotoSelection } from '../actions.ts';
import { clearedPhotos, photosThere, without } from './device-changes.ts';
import { type DeviceFile, readDevice, writeDevice } from './device-file.ts';

const done: ActionResult = { done: true };

/**
 * Actions on the device that a folder describes. Each is first written to `actions.log`, one
 * line `<instant> <action>`, and then done: a test can count how often an order was carried
 * out, also across `kill -9`. `cutPower` ends the process as an empty battery would.
 */
export function createSimulatedActions(folder: string, clock: Clock, cutPower: () => void): Actions {
  // Two that change the device together both rewrite the file: one after the other, or one is lost.
  let turn: Promise<unknown> = Promise.resolve();
  const act = async (words: string, change: (device: DeviceFile) => DeviceFile): Promise<DeviceFile> => {
    const { slowMs } = await readDevice(folder);
    await appendFile(join(folder, 'actions.log'), `${instant(clock.now())} ${words}\n`);
    await sleep(slowMs ?? 0);
    const changed = turn.then(async () => {
      const before = await readDevice(folder);
      await writeDevice(folder, change(before));
      return before;
    });
    turn = changed.catch(() => {});
    return changed;
  };
  return {
    async endSession({ id }: Session) {
      await act(`end-session ${id}`, (device) => without.session(device, id));
      return done;
    },
    async showText(_text, sessions) {
      await act('show-text', (device) => device);
      return sessions.map(() => true);
    },
    holdBackAutomaticSignIn: async () => ((await readDevice(folder)).automaticSignIn ? 'held-back' : 'not-set'),
    locking: createLocking(folder, clock, act),
    async signOutApps(wanted: AppSignOut) {
      await act('sign-out-apps', (device) => without.signIns(device, wanted));
      return { browsersClosed: 0, browsersEnded: 0, trouble: undefined };
    },
    photoClearing: {
      count: async (selection: PhotoSelection) => {
        const there = photosThere(await readDevice(folder), selection);
        return there === undefined
          ? unknown('not-asked-yet', instant(clock.now()))
          : known(there, instant(clock.now()));
      },
      clear: async (selection: PhotoSelection) =>
        clearedPhotos(await act('clear-photos', (device) => without.photos(device, selection)), selection),
    },
    wiping: createWiping(folder, clock, { act, cutPower }),
    isBusy: async () => (await readDevice(folder)).busy ?? false,
  };
}

type Act = (words: string, change: (device: DeviceFile) => DeviceFile) => Promise<DeviceFile>;

function createLocking(folder: string, clock: Clock, act: Act): Locking {
  const set = async (locked: boolean): Promise<ActionResult> => {
    if ((await readDevice(folder)).lockFails) return { done: false, reason: 'action-failed' };
    const lock = { locked, since: instant(clock.now()) };
    await act(locked ? 'lock' : 'release', (device) => ({ ...device, lock }));
    return done;
  };
  return {
    lock: () => set(true),
    release: () => set(false),
    async look() {
      const { lock: { locked, since } = { locked: false, since: null } } = await readDevice(folder);
      const refused = locked ? (['password', 'key', 'switch-user'] as const) : [];
      return known({ locked, since, refused: [...refused] }, instant(clock.now()));
    },
    spares: (person) => person === 'root' || person === 'hometime-rescue',
    refusals: async () => (await readDevice(folder)).lock?.refusals ?? 0,
  };
}

function createWiping(
  folder: string,
  clock: Clock,
  { act, cutPower }: { act: Act; cutPower: () => void },
): Actions['wiping'] {
  return {
    async prepare(level) {
      const device = await readDevice(folder);
      const { encryption } = device;
      const volumes = encryption !== undefined && 'value' in encryption ? encryption.value.volumes.length : 0;
      const isProtected =
        encryption !== undefined && 'value' in encryption && encryption.value.protection === 'protected';
      if (level === 'device' && !isProtected) return { ready: false, reason: 'disk-not-encrypted' };
      const people = peopleOf(device).length;
      return { ready: true, receipt: { level, people, volumes: level === 'device' ? volumes : 0 } };
    },
    async wipePeople() {
      await act('wipe-people', (device) => without.people(device));
      return done;
    },
    peopleLeft: async () => known(peopleOf(await readDevice(folder)).length, instant(clock.now())),
    async destroyDevice() {
      await act('destroy-device', (device) => ({ ...without.people(device), destroyed: true }));
      cutPower();
      return new Promise<never>(() => {});
    },
  };
}

function peopleOf({ sessions, apps }: DeviceFile): string[] {
  const signedIn = sessions !== undefined && 'value' in sessions ? sessions.value.sessions : [];
  const inApps = apps !== undefined && 'value' in apps ? apps.value.signIns : [];
  return [...new Set([...signedIn, ...inApps].flatMap(({ person }) => (person === null ? [] : [person])))];
}
