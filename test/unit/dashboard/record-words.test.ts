import { expect } from 'chai';
import { inFleet } from '../../../server/dashboard/src/live/latest.ts';
import { dataWords, whoWords } from '../../../server/dashboard/src/words/audit.ts';

const id = 'c5e1e2a0-3c1f-4a53-9d2a-6d2c4b8f0a11';
const now = Date.parse('2026-11-21T18:00:00.000Z');

describe('the record in words', () => {
  it('names devices and people that are known, and cuts the ids of those that are not', () => {
    const names = new Map([[id, 'Tablet 1']]);
    expect(whoWords(id, names)).to.equal('Tablet 1');
    expect(dataWords({ kind: 'wipe', deviceId: id }, names, now)).to.equal('kind: wipe; device: Tablet 1');
    expect(dataWords({ invitation: id }, new Map(), now)).to.equal('invitation: c5e1e2a0…');
  });

  it('says moments as local time, and yes and no in words', () => {
    const words = dataWords({ expiresAt: '2026-11-22T18:42:53.970Z', accountKnown: true }, new Map(), now);
    expect(words).to.match(/^expires at: Sun 22 Nov, \d\d:\d\d; account known: yes$/);
  });

  it('leaves devices that left the fleet out of the list', () => {
    const kept = { id: 'a', retiredAt: null };
    expect(inFleet([kept, { id: 'b', retiredAt: '2026-11-21T18:00:00.000Z' }])).to.deep.equal([kept]);
  });
});
