import { expect } from 'chai';
import { closingWords, hometimeHeadline, tickSaid } from '../../../server/dashboard/src/words/hometime.ts';
import type { Hometime } from '../../../shared/api/hometime.ts';

const board: Hometime = {
  phase: 'closed',
  closesAt: '2026-11-20T18:00:00.000Z',
  opensAt: '2026-11-23T08:00:00.000Z',
  timeZone: 'Europe/London',
  at: '2026-11-20T18:20:00.000Z',
  devices: 2,
  done: 2,
  everythingAccountedFor: true,
  missing: [],
  items: [],
  nextCursor: null,
};

describe('the words of the board at closing time', () => {
  it('are good only when everything is accounted for, after closing, on a page that is live (DEV2)', () => {
    expect(hometimeHeadline(board, undefined)).to.deep.equal({ text: 'All 2 devices are accounted for', tone: 'good' });
    const others: Partial<Hometime>[] = [
      { phase: 'open', everythingAccountedFor: false },
      { phase: 'no-hours', everythingAccountedFor: false },
      { done: 1, everythingAccountedFor: false },
      { devices: 0, done: 0, everythingAccountedFor: false },
    ];
    for (const other of others) expect(hometimeHeadline({ ...board, ...other }, undefined).tone).to.not.equal('good');
    expect(hometimeHeadline(board, board.at).tone, 'of a page that is not live').to.equal('unknown');
  });

  it('never show a tick as good before it counts', () => {
    expect(tickSaid('yes', true).tone).to.equal('good');
    expect(tickSaid('yes', false).tone).to.equal('plain');
    for (const answer of ['no', 'cannot-tell', 'not-asked'] as const)
      for (const isFinal of [true, false]) expect(tickSaid(answer, isFinal).tone).to.not.equal('good');
  });

  it('say closing time by the setting’s own clock, with the day when it is another one', () => {
    expect(
      closingWords('2026-07-20T17:00:00.000Z', { timeZone: 'Europe/London', at: '2026-07-20T17:20:00.000Z' }),
    ).to.equal('18:00');
    expect(closingWords('2026-11-23T08:00:00.000Z', board)).to.equal('08:00 on Monday 23 November');
  });
});
