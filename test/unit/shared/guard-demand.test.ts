import { expect } from 'chai';
import { demandOf } from '../../../shared/guard/demand.ts';
import { factsOf, notKnown, policy } from './facts.ts';

type Judged = Parameters<typeof demandOf>[0];

/** Blocked for a note that could not be believed; nothing shows where it is, nor that it is encrypted. */
const judged = (change: Partial<Judged>): Judged => ({
  facts: factsOf({ encryption: notKnown('tool-missing'), photos: notKnown('timed-out') }),
  offSite: policy.switches.offSite,
  isPlaceNamed: true,
  place: { verdict: 'unknown', counts: 'unknown' },
  findings: [],
  cause: 'rules-damaged',
  areOtherRules: false,
  ...change,
});

describe('a guard that blocks for a note that could not be believed (DEV1)', () => {
  it('lets go by rules that name no place: they count nothing as away, and nothing could ever lift it', () => {
    expect(demandOf(judged({ isPlaceNamed: false }))).to.deep.equal({ is: 'clear', because: 'rules-changed' });
  });

  it('goes on blocking by rules that name one, until there is evidence', () => {
    expect(demandOf(judged({}))).to.deep.equal({ is: 'cannot-tell' });
    const back = judged({ place: { verdict: 'on-site', counts: 'on-site' } });
    expect(demandOf(back)).to.deep.equal({ is: 'clear', because: 'back-on-site' });
  });
});
