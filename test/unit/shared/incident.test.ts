import { expect } from 'chai';
import { caseMoves, caseStateSchema, isOver, moveCase } from '../../../shared/incident/case-life.ts';
import { categoryCatalogue, categoryOf } from '../../../shared/incident/categories.ts';
import { clockStanding } from '../../../shared/incident/clocks.ts';
import { type outcomeCatalogue, outcomeSchema, stepsOf } from '../../../shared/incident/outcomes.ts';
import { retentionOf } from '../../../shared/incident/retention.ts';
import { sights } from '../../../shared/incident/visibility.ts';
import { findingCatalogue } from '../../../shared/policy/findings.ts';

describe('the tables of incidents', () => {
  it('have a category of its own for every misuse that a finding can be (INC1)', () => {
    const misuse = Object.entries(findingCatalogue).filter(([, { misuse: isMisuse }]) => isMisuse);
    expect(misuse.length).to.be.greaterThan(5);
    // What nobody gave a category would be "another breach", and found by no search for what it is.
    for (const [code] of misuse) expect(categoryOf(code), code).to.not.equal('policy-breach');
    expect(categoryOf('something-later')).to.equal('policy-breach');
  });

  it('move a case only as the table says, and never open a closed one again', () => {
    for (const from of caseStateSchema.options) {
      for (const to of caseStateSchema.options) {
        if (caseMoves[from].includes(to)) expect(moveCase(from, to)).to.equal(to);
        else expect(() => moveCase(from, to), `${from} to ${to}`).to.throw('does not go');
      }
    }
    for (const state of caseStateSchema.options.filter(isOver))
      expect(
        caseMoves[state].filter((to) => !isOver(to)),
        state,
      ).to.deep.equal([]);
  });

  it('have the four outcomes, and the clocks that the law gives the authorities (INC2)', () => {
    expect(outcomeSchema.options).to.deep.equal(['log-only', 'disciplinary', 'authorities', 'allegation']);
    const clocks = (outcome: keyof typeof outcomeCatalogue) =>
      stepsOf(outcome).flatMap(({ code, step: { clock } }) => {
        const { tellHoursBefore, ...time } = clock ?? { tellHoursBefore: [] };
        expect(
          [...tellHoursBefore].sort((a, b) => b - a),
          code,
        ).to.deep.equal(tellHoursBefore);
        return clock === null ? [] : [[code, time]];
      });
    const officer = ['designated-officer-told', { workingDays: 1 }];
    const inspectorate = ['inspectorate-told', { days: 14 }];
    expect(clocks('authorities')).to.deep.equal([officer, inspectorate, ['data-regulator-told', { hours: 72 }]]);
    expect(clocks('allegation')).to.deep.equal([officer, inspectorate]);
    expect([...clocks('log-only'), ...clocks('disciplinary')]).to.deep.equal([]);
  });

  it('say how a clock stands to the moment', () => {
    const clock = { hours: 72, tellHoursBefore: [24, 6] };
    const of = { clock, from: '2026-11-01T00:00:00.000Z', due: '2026-11-04T00:00:00.000Z' };
    expect(clockStanding(of, '2026-11-02T23:59:59.999Z')).to.equal('running');
    expect(clockStanding(of, '2026-11-03T00:00:00.000Z')).to.equal('near');
    expect(clockStanding(of, '2026-11-03T23:59:59.999Z')).to.equal('near');
    expect(clockStanding(of, '2026-11-04T00:00:00.000Z')).to.equal('run-out');
  });

  it('keep a case for the longest that its category or an outcome asks', () => {
    expect(retentionOf('log', [])).to.equal('log');
    expect(retentionOf('log', ['disciplinary', 'log-only'])).to.equal('conduct');
    expect(retentionOf('safeguarding', ['log-only'])).to.equal('safeguarding');
    expect(retentionOf('log', ['allegation', 'disciplinary'])).to.equal('allegation');
  });

  it('show the manager and the deputy no confidential case, and anybody but the lead none of one', () => {
    for (const [role, { confidential }] of Object.entries(sights))
      expect(confidential, role).to.equal(role === 'safeguarding-lead' ? 'whole' : 'nothing');
    for (const category of ['child-concern', 'allegation-of-harm'] as const)
      expect(categoryCatalogue[category].confidential).to.equal('always');
  });
});
