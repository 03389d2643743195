import { expect } from 'chai';
import { settingCalendar } from '../../../../server/calendar/setting-calendar.ts';
import { createBoard, type SettingHours } from '../../../../server/hometime/board.ts';
import { clockWordsOf } from '../../../../server/hometime/clock-words.ts';
import type { AtHometime } from '../../../../server/hometime/given.ts';
import { rowOf } from '../../../../server/hometime/row-of.ts';
import { hoursAt } from '../../../../server/house-rules.ts';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { HometimeAsked } from '../../../../shared/api/hometime.ts';
import type { Opening } from '../../../../shared/calendar/opening.ts';
import { defaultPolicy } from '../../../../shared/policy/document.ts';
import type { FarewellReason } from '../../../../shared/policy/farewell.ts';
import { known, type Reading, unknown } from '../../../../shared/reading.ts';
import type { Sections } from '../../../../shared/report/report.ts';
import { aDevice } from '../../dashboard/devices.ts';
import { appsOf, healthOf, photosOf, placeAt, signedIn } from '../../shared/facts.ts';

const closesAt = '2026-11-20T18:00:00.000Z';
const before = '2026-11-20T15:30:00.000Z';
const after = '2026-11-20T18:05:00.000Z';
const now = '2026-11-20T18:20:00.000Z';
const policy = { ...defaultPolicy, networks: [{ gatewayHardwareAddress: '02:00:00:00:00:01', label: 'Nursery' }] };
const onSite: DeviceView['place'] = { verdict: 'on-site', because: 'own-network', counts: 'on-site', evidence: [] };
const offSite: DeviceView['place'] = {
  verdict: 'off-site',
  because: 'other-network',
  counts: 'off-site',
  evidence: [],
};

const at = <Value>(reading: Reading<Value>, when: string): Reading<Value> => ({ ...reading, at: when });
const systemOf = (battery: { percent: number; charging: boolean } | null): Sections['system'] =>
  known({ model: null, os: { name: 'Debian', version: '12' }, bootedAt: before, disk: null, battery }, after);

/** Everything in order, and looked at after closing. */
function tidy(sections: Partial<Sections> = {}, given: Partial<DeviceView> = {}): DeviceView {
  const device = aDevice({ name: 'Tablet 1', enrolledAt: before, place: onSite, ...given });
  const health: Sections['agent'] = at(healthOf({}), after);
  return {
    ...device,
    presence: given.presence ?? { state: 'online', lastSeenAt: now },
    sections: {
      ...device.sections,
      apps: at(appsOf({}), after),
      sessions: at(signedIn(), after),
      photos: at(photosOf(0), after),
      location: at(placeAt('02:00:00:00:00:01'), after),
      system: systemOf({ percent: 60, charging: true }),
      agent: health,
      ...sections,
    },
  };
}

const closing = { passedAt: closesAt, policy, clockWords: clockWordsOf('Europe/London', now) };
const row = (device: DeviceView, more: Partial<AtHometime> = {}, by = closing) =>
  rowOf({ device, lookedOnOrder: undefined, ...more }, by);
const answers = (device: DeviceView, more: Partial<AtHometime> = {}) =>
  Object.fromEntries(row(device, more).ticks.map(({ asked, answer }) => [asked, answer]));
const answer = (asked: HometimeAsked, device: DeviceView, more: Partial<AtHometime> = {}) =>
  answers(device, more)[asked];

describe('a device at closing time', () => {
  it('is done when everything was looked at since and found in order (DEV2, DEV3, DEV6)', () => {
    const { isDone, missing, ticks } = row(tidy());
    expect(ticks.map(({ answer }) => answer)).to.deep.equal(['yes', 'yes', 'yes', 'yes', 'yes', 'yes']);
    expect({ isDone, missing }).to.deep.equal({ isDone: true, missing: '' });
  });

  it('never counts a fact that is older than closing, though nothing says it changed', () => {
    const old = {
      apps: at(appsOf({}), before),
      sessions: at(signedIn(), before),
      photos: at(photosOf(0), before),
      location: at(placeAt('02:00:00:00:00:01'), before),
      system: at(systemOf({ percent: 60, charging: true }), before),
    };
    const found = answers(tidy(old));
    expect(found).to.deep.equal({
      'apps-signed-out': 'cannot-tell',
      'people-logged-out': 'cannot-tell',
      'photos-in-order': 'cannot-tell',
      'on-site': 'cannot-tell',
      charging: 'cannot-tell',
      'accounted-for': 'yes',
    });
    expect(row(tidy(old)).isDone).to.equal(false);
  });

  it('never says yes of anything that is unknown, and says why it is', () => {
    const silent = unknown('permission-denied', after);
    const device = tidy({ apps: silent, sessions: silent, photos: silent, location: silent, system: silent });
    const found = answers(device);
    for (const asked of ['apps-signed-out', 'people-logged-out', 'photos-in-order', 'on-site', 'charging'])
      expect(found[asked], asked).to.equal('cannot-tell');
    expect(row(device).missing).to.match(
      /^It cannot be told whether every app is signed out, .+ or whether it is charging: .+/,
    );
  });

  it('says once for all what cannot be told for the same reason', () => {
    const silent = unknown('permission-denied', after);
    const { missing } = row(tidy({ sessions: silent, system: silent }));
    expect(missing).to.match(
      /^It cannot be told whether anybody is still logged in or whether it is charging: [^;]+\.$/,
    );
  });

  it('says no of what is wrong, in words a person can act on', () => {
    const device = tidy(
      {
        apps: at(appsOf({ famly: 'signed-in' }), after),
        sessions: at(signedIn('amara', 'ben'), after),
        system: systemOf({ percent: 40, charging: false }),
      },
      { place: offSite },
    );
    expect(row(device).missing).to.equal(
      'Famly is still signed in; amara and ben are still logged in; it is away from the setting; it is not charging (about 40 %).',
    );
  });

  it('says no of what was wrong before closing while the device speaks: it would tell if that had changed', () => {
    const signed = { sessions: at(signedIn('amara'), before) };
    expect(answer('people-logged-out', tidy(signed))).to.equal('no');
    const gone = tidy(signed, { presence: { state: 'offline', lastSeenAt: after } });
    expect(answer('people-logged-out', gone), 'and not of one that is out of touch').to.equal('cannot-tell');
  });

  it('takes the agent’s word that everything was asked after closing, by the hour in which it says so', () => {
    const old = { sessions: at(signedIn(), before) };
    const cycle = (lastFullCycleAt: string) => tidy({ ...old, agent: at(healthOf({ lastFullCycleAt }), after) });
    expect(answer('people-logged-out', cycle('2026-11-20T18:00:00.000Z')), 'asked from 17:00 on').to.equal(
      'cannot-tell',
    );
    expect(answer('people-logged-out', cycle('2026-11-20T19:00:00.000Z')), 'asked from 18:00 on').to.equal('yes');
  });

  it('takes the agent’s word that it looked at everything after closing, and none of before', () => {
    const old = { sessions: at(signedIn(), before) };
    const looked = (lookedAtClosing: string) => tidy({ ...old, agent: at(healthOf({ lookedAtClosing }), after) });
    expect(answer('people-logged-out', looked(before)), 'looked before closing').to.equal('cannot-tell');
    expect(answer('people-logged-out', looked(after)), 'looked after closing').to.equal('yes');
  });

  it('believes that hour by no clock of the device that is ahead, or was never compared', () => {
    const cycle = (clockSkewSeconds: number | null, lastFullCycleAt: string) => {
      const agent = at(healthOf({ clockSkewSeconds, lastFullCycleAt }), after);
      return answer('people-logged-out', tidy({ sessions: at(signedIn(), before), agent }));
    };
    expect(cycle(3 * 3600, '2026-11-20T21:00:00.000Z'), 'asked from 17:00 on by the true time').to.equal('cannot-tell');
    expect(cycle(3 * 3600, '2026-11-20T22:00:00.000Z')).to.equal('yes');
    expect(cycle(null, '2026-11-20T19:00:00.000Z')).to.equal('cannot-tell');
    expect(cycle(-3 * 3600, '2026-11-20T18:00:00.000Z'), 'never taken for later than it says').to.equal('cannot-tell');
  });

  it('takes no word of after closing that was said before it, by whatever clock', () => {
    const told = (when: string) => {
      const done = { state: 'done' as const, postponed: 0, appsSignedOut: true, peopleLoggedOut: true };
      const own = { closing: { at: closesAt, finishedAt: after, ...done }, lookedAtClosing: after };
      return answers(tidy({ sessions: at(signedIn(), before), agent: at(healthOf(own), when) }))['people-logged-out'];
    };
    expect(told(before)).to.equal('cannot-tell');
    expect(told(after)).to.equal('yes');
  });

  it('takes an order to look that was given after closing and carried out, but for what gave no answer', () => {
    const device = tidy({ sessions: at(signedIn(), before), photos: at(photosOf(0), before) });
    const lookedOnOrder = { orderedAt: after, unknown: ['photos' as const] };
    expect(answer('people-logged-out', device, { lookedOnOrder })).to.equal('yes');
    expect(answer('photos-in-order', device, { lookedOnOrder })).to.equal('cannot-tell');
    const early = { orderedAt: before, unknown: [] };
    expect(answer('people-logged-out', device, { lookedOnOrder: early })).to.equal('cannot-tell');
  });

  it('takes what the device saw after it tidied up by itself at this closing time, and at no other', () => {
    const tidied = (changes: object) => {
      const closing = {
        at: closesAt,
        state: 'done' as const,
        postponed: 0,
        appsSignedOut: true,
        peopleLoggedOut: true,
        finishedAt: after,
        ...changes,
      };
      return tidy({
        apps: at(appsOf({}), before),
        sessions: at(signedIn(), before),
        agent: at(healthOf({ closing }), after),
      });
    };
    expect(answer('people-logged-out', tidied({}))).to.equal('yes');
    expect(answer('apps-signed-out', tidied({}))).to.equal('yes');
    const others = [{ at: '2026-11-19T18:00:00.000Z' }, { finishedAt: null }, { finishedAt: before }];
    for (const other of others) expect(answer('people-logged-out', tidied(other))).to.equal('cannot-tell');
    expect(answer('people-logged-out', tidied({ peopleLoggedOut: null }))).to.equal('cannot-tell');
    expect(answer('apps-signed-out', tidied({ appsSignedOut: false }))).to.equal('cannot-tell');
  });

  it('tells that whoever sits there put closing off, or that the device tried and could not', () => {
    const left = (changes: object) => {
      const closing = {
        ...{ at: closesAt, state: 'postponed' as const, postponed: 2, finishedAt: null },
        ...{ appsSignedOut: null, peopleLoggedOut: null },
        ...changes,
      };
      const sessions = at(signedIn('amara'), after);
      return row(tidy({ sessions, agent: at(healthOf({ closing }), after) })).missing;
    };
    expect(left({})).to.equal('Amara is still logged in; tidying up was put off there 2 times.');
    expect(left({ state: 'failed' })).to.include('it tried to tidy up by itself and could not');
    for (const other of [{ state: 'done' }, { at: '2026-11-19T18:00:00.000Z' }])
      expect(left(other)).to.equal('Amara is still logged in.');
  });

  it('asks only what the setting and the device have: no battery, and apps that are allowed', () => {
    expect(answer('charging', tidy({ system: systemOf(null) }))).to.equal('not-asked');
    const social = tidy({ apps: at(appsOf({ facebook: 'signed-in' }), after) });
    expect(answer('apps-signed-out', social)).to.equal('no');
    const allowed = { ...closing, policy: { ...policy, personalApps: 'allowed' as const } };
    expect(row(social, {}, allowed).ticks[0]?.answer).to.equal('yes');
  });

  it('calls a possible sign-in no sign-out, and an app it says nothing of not looked for', () => {
    expect(answer('apps-signed-out', tidy({ apps: at(appsOf({ famly: 'possible' }), after) }))).to.equal('cannot-tell');
    const nothing = known({ listVersion: 1, apps: [], signIns: [], unread: [] }, after);
    expect(answer('apps-signed-out', tidy({ apps: nothing }))).to.equal('cannot-tell');
  });

  it('cannot tell the place where no network was ever named, and does not take unknown for there', () => {
    const unnamed = { ...closing, policy: { ...policy, networks: [] } };
    const device = tidy({}, { place: { ...onSite, verdict: 'unknown', because: 'no-own-network-named' } });
    expect(row(device, {}, unnamed).ticks[3]?.text).to.include('no network was named as yours yet');
    expect(answer('on-site', device)).to.equal('cannot-tell');
  });

  it('holds findings of photos against it: too many, too old, or not certain (DEV3)', () => {
    const finding = {
      code: 'photos-over-limit' as const,
      severity: 'act' as const,
      misuse: false,
      requirements: ['DEV3'],
      text: '30 photos and videos are on the device; the limit is 10.',
      remedy: '',
      since: before,
      graceUntil: null,
    };
    const many = tidy({}, { findings: [finding] });
    expect(answer('photos-in-order', many)).to.equal('no');
    const unsure = tidy({}, { findings: [{ ...finding, code: 'photos-unknown', text: 'Not all could be read.' }] });
    expect(answer('photos-in-order', unsure)).to.equal('cannot-tell');
    expect(answer('photos-in-order', tidy({ photos: at(photosOf(0, 0, false), after) }))).to.equal('cannot-tell');
  });

  it('accounts for nothing that was not heard from since closing, or is silent, or never joined (DEV6)', () => {
    const heard = (lastSeenAt: string | null, more: Partial<DeviceView> = {}) =>
      answer('accounted-for', tidy({}, { presence: { state: 'offline', lastSeenAt }, ...more }));
    expect(heard(after), 'heard after closing and then switched off').to.equal('yes');
    expect(heard(before)).to.equal('no');
    expect(heard(null)).to.equal('no');
    expect(heard(after, { enrolledAt: null })).to.equal('no');
    expect(row(tidy({}, { presence: { state: 'offline', lastSeenAt: before } })).missing).to.include(
      'It was last heard at 15:30, and not since closing',
    );
  });

  it('says that a device was switched off where its agent said so, which makes nothing sure (DEV6)', () => {
    const off = (lastSeenAt: string, why: FarewellReason, more: Partial<DeviceView> = {}) =>
      tidy({}, { presence: { state: 'offline', lastSeenAt, farewell: { why, at: lastSeenAt } }, ...more });
    expect(row(off(before, 'system-ends')).missing).to.include(
      'It was last heard at 15:30, when it was switched off, and not since closing',
    );
    for (const why of ['system-ends', 'stopped', 'restarts', 'unknown'] as const) {
      expect(answer('accounted-for', off(before, why)), why).to.equal('no');
      const plain = { presence: { state: 'offline' as const, lastSeenAt: before } };
      const answers = (device: DeviceView) => row(device).ticks.map(({ answer }) => answer);
      expect(answers(off(before, why)), why).to.deep.equal(answers(tidy({}, plain)));
    }
    const finding = {
      ...{ code: 'agent-silent' as const, severity: 'act' as const, misuse: true, requirements: ['DEV6'] },
      ...{ text: 'Stopped.', remedy: '', since: before, graceUntil: null },
    };
    expect(row(off(after, 'stopped', { findings: [finding] })).missing).to.match(
      /^Its agent was stopped while it went on; last heard at .*, when its agent was stopped/,
    );
    // Before it is missed, too.
    for (const why of ['system-ends', 'stopped', 'restarts', 'unknown'] as const)
      expect(answer('accounted-for', off(after, why)), why).to.equal(why === 'stopped' ? 'no' : 'yes');
  });
});

describe('the board', () => {
  const board = (devices: DeviceView[], hours: Partial<SettingHours> = {}) =>
    createBoard({
      clock: { now: () => Date.parse(now) },
      settingOf: async () => ({
        ...{ phase: 'closed', closesAt, opensAt: '2026-11-23T08:00:00.000Z' },
        ...{ policy, timeZone: 'Europe/London' },
        ...hours,
      }),
      async *devicesOf() {
        yield devices.map((device) => ({ device, lookedOnOrder: undefined }));
      },
    })('s', { limit: 2 });

  it('is all accounted for only when every tick of every device is yes, after closing', async () => {
    expect((await board([tidy(), tidy()])).everythingAccountedFor).to.equal(true);
    const untidy = await board([tidy(), tidy({ sessions: at(signedIn('amara'), after) }, { name: 'Tablet 2' })]);
    expect(untidy).to.include({ everythingAccountedFor: false, done: 1, devices: 2 });
    expect(untidy.missing).to.deep.equal(['Somebody is still logged in: Tablet 2.']);
    expect((await board([])).everythingAccountedFor, 'of no device nothing is said').to.equal(false);
    const open = await board([tidy()], { phase: 'open' });
    expect(open, 'in opening hours nothing counts yet').to.include({ everythingAccountedFor: false, done: 1 });
    expect((await board([tidy()], { phase: 'no-hours', closesAt: null })).everythingAccountedFor).to.equal(false);
  });

  it('names what is missing over all devices: what somebody can see to before what cannot be told', async () => {
    const gone = { name: 'A', presence: { state: 'offline' as const, lastSeenAt: before } };
    const away = tidy({ sessions: at(signedIn(), before) }, gone);
    expect(row(away).missing, 'not heard from is said once').to.equal(
      'It was last heard at 15:30, and not since closing.',
    );
    const unsure = tidy({ system: unknown('timed-out', after) }, { name: 'B' });
    expect((await board([unsure, away])).missing).to.deep.equal([
      'Not heard from: A.',
      'Not known whether charging: B.',
    ]);
  });

  it('counts all devices and shows them page by page', async () => {
    const first = await board([tidy(), tidy(), tidy()]);
    expect(first.items).to.have.length(2);
    expect(first.devices).to.equal(3);
    expect(first.nextCursor).to.not.equal(null);
  });
});

describe('which closing time the board is about', () => {
  const opening: Opening = {
    week: (['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => ({ day, opens: '08:00', closes: '18:00' })),
    closures: [],
    bankHolidays: 'none',
    academicYearFrom: '09-01',
  };
  const hours = (at: string, given = opening) => hoursAt(at, settingCalendar(given, { timeZone: 'Europe/London', at }));

  it('is the one to come while the setting is open, and the one that passed until it opens again', () => {
    expect(hours('2026-11-20T10:00:00.000Z')).to.deep.equal({
      phase: 'open',
      closesAt,
      opensAt: '2026-11-23T08:00:00.000Z',
    });
    for (const at of [closesAt, '2026-11-21T12:00:00.000Z', '2026-11-23T07:59:59.000Z'])
      expect(hours(at), at).to.deep.equal({ phase: 'closed', closesAt, opensAt: '2026-11-23T08:00:00.000Z' });
  });

  it('goes by the wall clock across the change to winter time', () => {
    const closed = hours('2026-10-25T12:00:00.000Z');
    expect(closed).to.deep.equal({
      phase: 'closed',
      closesAt: '2026-10-23T17:00:00.000Z',
      opensAt: '2026-10-26T08:00:00.000Z',
    });
  });

  it('is none where the setting never said when it closes', () => {
    expect(hours('2026-11-20T10:00:00.000Z', { ...opening, week: [] })).to.deep.equal({
      phase: 'no-hours',
      closesAt: null,
      opensAt: null,
    });
  });
});
