import { expect } from 'chai';
import sinon from 'sinon';
import { createMoveSender } from '../../../../agent/command/move-sender.ts';
import type { DeliverMoves } from '../../../../agent/command/slices.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import type { MoveMessage } from '../../../../shared/wire/messages.ts';
import { morning } from '../parts.ts';

const at = instant(morning);
const move = (to: MoveMessage['to']): MoveMessage => ({ commandId: 'c0b1c4de-0000-4000-8000-000000000001', to, at });

describe('what a device tells of its orders', () => {
  let waiting: { number: number; message: MoveMessage }[];
  let settled: { number: number; code?: string | undefined }[];
  const shelf = {
    unacknowledged: async (limit: number) => waiting.slice(0, limit),
    settle: async (...some: { number: number; code?: string | undefined }[]) => {
      settled.push(...some);
      waiting = waiting.filter(({ number }) => !some.some((one) => one.number === number));
    },
  };
  const senderWith = (deliverAll: DeliverMoves, deliver = sinon.fake.resolves({ state: 'done' as const })) => ({
    deliver,
    sender: createMoveSender({ shelf, deliver, deliverAll, correct: (time) => time, log: silentLog }),
  });
  const all = async (sender: ReturnType<typeof createMoveSender>) => {
    for (let turn = 0; turn < 10; turn += 1) if ((await sender.sendOldest()) !== 'settled') return;
  };

  beforeEach(() => {
    settled = [];
    waiting = (['received', 'started', 'verified'] as const).map((to, index) => ({
      number: index + 1,
      message: move(to),
    }));
  });

  it('goes in one message when there are several, and one refusal does not hold the others', async () => {
    const deliverAll = sinon.fake.resolves({ state: 'done' as const, refused: [{ index: 1, code: 'illegal-move' }] });
    const { sender, deliver } = senderWith(deliverAll);
    await all(sender);
    expect(deliverAll.callCount).to.equal(1);
    expect(deliver.callCount).to.equal(0);
    expect(settled.map(({ code }) => code)).to.deep.equal([undefined, 'illegal-move', undefined]);
  });

  for (const code of ['unknown-message', 'not-valid', 'too-large']) {
    it(`goes move by move, in order, when the server says “${code}” of them all`, async () => {
      const { sender, deliver } = senderWith(sinon.fake.resolves({ state: 'refused' as const, code, message: '' }));
      await all(sender);
      expect(deliver.args.map(([message]) => message.to)).to.deep.equal(['received', 'started', 'verified']);
      expect(settled.map(({ number }) => number)).to.deep.equal([1, 2, 3]);
    });
  }

  it('waits whole when no answer comes', async () => {
    const { sender } = senderWith(sinon.fake.resolves({ state: 'later' as const }));
    expect(await sender.sendOldest()).to.equal('later');
    expect(settled).to.deep.equal([]);
    expect(waiting).to.have.length(3);
  });
});
