import { expect } from 'chai';
import fc from 'fast-check';
import { judgeGarbled, judgeWord, type SpokenOf } from '../../../server/commands/device-word.ts';
import type { CommandOrder } from '../../../shared/command/kinds.ts';
import {
  type CommandState,
  commandStateSchema,
  isFinal,
  mayMove,
  outcomeReasonSchema,
} from '../../../shared/command/life.ts';
import { type MoveMessage, moveMessageSchema } from '../../../shared/wire/messages.ts';

const at = '2026-11-20T09:00:00.000Z';
const id = '0b0f4f1e-0f0a-4b7e-8d64-000000000001';
const deviceWipe: CommandOrder = { kind: 'wipe', args: { level: 'device' } };
const receipt = { level: 'device', volumes: 1, people: 2 } as const;

const order = (changes: Partial<SpokenOf> = {}): SpokenOf => ({
  deviceId: 'd',
  order: { kind: 'logout', args: {} },
  state: 'sent',
  offered: 1,
  calledReplayed: 0,
  ...changes,
});
const word = (command: SpokenOf | undefined, message: Partial<MoveMessage>, deviceId = 'd') =>
  judgeWord(command, { deviceId, message: { commandId: id, to: 'received', at, ...message }, at });

const anyState = fc.constantFrom(...commandStateSchema.options);
const anyMessage: fc.Arbitrary<Partial<MoveMessage>> = fc.record(
  {
    to: fc.constantFrom(...moveMessageSchema.shape.to.options),
    reason: fc.constantFrom(...outcomeReasonSchema.options),
    evidence: fc.constantFrom<NonNullable<MoveMessage['evidence']>>(
      { before: [], after: [] },
      { sections: [], unknown: [] },
      { receipt },
    ),
  },
  { requiredKeys: ['to'] },
);

describe('what a device’s word comes to', () => {
  it('never is a move that the table does not allow, whatever it says in whatever state', () => {
    fc.assert(
      fc.property(anyState, anyMessage, (state, message) => {
        const judged = word(order({ state }), message);
        if (judged.is === 'move') expect(mayMove(state, judged.move.to), `${state} ${judged.move.to}`).to.equal(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('walked through any words at all never moves backwards, never leaves its end but for expired, and is verified only with proof', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 30 }), (messages) => {
        let state: CommandState = 'sent';
        for (const message of messages) {
          const judged = word(order({ state }), message);
          if (judged.is !== 'move') continue;
          expect(isFinal(state) && state !== 'expired').to.equal(false);
          expect(judged.move.to === 'sent' || judged.move.to === 'queued').to.equal(false);
          if (judged.move.to === 'verified') expect(judged.move.evidence).to.deep.equal({ before: [], after: [] });
          state = judged.move.to;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is nothing when it is said again, and refused by name when it cannot be', () => {
    expect(word(order({ state: 'started' }), { to: 'received' })).to.deep.equal({ is: 'nothing' });
    expect(word(order({ state: 'verified' }), { to: 'verified' })).to.deep.equal({ is: 'nothing' });
    expect(word(order({ state: 'cancelled' }), { to: 'verified' })).to.have.nested.property(
      'error.code',
      'illegal-move',
    );
  });

  it('on an order that was never its own is refused and noticed', () => {
    expect(word(undefined, {})).to.include({ is: 'refused', noticed: 'order-unknown' });
    expect(word(order(), {}, 'another')).to.include({ is: 'refused', noticed: 'order-unknown' });
    expect(word(undefined, { to: 'refused', reason: 'bad-signature' })).to.include({ noticed: 'order-forged' });
  });

  for (const [reason, code] of [
    ['bad-signature', 'order-forged'],
    ['wrong-device', 'order-misaddressed'],
    ['wrong-epoch', 'order-misaddressed'],
    ['too-late', 'order-late'],
  ] as const)
    it(`that it refuses an order as ${reason} ends the order and is ${code}`, () => {
      const judged = word(order(), { to: 'refused', reason });
      expect(judged).to.have.nested.property('move.to', 'refused');
      expect(judged).to.include({ noticed: code });
    });

  it('that refuses for reasons of its own betrays nobody', () => {
    for (const reason of ['observe-mode', 'not-supported', 'forbidden-on-device'] as const)
      expect(word(order(), { to: 'refused', reason }).noticed).to.equal(undefined);
  });

  it('of a replay moves nothing; it is noticed unless this server itself had offered the order again', () => {
    const said = { to: 'refused', reason: 'replayed' } as const;
    expect(word(order({ state: 'verified' }), said)).to.deep.equal({ is: 'nothing', noticed: 'order-replayed' });
    expect(word(order({ state: 'sent', offered: 2 }), said)).to.deep.equal({ is: 'called-replayed' });
    expect(word(order({ offered: 2, calledReplayed: 1 }), said)).to.include({ noticed: 'order-replayed' });
  });

  it('“verified” without the evidence of its own kind fails the order, and each kind says why', () => {
    const started = (order_: CommandOrder) => order({ state: 'started', order: order_ });
    const reasonOf = (command: SpokenOf, evidence?: MoveMessage['evidence']) => {
      const judged = word(command, { to: 'verified', ...(evidence === undefined ? {} : { evidence }) });
      return judged.is === 'move' ? [judged.move.to, judged.move.reason] : [judged.is];
    };
    expect(reasonOf(started({ kind: 'logout', args: {} }))).to.deep.equal(['failed', 'not-understood']);
    expect(reasonOf(started({ kind: 'logout', args: {} }), { sections: [], unknown: [] })).to.deep.equal([
      'failed',
      'not-understood',
    ]);
    const lock = { locked: false, since: null, refused: [] };
    expect(reasonOf(started({ kind: 'lock', args: {} }), { lock, stillSignedIn: [] })).to.deep.equal([
      'failed',
      'not-locked',
    ]);
    expect(reasonOf(started({ kind: 'retire', args: {} }), { removes: ['lock'] })).to.deep.equal([
      'failed',
      'action-failed',
    ]);
    const cleared = { cleared: [], deleted: { photos: 0, videos: 0 }, thumbnailsDeleted: 0 };
    expect(reasonOf(started({ kind: 'clear-photos', args: {} }), cleared)).to.deep.equal(['failed', 'photos-left']);
  });

  it('of a wipe keeps the receipt with “starting”, when it is of the level that was ordered', () => {
    const command = order({ state: 'received', order: deviceWipe });
    const judged = word(command, { to: 'started', evidence: { receipt } });
    expect(judged).to.have.nested.property('move.also.receiptAt', at);
    expect(judged).to.have.deep.nested.property('move.evidence', { receipt });
    const people = word(command, { to: 'started', evidence: { receipt: { ...receipt, level: 'people' } } });
    expect(people).to.have.nested.property('move.also', undefined);
    expect(word(command, { to: 'started' })).to.have.nested.property('move.also', undefined);
  });

  it('of a wipe is never believed on its own silence, nor on another level than was ordered', () => {
    const command = order({ state: 'started', order: deviceWipe });
    for (const evidence of [
      { receipt, silentMinutes: 60 },
      { receipt: { ...receipt, level: 'people' as const }, peopleLeft: 0 },
      { receipt },
    ])
      expect(word(command, { to: 'verified', evidence })).to.have.nested.property('move.to', 'failed');
    const people = order({ state: 'started', order: { kind: 'wipe', args: { level: 'people' } } });
    const done = { receipt: { ...receipt, level: 'people' as const }, peopleLeft: 0 };
    expect(word(people, { to: 'verified', evidence: done })).to.have.nested.property('move.to', 'verified');
  });

  it('that cannot be read ends the order it names, unless that has its end or has not left', () => {
    const ends = (state: CommandState) => {
      const judged = judgeGarbled(order({ state }), { deviceId: 'd', at });
      return judged.is === 'move' ? judged.move.to : judged.is;
    };
    expect(commandStateSchema.options.map((state) => [state, ends(state)])).to.deep.equal([
      ['awaiting-approval', 'nothing'],
      ['queued', 'nothing'],
      ['sent', 'refused'],
      ['received', 'failed'],
      ['started', 'failed'],
      ['verified', 'nothing'],
      ['failed', 'nothing'],
      ['refused', 'nothing'],
      ['deferred', 'nothing'],
      ['expired', 'nothing'],
      ['cancelled', 'nothing'],
      ['superseded', 'nothing'],
    ]);
    expect(judgeGarbled(order(), { deviceId: 'another', at })).to.include({ is: 'nothing', noticed: 'order-unknown' });
  });
});
