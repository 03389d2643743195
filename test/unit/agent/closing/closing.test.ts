import { expect } from 'chai';
import { type ClosingParts, createClosing } from '../../../../agent/closing/closing.ts';
import type { ClosingNote } from '../../../../agent/closing/closing-note.ts';
import type { Offsets } from '../../../../shared/calendar/local-time.ts';
import type { Calendar } from '../../../../shared/calendar/opening.ts';
import { silentLog } from '../../../../shared/log.ts';
import type { DeviceRules } from '../../../../shared/policy/device-rules.ts';
import { defaultSwitches, type Switches } from '../../../../shared/policy/switches.ts';
import { session } from '../parts.ts';

const minute = 60_000;
/** London: summer time ends on Sunday, 25 October 2026, at 1:00 UTC. */
const offsets: Offsets = [
  { from: '2026-03-29T01:00:00.000Z', minutes: 60 },
  { from: '2026-10-25T01:00:00.000Z', minutes: 0 },
];
const days = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const calendar: Calendar = {
  week: days.map((day) => ({ day, opens: '07:30', closes: '17:45' })),
  closedDates: ['2026-10-28'],
  ...{ termEnds: [], academicYearFrom: '09-01', offsets },
};
const usual = { noticeMinutes: 15, postpones: 2, postponeMinutes: 30, signOutApps: true, logOutPeople: true };

function rulesWith(closingTime: Switches['closingTime']): DeviceRules {
  return {
    ...{ kind: 'laptop', childFacing: false, assignedPeople: null, enrolledAt: '2026-09-01T00:00:00.000Z' },
    ...{ photoLimit: { tablet: 1, laptop: 1 }, silentAfterHours: 72 },
    ...{ personalApps: 'forbidden', removableMedia: 'forbidden' },
    switches: { ...defaultSwitches, closingTime },
    places: { salt: Buffer.alloc(32).toString('base64'), networks: [], beacons: [] },
    ...{ calendar, expiresAt: '2027-12-01T00:00:00.000Z' },
  };
}

function createRig(at: string, kept?: ClosingNote) {
  const state = {
    now: Date.parse(at),
    note: kept,
    closing: usual as Switches['closingTime'],
    apps: true as boolean | null,
    isSeen: true,
  };
  const done: string[] = [];
  const shown: string[] = [];
  const people = [session('1')];
  let desk: (() => Promise<string>) | undefined;
  const parts: ClosingParts = {
    note: {
      read: async () => state.note,
      async write(note) {
        state.note = note;
      },
    },
    rules: () => rulesWith(state.closing),
    now: () => state.now,
    sessions: () => (state.isSeen ? people : undefined),
    spares: (person) => person === 'root',
    async showText(text, sessions) {
      shown.push(...sessions.map(({ person }) => `${person}: ${text}`));
      return sessions.map(() => true);
    },
    async signOutApps() {
      done.push('apps');
      return state.apps;
    },
    async logOutPeople() {
      done.push('people');
      people.splice(0);
      return true;
    },
    async openDesk(postpone) {
      desk = postpone;
      return () => {
        desk = undefined;
      };
    },
    onChanged: () => {},
    log: silentLog,
  };
  const begin = async () => {
    const closing = createClosing(parts);
    await closing.open();
    return closing;
  };
  /** Minute by minute, as its timers would have it. */
  const until = async (closing: Awaited<ReturnType<typeof begin>>, time: string) => {
    for (; state.now < Date.parse(time); state.now += minute) await closing.due();
    await closing.due();
  };
  return { state, done, shown, people, begin, until, isDeskOpen: () => desk !== undefined };
}

describe('the closing time of a device (DEV2)', () => {
  it('gives notice, signs apps out, then logs people out, once, and says what it saw', async () => {
    const { begin, until, done, shown, state, isDeskOpen } = createRig('2026-10-26T17:00:00.000Z');
    const closing = await begin();
    await until(closing, '2026-10-26T17:29:00.000Z');
    expect(shown).to.deep.equal([]);
    await until(closing, '2026-10-26T17:31:00.000Z');
    expect(shown).to.have.lengthOf(1);
    expect(shown[0]).to.include('In 15 minutes the nursery’s apps are signed out and you are logged out');
    expect(shown[0]).to.include('hometime-agent postpone');
    expect(closing.standing()).to.include({ at: '2026-10-26T17:45:00.000Z', state: 'noticed', postponed: 0 });
    await until(closing, '2026-10-26T17:44:00.000Z');
    expect(done).to.deep.equal([]);
    await until(closing, '2026-10-26T17:46:00.000Z');
    expect(done).to.deep.equal(['apps', 'people']);
    expect(closing.standing()).to.include({ state: 'done', appsSignedOut: true, peopleLoggedOut: true });
    expect(isDeskOpen()).to.equal(false);
    await until(closing, '2026-10-27T07:00:00.000Z');
    const again = await begin();
    await again.due();
    expect(done, 'never twice, also after a restart').to.have.lengthOf(2);
    expect(state.note?.finishedAt).to.equal('2026-10-26T17:45:00.000Z');
  });

  it('gives its whole notice where nobody looked yet who is signed in: that is not nobody', async () => {
    const { begin, until, done, shown, state } = createRig('2026-10-26T18:30:00.000Z');
    state.isSeen = false;
    const closing = await begin();
    await closing.due();
    expect(done).to.deep.equal([]);
    state.isSeen = true;
    await until(closing, '2026-10-26T18:44:00.000Z');
    expect(shown[0]).to.include('the nursery’s apps are signed out and you are logged out');
    expect(done).to.deep.equal([]);
    await until(closing, '2026-10-26T18:46:00.000Z');
    expect(done).to.deep.equal(['apps', 'people']);
  });

  it('tells nobody of what will not happen to them: who looks after the device stays logged in', async () => {
    const { begin, shown, people, state } = createRig('2026-10-26T17:31:00.000Z');
    people.push(session('2', 'root'));
    await (await begin()).due();
    expect(shown).to.have.lengthOf(2);
    expect(shown[0]).to.match(/^anna: In 14 minutes the nursery’s apps are signed out and you are logged out, for/);
    expect(shown[1]).to.match(/^root: In 14 minutes the nursery’s apps are signed out, for the setting closes\./);
    shown.splice(0);
    state.note = undefined;
    state.closing = { ...usual, signOutApps: false, logOutPeople: false };
    await (await begin()).due();
    expect(shown).to.have.lengthOf(2);
    for (const text of shown) expect(text).to.include(': In 14 minutes the setting closes. Please save');
  });

  it('is right on both sides of the clock change, and not on a closed day', async () => {
    const { begin, until, done } = createRig('2026-10-23T12:00:00.000Z');
    const closing = await begin();
    await until(closing, '2026-10-23T16:44:00.000Z');
    expect(done).to.deep.equal([]);
    await until(closing, '2026-10-23T16:45:00.000Z');
    expect(done, 'summer time').to.have.lengthOf(2);
    await until(closing, '2026-10-26T17:44:00.000Z');
    expect(done, 'the week-end, and Monday at 16:45 UTC').to.have.lengthOf(2);
    await until(closing, '2026-10-26T17:45:00.000Z');
    expect(done).to.have.lengthOf(4);
    await until(closing, '2026-10-28T23:00:00.000Z');
    expect(done, 'Tuesday, and no closed Wednesday').to.have.lengthOf(6);
  });

  it('can be put off as often as the setting allows, and tells how often it was', async () => {
    const { begin, until, done, state } = createRig('2026-10-26T17:40:00.000Z');
    const closing = await begin();
    await closing.due();
    expect(await closing.postpone()).to.include('Put off. It is in 35 minutes now, and can be put off 1 more times.');
    await until(closing, '2026-10-26T18:14:00.000Z');
    expect(done).to.deep.equal([]);
    expect(await closing.postpone()).to.include('0 more times');
    expect(await closing.postpone()).to.include('cannot be put off any more');
    await until(closing, '2026-10-26T18:44:00.000Z');
    expect(done).to.deep.equal([]);
    await until(closing, '2026-10-26T18:45:00.000Z');
    expect(done).to.have.lengthOf(2);
    expect(state.note).to.include({ state: 'done', postponed: 2 });
    expect(await closing.postpone()).to.equal('There is nothing to put off now.');
  });

  it('is made up for when the device slept through it, with its notice, while the setting is closed', async () => {
    const { begin, until, done, shown } = createRig('2026-10-26T21:00:00.000Z');
    const closing = await begin();
    await closing.due();
    expect(shown[0]).to.include('In 15 minutes');
    await until(closing, '2026-10-26T21:14:00.000Z');
    expect(done).to.deep.equal([]);
    await until(closing, '2026-10-26T21:15:00.000Z');
    expect(done).to.have.lengthOf(2);
  });

  it('is let go when the setting has opened again, and none of a time before the device was the setting’s', async () => {
    const morning = createRig('2026-10-27T08:00:00.000Z');
    await (await morning.begin()).due();
    expect(morning.state.note).to.equal(undefined);
    const early = createRig('2026-08-31T22:00:00.000Z');
    await (await early.begin()).due();
    expect(early.state.note).to.equal(undefined);
  });

  it('is tried again where something is still signed in, and then told as failed; unknown is not done', async () => {
    const { begin, until, done, state } = createRig('2026-10-26T17:44:00.000Z');
    state.apps = null;
    const closing = await begin();
    await until(closing, '2026-10-26T17:46:00.000Z');
    expect(closing.standing()).to.include({ state: 'failed', appsSignedOut: null, peopleLoggedOut: true });
    await until(closing, '2026-10-26T19:00:00.000Z');
    expect(done.filter((what) => what === 'apps')).to.have.lengthOf(3);
    expect(closing.standing()).to.include({ state: 'failed' });
  });

  it('does nothing where the setting asks for nothing, and only what it asks for', async () => {
    const { begin, until, done, state } = createRig('2026-10-26T17:44:00.000Z');
    state.closing = null;
    const closing = await begin();
    await until(closing, '2026-10-26T17:50:00.000Z');
    expect(done).to.deep.equal([]);
    state.closing = { ...usual, noticeMinutes: 0, logOutPeople: false };
    await until(closing, '2026-10-26T17:52:00.000Z');
    expect(done).to.deep.equal(['apps']);
    expect(closing.standing()).to.include({ state: 'done', peopleLoggedOut: null });
  });

  it('is begun again where it was cut off in the middle', async () => {
    const { begin, done, state } = createRig('2026-10-26T17:45:00.000Z', {
      ...{ at: '2026-10-26T17:45:00.000Z', state: 'noticed', postponed: 0, tries: 1 },
      ...{
        appsSignedOut: null,
        peopleLoggedOut: null,
        finishedAt: null,
        dueMs: Date.parse('2026-10-26T17:45:00.000Z'),
      },
    });
    const closing = await begin();
    await closing.due();
    expect(done).to.deep.equal(['apps', 'people']);
    expect(state.note).to.include({ state: 'done' });
  });
});
