import { expect } from 'chai';
import type { GuardStanding, Tamper } from '../../../shared/guard/standing.ts';
import type { Policy } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import type { FindingCode } from '../../../shared/policy/findings.ts';
import { requirementsOfPolicy, requirementsOfSwitches } from '../../../shared/policy/requirements-of.ts';
import { signedOutBy } from '../../../shared/policy/rules/hometime.ts';
import type { Switches } from '../../../shared/policy/switches.ts';
import { known } from '../../../shared/reading.ts';
import type { SignIn } from '../../../shared/report/apps.ts';
import type { Sections } from '../../../shared/report/report.ts';
import { appsOf, factsOf, healthOf, notKnown, ownGateway, placeAt, policy, rulesOf, signedIn } from './facts.ts';

/** Monday to Friday from half past seven to six, in winter time. */
const opening: Policy['opening'] = {
  ...policy.opening,
  week: (['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => ({ day, opens: '07:30', closes: '18:00' })),
};
/** Thursday 19 November 2026, a day of which the tests' calendar knows everything. */
const thursday = (time: string) => `2026-11-19T${time}:00.000Z`;
const friday = (time: string) => `2026-11-20T${time}:00.000Z`;

const switched = (switches: Partial<Switches>): Partial<Policy> => ({ switches: { ...policy.switches, ...switches } });
const findingsOf = (facts: Facts, at: string, rules: Partial<Policy> = {}) =>
  evaluate({ ...facts, lastSeenAt: at }, rulesOf({ opening, ...rules }), at).findings;
/** That nothing is told of the rights of whoever is signed in is another matter. */
const codesOf = (facts: Facts, at: string, rules: Partial<Policy> = {}): FindingCode[] =>
  findingsOf(facts, at, rules).flatMap(({ code }) => (code === 'guards-unknown' ? [] : [code]));
const textOf = (code: FindingCode, facts: Facts, at: string, rules: Partial<Policy> = {}) =>
  findingsOf(facts, at, rules).find((finding) => finding.code === code)?.text;

const since = (person: string, at: string | null): Sections['sessions'] => {
  const sessions = signedIn(person);
  if (sessions.state === 'unknown') throw new Error('it is known');
  return known({ sessions: sessions.value.sessions.map((one) => ({ ...one, since: at })) }, at ?? thursday('12:00'));
};
const signIn = (at: string, person: string | null = 'alice'): SignIn => ({
  ...{ person, browser: 'chrome', profile: 1, app: 'famly', state: 'signed-in' },
  ...{ since: at, until: null },
});

describe('a tablet while the setting is closed (DEV6)', () => {
  const used = (at: string, now: string, rules = {}, more: Partial<Facts> = {}) =>
    codesOf(factsOf({ sessions: since('alice', at) }, more), now, rules).includes('used-out-of-hours');

  it('is used out of hours by whoever signs in then, told for a day', () => {
    expect(used(thursday('22:30'), thursday('22:31'))).to.equal(true);
    expect(used(thursday('22:30'), friday('22:29'))).to.equal(true);
    expect(used(thursday('22:30'), friday('22:31'))).to.equal(false);
    expect(
      textOf('used-out-of-hours', factsOf({ sessions: since('alice', thursday('22:30')) }), thursday('23:00')),
    ).to.equal('alice signed in on this device while the setting was closed, at 22:30 on 19 Nov.');
  });

  it('is not by whoever signed in by day, nor within the hour before and after it', () => {
    expect(used(thursday('17:59'), thursday('23:00'))).to.equal(false);
    expect(used(thursday('18:59'), thursday('23:00'))).to.equal(false);
    expect(used(thursday('19:00'), thursday('23:00'))).to.equal(true);
    expect(used(friday('06:30'), friday('06:31'))).to.equal(true);
    expect(used(friday('06:31'), friday('06:32'))).to.equal(false);
    expect(
      used(thursday('18:59'), thursday('23:00'), switched({ outOfHours: { kinds: 'tablets', marginMinutes: 0 } })),
    ).to.equal(true);
  });

  it('is not judged on a laptop, nor anywhere, unless the setting says so, nor without hours', () => {
    const night = [thursday('22:30'), thursday('22:31')] as const;
    expect(used(...night, {}, { kind: 'laptop' })).to.equal(false);
    expect(used(...night, switched({ outOfHours: { kinds: 'all', marginMinutes: 60 } }), { kind: 'laptop' })).to.equal(
      true,
    );
    expect(used(...night, switched({ outOfHours: { kinds: 'none', marginMinutes: 60 } }))).to.equal(false);
    expect(used(...night, switched({ alwaysAllowed: ['alice'] }))).to.equal(false);
    expect(used(...night, { opening: { ...opening, week: [] } })).to.equal(false);
  });

  it('is not by a session of which nobody knows since when it is there', () => {
    expect(codesOf(factsOf({ sessions: since('alice', null) }), thursday('23:00'))).to.deep.equal([]);
  });

  it('is used by whoever signs in to an app, when all of the hour lies in the closed time', () => {
    const at = (hour: string) =>
      codesOf(
        factsOf({ apps: appsOf({ famly: 'signed-in' }, { signIns: [signIn(thursday(hour))] }) }),
        thursday('23:30'),
      );
    expect(at('18:00')).to.deep.equal([]);
    expect(at('19:00')).to.deep.equal(['used-out-of-hours']);
    expect(at('22:00')).to.deep.equal(['used-out-of-hours']);
    const nobody = factsOf({ apps: appsOf({ famly: 'signed-in' }, { signIns: [signIn(thursday('22:00'), null)] }) });
    expect(textOf('used-out-of-hours', nobody, thursday('23:30'))).to.match(/^Somebody signed in/);
  });

  it('is moved at night when it is first seen elsewhere then, and for as long as it stays there', () => {
    const away = { location: placeAt('02:00:00:00:00:99') };
    const moved = (memory: Facts['placeMemory'], now: string, more: Partial<Facts> = {}) =>
      codesOf(factsOf(away, { placeMemory: memory, ...more }), now).includes('moved-at-night');
    const there = { last: 'on-site', lastSince: null, unknownSince: null } as const;
    expect(moved(there, thursday('22:30'))).to.equal(true);
    expect(moved(there, thursday('15:00'))).to.equal(false);
    expect(moved(there, thursday('18:30'))).to.equal(false);
    expect(moved({ last: 'off-site', lastSince: thursday('22:30'), unknownSince: null }, friday('10:00'))).to.equal(
      true,
    );
    expect(moved({ last: 'off-site', lastSince: thursday('15:00'), unknownSince: null }, thursday('22:30'))).to.equal(
      false,
    );
    expect(moved({ last: null, unknownSince: null }, thursday('22:30'))).to.equal(false);
    expect(moved(there, thursday('22:30'), { kind: 'laptop' })).to.equal(false);
    expect(
      codesOf(factsOf({ location: placeAt(ownGateway) }, { placeMemory: there }), thursday('22:30')),
    ).to.deep.equal([]);
  });
});

describe('closing time (DEV2)', () => {
  const closingTime = { noticeMinutes: 5, postpones: 1, postponeMinutes: 20, signOutApps: true, logOutPeople: true };
  const rules = switched({ closingTime });
  const signedInApp = { apps: appsOf({ famly: 'signed-in' }) };

  it('is missed once every postponement is over, and the setting asks for it', () => {
    expect(signedOutBy(thursday('18:00'), { ...policy.switches, closingTime })).to.equal(thursday('18:30'));
    const facts = factsOf({ sessions: since('alice', thursday('08:00')), ...signedInApp });
    expect(codesOf(facts, thursday('17:59'), rules)).to.deep.equal([]);
    expect(codesOf(facts, thursday('18:29'), rules)).to.deep.equal([]);
    expect(codesOf(facts, thursday('18:30'), rules)).to.deep.equal(['hometime-missed']);
    expect(codesOf(facts, friday('07:29'), rules)).to.deep.equal(['hometime-missed']);
    expect(codesOf(facts, friday('07:30'), rules)).to.deep.equal([]);
    expect(codesOf(facts, thursday('18:30'))).to.deep.equal([]);
    expect(textOf('hometime-missed', facts, thursday('20:00'), rules)).to.equal(
      'The setting is closed, and alice is still signed in on this device and Famly is still signed in.',
    );
  });

  it('says of a device that is out of touch only what was so when it was last heard', () => {
    const sections = { sessions: since('alice', thursday('08:00')), ...signedInApp };
    const facts = factsOf(sections, { observedUntil: thursday('16:00') });
    expect(textOf('hometime-missed', facts, thursday('20:00'), rules)).to.equal(
      'The setting is closed, and alice was signed in on this device and Famly was signed in when it was last heard.',
    );
  });

  it('asks only for what the setting has the device do', () => {
    const facts = factsOf({ sessions: since('alice', thursday('08:00')), ...signedInApp });
    const only = (given: Partial<typeof closingTime>) =>
      textOf('hometime-missed', facts, thursday('20:00'), switched({ closingTime: { ...closingTime, ...given } }));
    expect(only({ signOutApps: false })).to.match(/and alice is still signed in on this device\.$/);
    expect(only({ logOutPeople: false })).to.match(/closed, and Famly is still signed in\.$/);
    expect(only({ signOutApps: false, logOutPeople: false })).to.equal(undefined);
  });

  it('is not missed by what cannot be told, unless the setting counts that', () => {
    const facts = factsOf({ sessions: notKnown('timed-out'), apps: notKnown('timed-out') });
    expect(codesOf(facts, thursday('20:00'), rules)).to.not.include('hometime-missed');
    const counted = switched({
      closingTime,
      absence: { ...policy.switches.absence, sessions: 'counts-as-broken', apps: 'counts-as-broken' },
    });
    expect(textOf('hometime-missed', facts, thursday('20:00'), counted)).to.match(
      /nothing shows that everybody is logged out.* and nothing shows that/,
    );
  });
});

describe('what a guard tells of itself (DEV1, DEV6)', () => {
  const now = thursday('12:00');
  const guard = (given: Partial<GuardStanding>): GuardStanding => ({
    ...{ state: 'clear', since: thursday('11:00'), because: null, until: null, moves: [] },
    ...{ refusedSignIns: null, rulesExpired: false },
    ...given,
  });
  const codes = (given: Partial<GuardStanding>) => codesOf(factsOf({ agent: healthOf({ guard: guard(given) }) }), now);

  it('is that it blocks, that somebody tried, and that its rules are old', () => {
    expect(codes({})).to.deep.equal([]);
    expect(codes({ state: 'blocked' })).to.deep.equal(['device-blocked']);
    expect(codes({ state: 'blocked', refusedSignIns: 0 })).to.deep.equal(['device-blocked']);
    expect(codes({ state: 'blocked', refusedSignIns: 3 })).to.deep.equal(['device-blocked', 'tried-while-blocked']);
    expect(codes({ state: 'clear', refusedSignIns: 3 })).to.deep.equal(['tried-while-blocked']);
    expect(codes({ state: 'clear', refusedSignIns: 3, since: '2026-11-18T11:00:00.000Z' })).to.deep.equal([]);
    expect(codes({ rulesExpired: true })).to.deep.equal(['rules-expired']);
    const tried = factsOf({ agent: healthOf({ guard: guard({ state: 'blocked', refusedSignIns: 1 }) }) });
    expect(textOf('tried-while-blocked', tried, now)).to.match(/tried to sign in 1 time while/);
  });

  it('is never that a device is blocked whose lock does not hold, or does not show (DEV1)', () => {
    const text = (lock: { lock?: { locked: boolean } }) => {
      const rest = { since: null, releasedBy: null, triesLeft: 5 };
      const told = lock.lock === undefined ? {} : { lock: { ...rest, ...lock.lock } };
      const agent = healthOf({ guard: guard({ state: 'blocked' }), ...told });
      return textOf('device-blocked', factsOf({ agent }), now);
    };
    expect(text({ lock: { locked: true } })).to.match(/^The device has blocked itself since 11:00 on 19 Nov/);
    expect(text({ lock: { locked: false } })).to.match(/its lock does not hold: people may still be using it\.$/);
    expect(text({})).to.match(/nothing shows that it is locked: people may still be using it\.$/);
  });

  it('is told of tampering over a week-end, an agent that was stopped apart from the rest', () => {
    const told = (...tampering: Tamper[]) => codesOf(factsOf({ agent: healthOf({ tampering }) }), now);
    expect(told({ at: thursday('11:00'), what: 'rules-changed' })).to.deep.equal(['agent-tampered']);
    expect(told({ at: thursday('11:00'), what: 'agent-stopped' })).to.deep.equal(['agent-silent']);
    expect(told({ at: '2026-11-16T12:01:00.000Z', what: 'lock-removed' })).to.deep.equal(['agent-tampered']);
    expect(told({ at: '2026-11-16T12:00:00.000Z', what: 'lock-removed' })).to.deep.equal([]);
    const all: Tamper[] = [
      { at: thursday('11:00'), what: 'clock-turned-back' },
      { at: thursday('10:00'), what: 'agent-stopped' },
      { at: thursday('09:00'), what: 'agent-stopped' },
    ];
    expect(told(...all)).to.deep.equal(['agent-tampered', 'agent-silent']);
    expect(textOf('agent-silent', factsOf({ agent: healthOf({ tampering: all }) }), now)).to.match(
      /last at 10:00 on 19 Nov, 2 times/,
    );
  });
});

describe('the parts of the policy', () => {
  it('each name the demands they come from, and no other than the register has', () => {
    const register = /^((DEV|INC|DUT)([1-9]|1[0-3]))$/;
    for (const parts of [requirementsOfPolicy, requirementsOfSwitches])
      for (const [part, { requirements, why }] of Object.entries(parts)) {
        expect(requirements, part).to.not.deep.equal([]);
        for (const id of requirements) expect(id, part).to.match(register);
        expect(why, part).to.match(/^[A-Z].{20,}\.$/);
      }
  });
});
