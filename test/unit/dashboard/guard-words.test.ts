import { expect } from 'chai';
import { guardMoveWords, guardWords, releaseWords } from '../../../server/dashboard/src/words/guard.ts';
import { type GuardStanding, guardReasonSchema, guardStateSchema } from '../../../shared/guard/standing.ts';

const now = Date.parse('2026-11-20T18:20:00.000Z');
const standing: GuardStanding = {
  state: 'blocked',
  since: '2026-11-20T18:00:00.000Z',
  because: 'warning-over',
  until: null,
  moves: [],
  refusedSignIns: null,
  rulesExpired: false,
};
const lock = { locked: true, since: standing.since, releasedBy: null, triesLeft: 5 };

describe('the words of a guard', () => {
  it('never look good: that it lets people in says nothing of the device (DEV1)', () => {
    for (const state of guardStateSchema.options)
      expect(guardWords({ ...standing, state }, { lock, now }).tone, state).to.not.equal('good');
  });

  it('call a device blocked only while its lock holds (DEV1)', () => {
    expect(guardWords(standing, { lock, now }).text).to.equal('Has blocked the device');
    const open = { ...lock, locked: false };
    for (const [given, why] of [
      [open, 'does not hold'],
      [undefined, 'nothing shows'],
    ] as const)
      expect(guardWords(standing, { lock: given, now }), why)
        .to.include({ tone: 'bad' })
        .and.to.have.property('text')
        .that.includes(why)
        .and.includes('people may be using it');
  });

  it('say of a block what lifts it, of a warning that only warns that it does, and of the rest nothing', () => {
    expect(releaseWords(standing)).to.include('back at the setting').and.to.include('by telephone');
    expect(releaseWords({ ...standing, because: 'rules-damaged' })).to.include('fetched its rules');
    expect(releaseWords({ ...standing, state: 'warned' })).to.include('nobody is kept from using it');
    const until = '2026-11-20T18:30:00.000Z';
    expect(releaseWords({ ...standing, state: 'warned', until })).to.include('stops by itself');
    for (const state of ['clear', 'released'] as const)
      expect(releaseWords({ ...standing, state })).to.equal(undefined);
  });

  it('tell every move with every reason in a sentence', () => {
    for (const to of guardStateSchema.options)
      for (const because of guardReasonSchema.options)
        expect(guardMoveWords({ to, because })).to.match(/^[A-Z][^:]+: [a-z]/);
  });
});
