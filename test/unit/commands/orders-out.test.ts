import { expect } from 'chai';
import type { NewCommand } from '../../../server/commands/command-writes.ts';
import { createOrdersOut } from '../../../server/commands/orders-out.ts';

const at = '2026-11-22T17:00:00.000Z';

function order(id: string): NewCommand {
  return {
    ...{ id, settingId: 's', deviceId: 'd', epoch: 1, order: { kind: 'refresh', args: {} }, reason: 'a look' },
    ...{ askedBy: 'Ada', askedById: 'ada', batchId: null, state: 'queued' },
    ...{ createdAt: at, queuedAt: at, expiresAt: at },
  };
}

describe('what this process remembers of orders that are with their devices', () => {
  it('is where each was last written to be', () => {
    const out = createOrdersOut();
    out.left([order('a'), order('b')]);
    out.moved([
      { command: { id: 'a' }, move: { to: 'received' } },
      { command: { id: 'a' }, move: { to: 'started' } },
    ]);
    expect(out.find(['a', 'b'])?.map(({ id, state }) => [id, state])).to.deep.equal([
      ['a', 'started'],
      ['b', 'sent'],
    ]);
  });

  it('is nothing as soon as one of those asked for is not known', () => {
    const out = createOrdersOut();
    out.left([order('a')]);
    expect(out.find(['a', 'b'])).to.equal(undefined);
  });

  it('is forgotten with the outcome, and when the device puts the order off', () => {
    const out = createOrdersOut();
    out.left([order('a'), order('b')]);
    out.moved([
      { command: { id: 'a' }, move: { to: 'verified' } },
      { command: { id: 'b' }, move: { to: 'deferred' } },
      { command: { id: 'b' }, move: { to: 'received' } },
    ]);
    expect(out.find(['a'])).to.equal(undefined);
    expect(out.find(['b'])).to.equal(undefined);
  });

  it('has an end: of very many the oldest are asked of the database again', () => {
    const out = createOrdersOut();
    out.left(Array.from({ length: 20_001 }, (_one, index) => order(String(index))));
    expect(out.find(['0'])).to.equal(undefined);
    expect(out.find(['1', '20000'])).to.have.length(2);
  });
});
