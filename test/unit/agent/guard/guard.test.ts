import { expect } from 'chai';
import { createBeats } from '../../../../agent/guard/beats.ts';
import { createGuard, type GuardParts } from '../../../../agent/guard/guard.ts';
import { firstNote, type GuardNote } from '../../../../agent/guard/guard-note.ts';
import type { Kept } from '../../../../agent/guard/sealed-file.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import { type DeviceSettings, defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { networkDigest } from '../../../../shared/policy/place-digest.ts';
import { defaultSwitches, type Switches } from '../../../../shared/policy/switches.ts';
import { known, unknown } from '../../../../shared/reading.ts';
import type { Sections } from '../../../../shared/report/report.ts';
import { createMemoryKeeper, createTestClock, morning, protectionReading, session, sessionsReading } from '../parts.ts';

const minute = 60_000;
const salt = Buffer.alloc(32, 3).toString('base64');
const own = '02:00:5e:00:00:01';

function settingsWith(offSite: Partial<Switches['offSite']> = {}): DeviceSettings {
  return {
    ...defaultDeviceSettings,
    rules: {
      ...{ kind: 'laptop', childFacing: false, assignedPeople: null, enrolledAt: instant(morning) },
      ...{ photoLimit: { tablet: 1, laptop: 1 }, silentAfterHours: 72 },
      ...{ personalApps: 'forbidden', removableMedia: 'forbidden' },
      switches: { ...defaultSwitches, offSite: { ...defaultSwitches.offSite, ...offSite } },
      places: { salt, beacons: [], networks: [{ gateway: networkDigest(salt, 'gateway', own), accessPoints: [] }] },
      calendar: {
        ...{ week: [], closedDates: [], termEnds: [], academicYearFrom: '09-01' },
        offsets: [{ from: instant(0), minutes: 0 }],
      },
      expiresAt: instant(morning + 60 * minute),
    },
  };
}

function place(hardwareAddress: string): Partial<Sections> {
  const gateway = { address: '192.168.1.1', hardwareAddress, link: 'wireless' as const };
  return { location: known({ gateway, wifi: null, vpn: false }, instant(morning)) };
}

/** A guard with the acts it carries out written down. */
function createRig(
  change: Partial<GuardParts> = {},
  settings = settingsWith(),
  kept: Kept<GuardNote> = { state: 'kept', value: firstNote(morning) },
) {
  const clock = createTestClock();
  const done: string[] = [];
  const shown: string[] = [];
  const state = { kept, isLocked: false, full: false, lockFails: false, version: 1 as number | null, refusals: 0 };
  const guard = createGuard({
    note: {
      read: async () => state.kept,
      async write(note) {
        if (state.full) throw new Error('no space');
        done.push(`note ${note.state}`);
        state.kept = { state: 'kept', value: note };
      },
    },
    beats: { wasStopped: async () => false, beat: () => {}, end: async () => {} },
    settings: {
      current: () => settings,
      version: () => state.version,
      trouble: () => ({ wasChanged: false, isDamaged: state.version === null }),
    },
    lock: {
      async lockForGuard() {
        if (state.lockFails) return { done: false, reason: 'action-failed' };
        done.push('lock');
        state.isLocked = true;
        return { done: true };
      },
      async letGo() {
        if (state.isLocked) done.push('let go');
        state.isLocked = false;
        return { done: true };
      },
      guardHold: async () => ({ wanted: state.isLocked, releasedBy: null }),
      standing: async () => undefined,
    },
    ...{ platform: 'simulated', bootId: 'boot-1', clock, log: silentLog, observeMode: false, isManual: true },
    uptimeMs: () => clock.at - morning + 1000,
    sessions: async () => known({ sessions: [session('1'), session('2', 'root')] }, instant(morning)),
    async endSession({ person }) {
      done.push(`end ${person}`);
      return { done: true };
    },
    holdBackAutomaticSignIn: async () => 'not-set',
    async showText(text, sessions) {
      shown.push(text);
      return sessions.map(() => true);
    },
    spares: (person) => person === 'root',
    refusals: async () => state.refusals,
    onChanged: () => {},
    ...change,
  });
  const look = async (...readings: Partial<Sections>[]) => {
    for (const reading of readings) guard.saw(reading);
    await guard.due();
    return (await guard.health()).guard;
  };
  return { guard, clock, done, shown, state, look };
}

const home = [protectionReading('not-protected'), place('02:00:5e:00:00:99'), sessionsReading([session('1')])] as const;

describe('the guard of a device (DEV1)', () => {
  it('writes down what it does before it does it, locks before it sends people out, and spares root', async () => {
    const { guard, clock, done, shown, look } = createRig();
    await guard.open();
    expect(await look(...home)).to.include({ state: 'warned', because: 'unprotected-off-site' });
    expect(shown).to.have.lengthOf(1);
    expect(shown[0]).to.include('In 10 minutes');
    clock.at += 5 * minute;
    await look();
    expect(shown.at(-1)).to.include('In 5 minutes');
    clock.at += 5 * minute;
    done.splice(0);
    expect(await look()).to.include({ state: 'blocked', because: 'warning-over', until: null });
    expect(done).to.deep.equal(['note blocked', 'lock', 'end anna']);
    done.splice(0);
    expect(await look(place(own))).to.include({ state: 'clear', because: 'back-on-site' });
    expect(done.slice(-2)).to.deep.equal(['note clear', 'let go']);
  });

  it('blocks when the disk takes nothing, tries again when the lock was not put in, and sends nobody out meanwhile', async () => {
    const { guard, done, state, look } = createRig({}, settingsWith({ warningMinutes: 0 }));
    await guard.open();
    Object.assign(state, { full: true, lockFails: true });
    done.splice(0);
    expect(await look(...home)).to.include({ state: 'blocked' });
    await look();
    state.full = false;
    expect(done.filter((what) => what.startsWith('end'))).to.deep.equal([]);
    state.lockFails = false;
    await look();
    expect(done.slice(-2)).to.deep.equal(['lock', 'end anna']);
  });

  it('only tells where the rules only warn, and shows nothing in observe mode', async () => {
    const warnOnly = createRig({}, settingsWith({ guard: 'warn-only', warningMinutes: 0 }));
    await warnOnly.guard.open();
    expect(await warnOnly.look(...home)).to.include({ state: 'warned', until: null });
    expect(warnOnly.shown[0]).to.not.include('locks itself');
    const observing = createRig({ observeMode: true });
    await observing.guard.open();
    expect(await observing.look(...home)).to.include({ state: 'warned', until: null });
    observing.clock.at += 61 * minute;
    expect(await observing.look()).to.include({ state: 'warned', rulesExpired: true });
    expect([...observing.shown, ...observing.done.filter((what) => !what.startsWith('note'))]).to.deep.equal([]);
  });

  it('gives the whole warning once rules that only warned begin to block', async () => {
    const settings = settingsWith({ guard: 'warn-only' });
    const { guard, clock, shown, look } = createRig({}, settings);
    await guard.open();
    await look(...home);
    clock.at += 3 * 60 * minute;
    expect(await look()).to.include({ state: 'warned', until: null });
    const { rules } = settingsWith({ guard: 'block' });
    if (rules !== undefined) settings.rules = rules;
    guard.settingsChanged();
    expect(await look()).to.include({ state: 'warned', until: instant(clock.at + 10 * minute) });
    expect(shown.at(-1)).to.include('In 10 minutes');
    clock.at += 10 * minute;
    expect(await look()).to.include({ state: 'blocked', because: 'warning-over' });
  });

  it('is released by the server for a day at most, and counts the sign-ins that were refused meanwhile', async () => {
    const { guard, clock, state, look } = createRig({}, settingsWith({ warningMinutes: 0 }));
    await guard.open();
    await look(...home);
    state.refusals = 3;
    expect(await look()).to.include({ state: 'blocked', refusedSignIns: 3 });
    await guard.release();
    expect(await look()).to.include({
      state: 'released',
      until: instant(morning + 24 * 60 * minute),
      refusedSignIns: 3,
    });
    clock.at += 24 * 60 * minute;
    expect(await look()).to.include({ state: 'blocked', because: 'release-over', refusedSignIns: 0 });
  });

  it('is not let go by what the old rules blocked for, once the new ones have seen it away themselves', async () => {
    const settings = settingsWith({ warningMinutes: 0, unknownPlaceMinutes: 0 });
    const { guard, clock, state, look } = createRig({}, settings);
    await guard.open();
    const nowhere = { location: unknown('no-network', instant(morning)) };
    await look(protectionReading('not-protected'), nowhere);
    clock.at += minute;
    expect(await look()).to.include({
      state: 'blocked',
      because: 'unprotected-place-unknown',
    });
    settings.rules = settingsWith({ warningMinutes: 0, unknownPlaceMinutes: 0, unknownPlace: 'unknown' }).rules;
    state.version = 2;
    guard.settingsChanged();
    expect(await look(place('02:00:5e:00:00:99'))).to.include({ state: 'blocked' });
    await look(nowhere);
    clock.at += minute;
    expect(await look()).to.include({ state: 'blocked' });
    expect(await look(place(own))).to.include({ state: 'clear', because: 'back-on-site' });
  });

  it('is blocked with a note that was altered, or is gone though there are rules, until a look says otherwise', async () => {
    for (const kept of [{ state: 'altered' }, { state: 'absent' }] as const) {
      const { guard, done, look } = createRig({}, settingsWith(), kept);
      await guard.open();
      expect(done).to.include('lock').and.not.include('end anna');
      const { tampering } = await guard.health();
      expect(tampering?.map(({ what }) => what)).to.deep.equal(['journal-changed']);
      expect(await look(protectionReading('protected'), place(own))).to.include({ state: 'clear' });
      expect(done).to.not.include('end anna');
    }
  });

  it('counts as away without the rules it had, unless it is known to be encrypted', async () => {
    const first = createRig();
    await first.guard.open();
    await first.look(protectionReading('protected'), place(own));
    const { rules: _gone, ...none } = settingsWith();
    const { guard, state, look } = createRig({}, none, first.state.kept);
    state.version = null;
    await guard.open();
    expect((await guard.health()).tampering?.map(({ what }) => what)).to.include('rules-changed');
    expect(await look(...home.slice(0, 2), place(own))).to.include({ state: 'warned', because: 'rules-damaged' });
    expect(await look(protectionReading('protected'))).to.include({ state: 'clear', because: 'protected-now' });
  });

  it('guards nothing before its setting has told it rules', async () => {
    const { rules: _none, ...settings } = settingsWith();
    const { guard, state, look, done } = createRig({}, settings);
    state.version = 1;
    await guard.open();
    expect(await look(...home)).to.equal(undefined);
    expect(done.filter((what) => !what.startsWith('note'))).to.deep.equal([]);
  });
});

describe('an agent that was stopped while the system went on', () => {
  const { keeper } = createMemoryKeeper();
  const beats = (bootId: string, awakeMs: number) => createBeats({ keeper, bootId, awakeMs: () => awakeMs });

  it('is noticed in the same boot and awake time alone, and not for the length of an update', async () => {
    await beats('a', 60 * minute).end();
    expect(await beats('a', 61 * minute).wasStopped(), 'an update').to.equal(false);
    expect(await beats('a', 63 * minute).wasStopped()).to.equal(true);
    expect(await beats('b', 500 * minute).wasStopped(), 'shut down').to.equal(false);
  });

  it('is given the time between two beats where it ended without a word', async () => {
    const running = beats('c', 10 * minute);
    running.beat();
    await Promise.resolve();
    expect(await beats('c', 19 * minute).wasStopped()).to.equal(false);
    expect(await beats('c', 21 * minute).wasStopped()).to.equal(true);
  });
});
