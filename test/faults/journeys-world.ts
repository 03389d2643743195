import { createGuard, type Guard } from '../../agent/guard/guard.ts';
import type { GuardNote } from '../../agent/guard/guard-note.ts';
import { guardNoteSchema } from '../../agent/guard/guard-note.ts';
import { createLockGuard, type LockGuard } from '../../agent/guard/lock-guard.ts';
import { type LockNote, neverLocked } from '../../agent/guard/lock-note.ts';
import type { SealedFile } from '../../agent/guard/sealed-file.ts';
import { createSettingsHolder, type SettingsHolder } from '../../agent/guard/settings-holder.ts';
import type { ActionResult, LockNotice } from '../../agent/platform/actions.ts';
import type { KeptName } from '../../agent/platform/keeper.ts';
import { releaseCodeOf } from '../../shared/command/release-code.ts';
import { instant } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import type { DeviceRules } from '../../shared/policy/device-rules.ts';
import { networkDigest } from '../../shared/policy/place-digest.ts';
import { defaultSwitches, type Switches } from '../../shared/policy/switches.ts';
import { known, unknown } from '../../shared/reading.ts';
import type { Sections } from '../../shared/report/report.ts';
import { capsule, commandKey, deviceId, morning, session } from '../unit/agent/parts.ts';

export type PlaceName = 'setting' | 'home' | 'no-network' | 'vpn';
export type Protection = 'protected' | 'not-protected' | 'unknown';

const salt = Buffer.alloc(32, 3).toString('base64');
const releaseKey = Buffer.alloc(32, 9).toString('base64');
const ownGateway = '02:00:5e:00:00:01';
const otherGateway = '02:00:5e:00:00:99';
const identity = { deviceId, epoch: 1 };
export const minute = 60_000;

/** The power was cut, or the process killed: nothing that it does from here on has an effect. */
class Dead extends Error {}

export interface Truth {
  nowMs: number;
  /** The device's clock less the true time. */
  clockOffMs: number;
  bootedAtMs: number;
  boot: number;
  isOn: boolean;
  place: PlaceName;
  protection: Protection;
  photos: number;
  lockFails: boolean;
  /** Writes until the process dies in the middle of one. */
  killInWrites: number | undefined;
  offSite: Switches['offSite'];
  version: number;
}

function rulesOf(offSite: Switches['offSite']): DeviceRules {
  return {
    ...{ kind: 'laptop', childFacing: false, assignedPeople: null, enrolledAt: instant(morning) },
    ...{ photoLimit: { tablet: 100, laptop: 500 }, silentAfterHours: 72 },
    ...{ personalApps: 'forbidden', removableMedia: 'forbidden' },
    switches: { ...defaultSwitches, offSite },
    places: {
      ...{ salt, beacons: [] },
      networks: [{ gateway: networkDigest(salt, 'gateway', ownGateway), accessPoints: [] }],
    },
    calendar: {
      ...{ week: [], closedDates: [], termEnds: [], academicYearFrom: '09-01' },
      offsets: [{ from: instant(0), minutes: 0 }],
    },
    expiresAt: instant(morning + 400 * 24 * 60 * minute),
  };
}

/** One device with its disk, the people at it, and the agents that run on it one after the other. */
export function createWorld(truth: Truth) {
  const kept = new Map<KeptName, string>();
  let noteText: string | undefined;
  let lockNote: LockNote = neverLocked;
  let notice: LockNotice | undefined;
  let isLocked = false;
  let people = [session('1')];
  let agent: { guard: Guard; lock: LockGuard; settings: SettingsHolder; life: { isOver: boolean } } | undefined;

  /** A write of the agent: it is killed before or after some of them. */
  function write(life: { isOver: boolean }, change: () => void): void {
    if (life.isOver) throw new Dead();
    const left = truth.killInWrites === undefined ? undefined : truth.killInWrites - 1;
    truth.killInWrites = left;
    // An even number of half writes is cut off before, an odd one after the disk has it.
    if (left !== undefined && left <= 0) {
      life.isOver = true;
      truth.killInWrites = undefined;
      if (left === 0) change();
      throw new Dead();
    }
    change();
  }

  const clock = { now: () => truth.nowMs + truth.clockOffMs };
  const uptimeMs = () => truth.nowMs - truth.bootedAtMs;
  const bootId = () => `boot-${truth.boot}`;

  function locks(life: { isOver: boolean }) {
    const set = (locked: boolean, shown?: LockNotice): ActionResult => {
      if (life.isOver) throw new Dead();
      if (truth.lockFails) return { done: false, reason: 'action-failed' };
      write(life, () => {
        isLocked = locked;
        notice = shown;
      });
      return { done: true };
    };
    return {
      lock: async (shown: LockNotice) => set(true, shown),
      release: async () => set(false),
      look: async () =>
        known({ locked: isLocked, since: null, refused: isLocked ? ['password' as const] : [] }, instant(clock.now())),
    };
  }

  function createLock(
    settings: () => { releaseKey?: string | null | undefined },
    life: { isOver: boolean },
  ): LockGuard {
    return createLockGuard({
      notes: {
        read: async () => lockNote,
        write: async (note) =>
          write(life, () => {
            lockNote = note;
          }),
        alone: (work) => work(),
      },
      locking: locks(life),
      settings,
      ...{ identity, clock, log: silentLog },
      uptime: { bootId: async () => bootId(), uptimeMs },
      random: (bytes) => Buffer.alloc(bytes, truth.version + truth.boot),
    });
  }

  function noteFile(life: { isOver: boolean }): SealedFile<GuardNote> {
    return {
      read: async () =>
        noteText === undefined
          ? { state: 'absent' }
          : { state: 'kept', value: guardNoteSchema.parse(JSON.parse(noteText)) },
      write: async (note) =>
        write(life, () => {
          noteText = JSON.stringify(guardNoteSchema.parse(note));
        }),
    };
  }

  function readings(): Partial<Sections> {
    const at = instant(clock.now());
    const gateway = (hardwareAddress: string) => ({
      gateway: { address: '192.168.1.1', hardwareAddress, link: 'wireless' as const },
      ...{ wifi: null, vpn: truth.place === 'vpn' },
    });
    return {
      location:
        truth.place === 'no-network'
          ? unknown('no-network', at)
          : known(gateway(truth.place === 'home' ? otherGateway : ownGateway), at),
      encryption:
        truth.protection === 'unknown'
          ? unknown('tool-missing', at)
          : known({ protection: truth.protection, volumes: [] }, at),
      photos: known({ places: [], atLeast: { photos: truth.photos, videos: 0 }, complete: true }, at),
      sessions: known({ sessions: people }, at),
    };
  }

  async function start(): Promise<void> {
    const life = { isOver: false };
    const keeper = {
      read: async (name: KeptName) => kept.get(name),
      write: async (name: KeptName, text: string) => {
        if (!life.isOver) kept.set(name, text);
      },
    };
    const settings = createSettingsHolder({ keeper, log: silentLog });
    await settings.open({ ...identity, commandKey });
    const lock = createLock(settings.current, life);
    const guard = createGuard({
      ...{ lock, settings, clock, log: silentLog, uptimeMs, bootId: bootId(), platform: 'simulated' },
      note: noteFile(life),
      beats: { wasStopped: async () => false, beat: () => {}, end: async () => {} },
      observeMode: false,
      sessions: async () => known({ sessions: people }, instant(clock.now())),
      endSession: async ({ id }) => {
        if (life.isOver) throw new Dead();
        people = people.filter((one) => one.id !== id);
        return { done: true };
      },
      holdBackAutomaticSignIn: async () => 'not-set',
      showText: async (_text, sessions) => sessions.map(() => true),
      spares: () => false,
      refusals: async () => 0,
      onChanged: () => {},
      isManual: true,
    });
    agent = { guard, lock, settings, life };
    await guard.open().catch(() => {});
  }

  return {
    truth,
    readings,
    rules: () => rulesOf(truth.offSite),
    isLocked: () => isLocked,
    isUsable: () => truth.isOn && (!isLocked || people.length > 0),
    isGuardsLock: () => lockNote.owners.guard,
    isOrdersLock: () => lockNote.owners.order,
    guardState: (): GuardNote['state'] =>
      noteText === undefined ? 'clear' : guardNoteSchema.parse(JSON.parse(noteText)).state,
    isRunning: () => agent !== undefined && !agent.life.isOver,
    /** The version of the rules that the running agent goes by. */
    takenVersion: () => agent?.settings.version() ?? null,
    start,
    kill(): void {
      if (agent !== undefined) agent.life.isOver = true;
    },
    boot: async () => {
      Object.assign(truth, { isOn: true, boot: truth.boot + 1, bootedAtMs: truth.nowMs, killInWrites: undefined });
      people = [];
      await start();
    },
    shutDown(): void {
      if (agent !== undefined) agent.life.isOver = true;
      truth.isOn = false;
    },
    /** The server's newest rules reach the device. */
    async deliver(): Promise<void> {
      if (agent === undefined || agent.life.isOver) return;
      const settings = { releaseKey, rules: rulesOf(truth.offSite) };
      await agent.settings.take(
        capsule({ version: truth.version, issuedAt: instant(morning + truth.version) }, settings),
      );
      agent.guard.settingsChanged();
    },
    /** What a round of an agent does that runs; people sign in where they can. */
    async round(): Promise<void> {
      if (truth.isOn && !isLocked && people.length === 0) people = [session(String(truth.nowMs % 1000))];
      if (agent === undefined || agent.life.isOver) return;
      agent.guard.saw(readings());
      await agent.guard.due();
    },
    order: async (kind: 'lock' | 'release') => {
      if (agent === undefined || agent.life.isOver) return;
      if (kind === 'lock') await agent.lock.lock('Ordered').catch(() => {});
      else
        await agent.guard
          .release()
          .then(() => agent?.lock.release('server'))
          .catch(() => {});
    },
    /** Somebody types the code that the manager reads out: a process of its own, with or without a running agent. */
    async typeCode(): Promise<boolean> {
      const challenge = notice?.challenge ?? null;
      if (!isLocked || challenge === null) return false;
      const typed = createLock(() => ({ releaseKey }), { isOver: false });
      return (await typed.tryCode(releaseCodeOf(releaseKey, { ...identity, challenge }))).kind === 'released';
    },
  };
}

export type World = ReturnType<typeof createWorld>;
