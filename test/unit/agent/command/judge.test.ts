import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Bench, judgeOrder } from '../../../../agent/command/judge.ts';
import type { SignedOrder } from '../../../../shared/command/envelope.ts';
import { instant } from '../../../../shared/instant.ts';
import { commandKey, deviceId, envelope, morning } from '../parts.ts';

const bench: Bench = {
  deviceId,
  epoch: 1,
  commandKey,
  observeMode: false,
  forbids: [],
  serverNow: morning,
  journalWholeSince: undefined,
};

/** Every way an order is not carried out: what is different about the order, or about the device. */
const refusals: [string, Partial<SignedOrder>, Partial<Bench>, string][] = [
  ['for another device', { deviceId: randomUUID() }, {}, 'wrong-device'],
  ['of an earlier enrolment', {}, { epoch: 2 }, 'wrong-epoch'],
  ['of a later enrolment', { epoch: 2 }, {}, 'wrong-epoch'],
  ['that ran out', { expiresAt: instant(morning) }, {}, 'too-late'],
  ['given in observe mode', {}, { observeMode: true }, 'observe-mode'],
  ['issued before a lost journal’s successor began', {}, { journalWholeSince: instant(morning) }, 'interrupted'],
  [
    'that comes while it is not known when the journal began',
    {},
    { journalWholeSince: 'not-known-yet' },
    'interrupted',
  ],
];

describe('judging an order', () => {
  it('accepts one that is signed, for this device and enrolment, and in time', () => {
    expect(judgeOrder(envelope(), bench).kind).to.equal('accepted');
  });

  for (const [what, order, device, reason] of refusals) {
    it(`refuses one ${what}: ${reason}`, () => {
      const verdict = judgeOrder(envelope(order), { ...bench, ...device });
      expect(verdict).to.include({ kind: 'refused', reason });
    });
  }

  it('accepts one issued after the journal began', () => {
    const device = { ...bench, journalWholeSince: instant(morning - 1_001) };
    expect(judgeOrder(envelope(), device).kind).to.equal('accepted');
  });

  it('does not believe one that another key signed, or whose text was changed', () => {
    expect(judgeOrder(envelope({}, 'forger'), bench)).to.deep.equal({ kind: 'unproved', reason: 'bad-signature' });
    const changed = envelope();
    changed.text = changed.text.replace('"epoch":1', '"epoch":2');
    expect(judgeOrder(changed, bench)).to.deep.equal({ kind: 'unproved', reason: 'bad-signature' });
  });

  it('does not believe a true text under another id', () => {
    const renamed = { ...envelope(), id: randomUUID() };
    expect(judgeOrder(renamed, bench)).to.deep.equal({ kind: 'unproved', reason: 'not-understood' });
  });
});
