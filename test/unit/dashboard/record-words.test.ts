import { expect } from 'chai';
import { inFleet } from '../../../server/dashboard/src/live/latest.ts';
import { dataWords, subjectWords, whoWords } from '../../../server/dashboard/src/words/audit.ts';
import { actionWords } from '../../../server/dashboard/src/words/audit-actions.ts';
import { auditActionSchema } from '../../../shared/api/audit-actions.ts';

const id = 'c5e1e2a0-3c1f-4a53-9d2a-6d2c4b8f0a11';
const now = Date.parse('2026-11-21T18:00:00.000Z');

describe('the record in words', () => {
  it('names devices and people that are known, and cuts the ids of those that are not', () => {
    const names = new Map([[id, 'Tablet 1']]);
    expect(whoWords(id, names)).to.equal('Tablet 1');
    expect(dataWords({ kind: 'wipe', deviceId: id }, names, now)).to.equal('order: Wipe; device: Tablet 1');
    expect(dataWords({ invitation: id }, new Map(), now)).to.equal('invitation: c5e1e2a0…');
  });

  it('has words of its own for every code that is written, and letters it alone for those of a later server', () => {
    const said = auditActionSchema.options.map(actionWords);
    for (const words of said) expect(words).to.match(/^[A-Z][^.]{5,}$/);
    expect(new Set(said).size).to.equal(said.length);
    expect(actionWords('security.order-forged')).to.match(/^Security event: A device was given an order/);
    expect(actionWords('hold.moved')).to.equal('Hold: moved');
    expect(actionWords('order-forged')).to.equal('Order forged');
  });

  it('says to whom it was done, once, and not where they did it themselves', () => {
    const names = new Map([[id, 'Ada Bell']]);
    const entry = { actor: 'command line', subject: id, data: {} };
    expect(subjectWords(entry, names)).to.equal('Ada Bell');
    expect(subjectWords({ ...entry, actor: 'Ada Bell' }, names)).to.equal('');
    expect(subjectWords({ ...entry, data: { deviceId: id } }, names)).to.equal('');
    expect(subjectWords(entry, new Map())).to.equal('');
    expect(subjectWords({ ...entry, subject: null }, names)).to.equal('');
    expect([whoWords('server', names), whoWords('command line', names)]).to.deep.equal([
      'Hometime',
      'the command line',
    ]);
  });

  it('says which order and why it was refused in words, and leaves what a person wrote as it is', () => {
    expect(dataWords({ kind: 'sign-out-app', reason: 'needs-device-management' }, new Map(), now)).to.match(
      /^order: Sign out of the nursery apps; reason: The system allows this only where .+[^.]$/,
    );
    expect(dataWords({ kind: 'tablet', reason: 'busy' }, new Map(), now)).to.equal('kind: tablet; reason: busy');
  });

  it('says moments as local time, and yes and no in words', () => {
    const words = dataWords({ expiresAt: '2026-11-24T10:42:53.970Z', accountKnown: true }, new Map(), now);
    expect(words).to.match(/^expires at: Tue 24 Nov, \d\d:\d\d; somebody has this account: yes$/);
  });

  it('leaves devices that left the fleet out of the list', () => {
    const kept = { id: 'a', retiredAt: null };
    expect(inFleet([kept, { id: 'b', retiredAt: '2026-11-21T18:00:00.000Z' }])).to.deep.equal([kept]);
  });
});
