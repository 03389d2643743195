import { expect } from 'chai';
import { verifyChain } from '../../../server/audit/verify.ts';
import { instant } from '../../../shared/instant.ts';
import type { MoveMessage } from '../../../shared/wire/messages.ts';
import { testSigner } from '../audit/test-signer.ts';
import { asked, type OrdersRig, person, startOrdersRig } from './orders-rig.ts';

const admin = person('administrator', { name: 'Ada' });

describe('several moves in one message', () => {
  let rig: OrdersRig;
  let id: string;
  beforeEach(async () => {
    rig = await startOrdersRig();
    id = await rig.device('Laptop 1');
    rig.connected.add(id);
  });
  afterEach(() => rig.stop());

  const at = () => instant(rig.clock.now());
  const move = (commandId: string, to: MoveMessage['to'], more: Partial<MoveMessage> = {}): MoveMessage => ({
    ...{ commandId, to, at: at() },
    ...more,
  });
  const evidence = { before: [], after: [] };
  const take = (...moves: MoveMessage[]) => rig.orders.intake.takeAll({ deviceId: id, settingId: 's' }, moves);
  const show = (order: string) => rig.orders.routes.showCommand(asked(admin, { id: order }, undefined));

  it('are stored in the order they came, each with its own line in the audit log', async () => {
    const { id: order, state } = await rig.order(admin, id, { kind: 'logout' });
    expect(state).to.equal('sent');
    const refused = await take(move(order, 'received'), move(order, 'started'), move(order, 'verified', { evidence }));
    expect(refused).to.deep.equal([]);
    const steps = ['queued', 'sent', 'received', 'started', 'verified'];
    const shown = await show(order);
    expect(shown.state).to.equal('verified');
    expect(shown.moves.map(({ to }) => to)).to.deep.equal(steps);
    expect(await rig.auditOf(order)).to.deep.equal(steps.map((step) => `command.${step}`));
  });

  it('do not hold one another up: what is refused is named by its place, and the rest is stored', async () => {
    const { id: order } = await rig.order(admin, id, { kind: 'logout' });
    const nobodys = 'c0b1c4de-0000-4000-8000-00000000dead';
    const refused = await take(
      move(order, 'received'),
      move(nobodys, 'received'),
      move(order, 'verified', { evidence }),
    );
    expect(refused.map(({ index, error }) => [index, error.code])).to.deep.equal([
      [1, 'not-found'],
      [2, 'illegal-move'],
    ]);
    expect((await show(order)).state).to.equal('received');
    expect(await take(move(order, 'received'), move(order, 'started'))).to.deep.equal([]);
    expect((await show(order)).moves.map(({ to }) => to)).to.deep.equal(['queued', 'sent', 'received', 'started']);
  });

  it('are judged by the database when another process was faster than this one’s memory', async () => {
    const { id: order } = await rig.order(admin, id, { kind: 'logout' });
    await rig.db('commands').where({ id: order }).update({ state: 'expired' });
    const moves = [move(order, 'received'), move(order, 'started'), move(order, 'verified', { evidence })];
    expect(await take(...moves)).to.deep.equal([]);
    expect((await show(order)).moves.map(({ to }) => to)).to.deep.equal(['queued', 'sent', 'verified']);
    expect(await rig.auditOf(order)).to.deep.equal(['command.queued', 'command.sent', 'command.verified']);
  });

  it('let the order go on that was given while they were on their way', async () => {
    const { id: first } = await rig.order(admin, id, { kind: 'logout' });
    const [, second] = await Promise.all([
      take(move(first, 'received'), move(first, 'started'), move(first, 'verified', { evidence })),
      rig.order(admin, id, { kind: 'message', args: { text: 'Please come.' } }),
    ]);
    await rig.orders.intake.stop();
    await rig.delivery.stop();
    expect(rig.sent.map(({ envelope }) => envelope.id)).to.deep.equal([first, second.id]);
    expect((await show(second.id)).state).to.equal('sent');
  });

  it('of many orders given at once to one device leave one with it, and the others in turn', async () => {
    const given = await Promise.all(
      Array.from({ length: 6 }, () => rig.order(admin, id, { kind: 'message', args: { text: 'Please come.' } })),
    );
    expect(given.filter(({ state }) => state === 'sent')).to.have.length(1);
    expect(given.filter(({ state }) => state === 'queued')).to.have.length(5);
    const signer = testSigner();
    expect((await verifyChain({ db: rig.db, signer }, 's')).entries).to.equal(7);
  });
});
