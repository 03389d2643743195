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

/** What is kept of a closing time that was gone through. */
function doneAt(at: string): ClosingNote {
  const looked = { appsSignedOut: true, peopleLoggedOut: true, finishedAt: at };
  return { ...{ at, state: 'done', postponed: 0, tries: 1, dueMs: Date.parse(at) }, ...looked };
}

/** `since`: when whoever is signed in came. */
function createRig(at: string, kept?: ClosingNote, since: string | null = '2026-08-31T08:00:00.000Z') {
  const state = {
    now: Date.parse(at),
    note: kept,
    closing: usual as Switches['closingTime'],
    apps: true as boolean | null,
    isSeen: true,
    hasApps: true,
    askedFrom: undefined as string | undefined,
    bootedAt: '2026-08-31T07:00:00.000Z',
  };
  const done: string[] = [];
  const shown: string[] = [];
  const people = [session('1', 'anna', since)];
  let desk: (() => Promise<string>) | undefined;
  const parts: ClosingParts = {
    note: {
      read: async () => state.note,
      async write(note) {
        state.note = note;
      },
    },
    rules: () => rulesWith(state.closing),
    askedFrom: () => state.askedFrom,
    now: () => state.now,
    uptimeMs: () => state.now - Date.parse(state.bootedAt),
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
    async logOutPeople(isMeant = () => true) {
      done.push('people');
      const staying = people.filter((one) => !isMeant(one));
      people.splice(0, people.length, ...staying);
      return true;
    },
    hasApps: () => state.hasApps,
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
    const { begin, until, done, shown, state, isDeskOpen } = createRig(
      '2026-10-26T17:00:00.000Z',
      doneAt('2026-10-23T16:45:00.000Z'),
    );
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
    const { begin, until, done } = createRig('2026-10-23T12:00:00.000Z', doneAt('2026-10-22T16:45:00.000Z'));
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

  it('is made up for on the next working day for sessions from before it, with its notice, before opening and after', async () => {
    for (const at of ['2026-10-26T07:10:00.000Z', '2026-10-26T08:30:00.000Z']) {
      const { begin, until, done, shown, people, state } = createRig(at, undefined, '2026-10-23T08:00:00.000Z');
      const closing = await begin();
      await closing.due();
      expect(shown[0]).to.include(
        'In 15 minutes the nursery’s apps are signed out and you are logged out, for the setting has closed since you',
      );
      expect(done).to.deep.equal([]);
      await until(closing, at.replace(/:[13]0:/, ':46:'));
      expect(done, at).to.deep.equal(['apps', 'people']);
      expect(people).to.deep.equal([]);
      expect(closing.standing(), 'the mark stays on the device').to.deep.equal({
        ...{ at: '2026-10-23T16:45:00.000Z', state: 'done', postponed: 0, appsSignedOut: true, peopleLoggedOut: true },
        finishedAt: state.note?.finishedAt,
      });
    }
  });

  it('throws nobody out on the next morning who has signed in since, nor out of their apps, and tells them nothing', async () => {
    const { begin, until, done, shown, people } = createRig(
      '2026-10-26T07:10:00.000Z',
      undefined,
      '2026-10-26T07:09:00.000Z',
    );
    people.push(session('2', 'ben', '2026-10-23T08:00:00.000Z'), session('3', 'cleo', null));
    const closing = await begin();
    await until(closing, '2026-10-26T08:30:00.000Z');
    expect(done).to.deep.equal(['people']);
    expect(
      people.map(({ person }) => person),
      'of whom it is not known when they came stays too',
    ).to.deep.equal(['anna', 'cleo']);
    expect(shown.every((text) => text.startsWith('ben: In '))).to.equal(true);
    expect(closing.standing()).to.include({ state: 'done', appsSignedOut: null, peopleLoggedOut: true });
    // The next closing is everybody's again.
    await until(closing, '2026-10-26T17:46:00.000Z');
    expect(people).to.deep.equal([]);
  });

  it('throws nobody out who came since the device was started, whatever its clock said by then', async () => {
    for (const since of ['2019-01-01T00:00:07.000Z', '2026-10-23T15:00:00.000Z', null]) {
      const { begin, until, done, shown, people, state } = createRig('2026-10-26T08:30:00.000Z', undefined, since);
      state.bootedAt = '2026-10-26T08:10:00.000Z';
      await until(await begin(), '2026-10-26T09:30:00.000Z');
      expect(people).to.have.lengthOf(1);
      expect([done.includes('apps'), shown]).to.deep.equal([false, []]);
    }
  });

  it('is not kept away by what was noted while the clock ran ahead', async () => {
    const ahead = doneAt('2030-10-25T16:45:00.000Z');
    const soon = { ...doneAt('2026-10-26T17:45:00.000Z'), finishedAt: '2026-10-26T19:10:00.000Z' };
    for (const kept of [ahead, { ...ahead, state: 'noticed' as const, finishedAt: null }, soon]) {
      const { begin, until, done, state } = createRig('2026-10-26T17:31:00.000Z', kept);
      await until(await begin(), '2026-10-26T17:46:00.000Z');
      expect(done, JSON.stringify(kept)).to.deep.equal(['apps', 'people']);
      expect(state.note).to.include({ at: '2026-10-26T17:45:00.000Z', state: 'done' });
    }
    // Hours that were changed to end earlier are no clock.
    const moved = createRig('2026-10-26T17:50:00.000Z', doneAt('2026-10-26T17:48:00.000Z'));
    await moved.until(await moved.begin(), '2026-10-26T19:00:00.000Z');
    expect(moved.done).to.deep.equal([]);
  });

  it('counts those of whom it is not known when they came as there before, on the same evening alone', async () => {
    const { begin, until, people } = createRig('2026-10-26T21:00:00.000Z', undefined, null);
    people.push(session('2', 'ben', '2026-10-26T20:59:00.000Z'));
    await until(await begin(), '2026-10-26T21:20:00.000Z');
    expect(people.map(({ person }) => person)).to.deep.equal(['ben']);
  });

  it('gives its notice anew where the device slept after the first, and is not done in the morning to whoever came then', async () => {
    const noticed: ClosingNote = {
      ...{ at: '2026-10-23T16:45:00.000Z', state: 'noticed', postponed: 0, tries: 0, appsSignedOut: null },
      ...{ peopleLoggedOut: null, finishedAt: null, dueMs: Date.parse('2026-10-23T16:45:00.000Z') },
    };
    const old = createRig('2026-10-26T08:30:00.000Z', noticed, '2026-10-23T08:00:00.000Z');
    await (await old.begin()).due();
    expect(old.done).to.deep.equal([]);
    expect(old.shown[0]).to.include('In 15 minutes');
    const fresh = createRig('2026-10-26T08:30:00.000Z', noticed, '2026-10-26T08:29:00.000Z');
    await fresh.until(await fresh.begin(), '2026-10-26T09:30:00.000Z');
    expect(fresh.people).to.have.lengthOf(1);
    expect(fresh.shown).to.deep.equal([]);
  });

  it('is not done where it cannot be told who has signed in since', async () => {
    const { begin, until, done, state } = createRig('2026-10-26T08:30:00.000Z');
    state.isSeen = false;
    const closing = await begin();
    await until(closing, '2026-10-26T08:46:00.000Z');
    expect(done).to.not.include('apps');
    expect(closing.standing()).to.include({ state: 'failed', appsSignedOut: null });
  });

  it('is that of the day on which it is switched on, and logs nobody out in the morning for the one before', async () => {
    const { begin, until, done, shown, state } = createRig('2026-10-26T10:00:00.000Z');
    state.askedFrom = '2026-10-26T10:00:00.000Z';
    const closing = await begin();
    await until(closing, '2026-10-26T17:29:00.000Z');
    expect([done, shown]).to.deep.equal([[], []]);
    await until(closing, '2026-10-26T17:46:00.000Z');
    expect(done).to.deep.equal(['apps', 'people']);
    // Switched on after closing, it is what is asked for.
    const late = createRig('2026-10-26T18:30:00.000Z');
    late.state.askedFrom = '2026-10-26T18:30:00.000Z';
    await late.until(await late.begin(), '2026-10-26T18:46:00.000Z');
    expect(late.done).to.deep.equal(['apps', 'people']);
  });

  it('is none of a time before the device was the setting’s', async () => {
    const early = createRig('2026-08-31T22:00:00.000Z');
    await (await early.begin()).due();
    expect(early.state.note).to.equal(undefined);
  });

  it('has nothing to sign out where the setting lists no app: that is done, and nobody is told of apps', async () => {
    const { begin, until, done, shown, state } = createRig('2026-10-26T17:31:00.000Z');
    state.hasApps = false;
    const closing = await begin();
    await until(closing, '2026-10-26T17:46:00.000Z');
    expect(done).to.deep.equal(['people']);
    expect(closing.standing()).to.include({ state: 'done', appsSignedOut: null, peopleLoggedOut: true });
    expect(shown[0]).to.match(/^anna: In 14 minutes you are logged out, for the setting closes\./);
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
