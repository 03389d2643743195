import { expect } from 'chai';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import { awaitedBy, backAgain, type KnownFarewells, missingSince } from '../../../shared/policy/farewell.ts';
import { nextLook } from '../../../shared/policy/next-look.ts';
import type { Sections } from '../../../shared/report/report.ts';
import { factsOf, healthOf, notKnown, now, rulesOf } from './facts.ts';

const minute = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();
const said = (why: 'system-ends' | 'stopped' | 'restarts' | 'unknown', at = now): KnownFarewells => ({
  last: { why, at },
  stopped: null,
  backBy: minute(3),
});
const found = (farewells: KnownFarewells, at: string, sections: Partial<Sections> = {}) =>
  evaluate(factsOf(sections, { farewells }), rulesOf(), at).findings.filter(({ code }) => code === 'agent-silent');

describe('what an agent says as it ends (DEV6, INC1)', () => {
  it('is missed from the minute in which it should be back, when it was stopped while its system went on', () => {
    expect(found(said('stopped'), minute(2.9))).to.deep.equal([]);
    const [finding] = found(said('stopped'), minute(3));
    expect(finding?.text).to.equal(
      'The agent on this device was stopped at 12:00 on 21 Nov while the device went on, and has not come back.',
    );
    expect(finding?.graceUntil).to.equal(null);
  });

  it('is missed as well where nothing is known of the agent itself', () => {
    expect(found(said('stopped'), minute(3), { agent: notKnown() })).to.have.length(1);
  });

  for (const why of ['system-ends', 'restarts', 'unknown'] as const)
    it(`is never missed for having said “${why}”`, () => {
      expect(found(said(why), minute(3 * 24 * 60))).to.deep.equal([]);
      expect(awaitedBy(said(why))).to.equal(null);
      expect(missingSince(said(why), minute(60))).to.equal(null);
    });

  it('takes no other finding away: a device that was switched off is what it was', () => {
    const facts = factsOf({ encryption: notKnown() });
    const without = evaluate(facts, rulesOf(), minute(60));
    const farewells = said('system-ends');
    expect(evaluate({ ...facts, farewells }, rulesOf(), minute(60))).to.deep.equal(without);
  });

  it('has the device judged again when it is to be back, and not for any other word', () => {
    const facts = factsOf({});
    const look = (farewells: KnownFarewells) =>
      nextLook(evaluate({ ...facts, farewells }, rulesOf(), now), rulesOf(), { now, awaited: awaitedBy(farewells) });
    expect(look(said('stopped'))).to.equal(minute(3));
    expect(look(said('system-ends'))).to.equal(nextLook(evaluate(facts, rulesOf(), now), rulesOf(), { now }));
  });

  it('is told with its true time for three days once it is back, and the next agent’s own word of it is no second time', () => {
    const back = backAgain({ last: { why: 'stopped', at: now }, stopped: null }, minute(30), true);
    expect(back).to.deep.equal({ last: null, stopped: { at: now, backAt: minute(30) } });
    const farewells = { ...back, backBy: minute(30) };
    const own = healthOf({ tampering: [{ at: minute(29), what: 'agent-stopped' }] });
    for (const sections of [{}, { agent: own }])
      expect(found(farewells, minute(31), sections).map(({ text }) => text)).to.deep.equal([
        'The agent on this device was stopped while the device went on, last at 12:00 on 21 Nov.',
      ]);
    const before = healthOf({
      tampering: [
        { at: minute(29), what: 'agent-stopped' },
        { at: minute(-60), what: 'agent-stopped' },
      ],
    });
    expect(found(farewells, minute(31), { agent: before })[0]?.text).to.match(/12:00 on 21 Nov, 2 times/);
    expect(found(farewells, minute(3 * 24 * 60 - 1))).to.have.length(1);
    expect(found(farewells, minute(3 * 24 * 60))).to.deep.equal([]);
  });

  it('is forgotten when it is back in time, and an earlier time that counted is not', () => {
    const stopped = { at: minute(-60), backAt: minute(-30) };
    expect(backAgain({ last: { why: 'stopped', at: now }, stopped }, minute(1), false)).to.deep.equal({
      last: null,
      stopped,
    });
    expect(backAgain({ last: { why: 'system-ends', at: now }, stopped }, minute(1), true).stopped).to.equal(stopped);
  });
});
