import { expect } from 'chai';
import { faultsOfDraft, laidOver, policyOf } from '../../../server/dashboard/src/policy/draft.ts';
import { defaultPolicy } from '../../../shared/policy/document.ts';

describe('rules as they stand in the fields', () => {
  const { switches } = defaultPolicy;
  const blocked = { ...defaultPolicy, switches: { ...switches, offSite: { ...switches.offSite, warningMinutes: 3 } } };

  it('are laid over what holds now, part by part: what another changed meanwhile stays', () => {
    const mine = { ...defaultPolicy, silentAfterHours: 10 };
    expect(laidOver(defaultPolicy, blocked, mine)).to.deep.equal({ ...blocked, silentAfterHours: 10 });
    const both = { ...blocked, silentAfterHours: 99 };
    expect(
      laidOver(defaultPolicy, both, mine).silentAfterHours,
      'what both changed is as the later one has it',
    ).to.equal(10);
    expect(laidOver(defaultPolicy, blocked, defaultPolicy)).to.deep.equal(blocked);
  });

  it('keep a part that was switched on meanwhile, and one that was switched off', () => {
    const closingTime = { noticeMinutes: 5, postpones: 1, postponeMinutes: 10, signOutApps: true, logOutPeople: true };
    const on = { ...defaultPolicy, switches: { ...switches, closingTime } };
    expect(laidOver(defaultPolicy, on, defaultPolicy).switches.closingTime).to.deep.equal(closingTime);
    expect(laidOver(on, defaultPolicy, on).switches.closingTime).to.equal(null);
    const later = { ...on, switches: { ...switches, closingTime: { ...closingTime, noticeMinutes: 30 } } };
    expect(laidOver(on, later, on).switches.closingTime?.noticeMinutes).to.equal(30);
  });

  it('are no policy while a field is empty: an empty field is never 0', () => {
    const empty = { ...defaultPolicy, photoLimit: { tablet: '', laptop: 5 } };
    expect(policyOf(empty)).to.equal(undefined);
    expect(faultsOfDraft(empty)).to.deep.equal({ 'photoLimit.tablet': 'Write a whole number, 0 or more' });
    expect(policyOf(defaultPolicy)).to.deep.equal(defaultPolicy);
  });

  it('say what is wrong of hours and closed days under the name of their field', () => {
    const opening = {
      ...defaultPolicy.opening,
      week: [{ day: 'mon' as const, opens: '18:00', closes: '08:00' }],
      closures: [{ from: '2026-10-26', to: '2026-10-20', label: '', endsTerm: true }],
    };
    expect(Object.keys(faultsOfDraft({ ...defaultPolicy, opening })).join(' ')).to.match(
      /opening\.week\.0.*opening\.closures\.0/,
    );
  });
});
