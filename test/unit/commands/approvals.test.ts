import { expect } from 'chai';
import { openOrder } from '../../../shared/command/envelope.ts';
import { instant } from '../../../shared/instant.ts';
import { asked, codeOf, hour, minute, type OrdersRig, person, startOrdersRig, token } from './orders-rig.ts';

const ada = person('administrator', { id: 'ada', name: 'Ada' });
const ben = person('administrator', { id: 'ben', name: 'Ben' });

describe('a second administrator’s approval', () => {
  let rig: OrdersRig;
  let id: string;
  beforeEach(async () => {
    rig = await startOrdersRig();
    rig.state.administrators = 2;
    id = await rig.device('Tablet 3');
    rig.connected.add(id);
  });
  afterEach(() => rig.stop());

  const wipe = (by = ada) => rig.order(by, id, { kind: 'wipe', args: { level: 'device' }, deviceName: 'Tablet 3' });
  const approve = (order: string, by = ben) => rig.orders.routes.approveCommand(asked(by, { id: order }, {}));
  const decline = (order: string, by = ben) =>
    rig.orders.routes.declineCommand(asked(by, { id: order }, { reason: 'the wrong tablet' }));
  const show = (order: string) => rig.orders.routes.showCommand(asked(ada, { id: order }, undefined));

  it('is waited for when there are two administrators; nothing leaves before it', async () => {
    const order = await wipe();
    expect(order.state).to.equal('awaiting-approval');
    expect(order.expiresAt).to.equal(instant(rig.clock.now() + 24 * hour));
    await rig.delivery.stop();
    expect(rig.sent).to.deep.equal([]);
    const { items } = await rig.orders.routes.listApprovals(asked(ben, {}, undefined, { limit: 10 }));
    expect(items.map((item) => item.id)).to.deep.equal([order.id]);
  });

  it('queues the order from then on: its time, and what the device is told of it, begin anew', async () => {
    const { id: order } = await wipe();
    rig.pass(5 * hour);
    const approved = await approve(order);
    expect(approved.moves.slice(0, 2).map(({ to, actor }) => [to, actor])).to.deep.equal([
      ['awaiting-approval', 'Ada'],
      ['queued', 'Ben'],
    ]);
    expect(approved.expiresAt).to.equal(instant(rig.clock.now() + 30 * 24 * hour));
    await rig.delivery.stop();
    const opened = openOrder(rig.sent[0]?.envelope ?? { id, text: '', signature: '' }, rig.commandKey);
    expect(opened).to.have.nested.property('order.issuedAt', instant(rig.clock.now()));
    expect(rig.spent.callCount).to.equal(2);
  });

  it('is not the asker’s to give, also not with the password', async () => {
    const { id: order } = await wipe();
    expect(await codeOf(approve(order, ada))).to.equal('forbidden');
    expect((await show(order)).state).to.equal('awaiting-approval');
  });

  it('is not given by whoever became an administrator a moment ago: the asker could have made them', async () => {
    const { id: order } = await wipe();
    for (const approvesFrom of [null, instant(rig.clock.now() + 1)])
      expect(await codeOf(approve(order, person('administrator', { id: 'new', approvesFrom })))).to.equal('forbidden');
    expect((await show(order)).state).to.equal('awaiting-approval');
  });

  it('is no API token’s, nobody’s of another role, and wants password and second factor', async () => {
    const { id: order } = await wipe();
    const codes = [];
    for (const by of [
      token('administrator'),
      person('manager'),
      person('administrator', { id: 'ben', confirmed: false }),
      person('administrator', { id: 'ben', secondFactor: false }),
      person('administrator', { id: 'eve', settingId: 't' }),
    ])
      codes.push(await codeOf(approve(order, by)));
    expect(codes).to.deep.equal(['forbidden', 'forbidden', 'confirm-password', 'second-factor-required', 'not-found']);
    expect((await show(order)).state).to.equal('awaiting-approval');
  });

  it('wants a second factor of the asker too', async () => {
    expect(await codeOf(wipe(person('administrator', { secondFactor: false })))).to.equal('second-factor-required');
  });

  it('comes too late after 24 hours, and the order ends by itself', async () => {
    const { id: order } = await wipe();
    rig.pass(24 * hour + minute);
    expect(await codeOf(approve(order))).to.equal('conflict');
    expect((await show(order)).state).to.equal('awaiting-approval');
  });

  it('is given once: a second one and a late no are refused', async () => {
    const { id: order } = await wipe();
    await approve(order);
    expect(await codeOf(approve(order))).to.equal('conflict');
    expect(await codeOf(decline(order))).to.equal('conflict');
  });

  it('may be a no: the order is cancelled as declined, for good', async () => {
    const { id: order } = await wipe();
    expect((await decline(order)).moves.at(-1)).to.include({ to: 'cancelled', actor: 'Ben', reason: 'declined' });
    expect(await codeOf(approve(order))).to.equal('conflict');
    expect(await rig.auditOf(order)).to.include.members(['command.cancelled', 'command.declined']);
  });

  it('is refused for a device that has left, or forbids it, meanwhile', async () => {
    const { id: order } = await wipe();
    await rig.forbid(id, ['wipe']);
    expect(await codeOf(approve(order))).to.equal('conflict');
    await rig.forbid(id, []);
    await rig
      .db('devices')
      .where({ id })
      .update({ retired_at: instant(rig.clock.now()) });
    expect(await codeOf(approve(order))).to.equal('conflict');
  });

  it('is refused under a hold that came meanwhile, whatever became of the order', async () => {
    const { id: order } = await wipe();
    await rig.db('holds').insert({
      id: 'h',
      setting_id: 's',
      device_id: id,
      reason: 'a case',
      set_by: 'Lena',
      set_at: '2026-11-20T09:00:00.000Z',
    });
    expect(await codeOf(approve(order))).to.equal('held');
  });

  it('is asked for as the policy says: never, always, or where two administer', async () => {
    rig.connected.clear();
    rig.state.administrators = 1;
    expect((await wipe()).state).to.equal('queued');
    rig.state.administrators = 2;
    await rig.policy({ wipeApproval: 'never' });
    rig.pass(24 * hour);
    id = await rig.device('Tablet 4');
    expect(
      (await rig.order(ada, id, { kind: 'wipe', args: { level: 'people' }, deviceName: 'Tablet 4' })).state,
    ).to.equal('queued');
    await rig.policy({ wipeApproval: 'always' });
    id = await rig.device('Tablet 5');
    const order = () => rig.order(ada, id, { kind: 'wipe', args: { level: 'people' }, deviceName: 'Tablet 5' });
    rig.state.administrators = 1;
    expect(await codeOf(order())).to.equal('conflict');
    rig.state.administrators = 2;
    expect((await order()).state).to.equal('awaiting-approval');
    expect((await rig.order(ada, id, { kind: 'clear-photos' })).state).to.equal('queued');
  });

  it('is still asked for on the day after the policy stopped asking: the asker could have changed it', async () => {
    rig.connected.clear();
    await rig.policy({ wipeApproval: 'always' });
    rig.pass(48 * hour);
    await rig.policy({ wipeApproval: 'never' });
    expect((await wipe()).state).to.equal('awaiting-approval');
    await rig.db('commands').update({ state: 'cancelled' });
    rig.pass(24 * hour - 1);
    expect((await wipe()).state).to.equal('awaiting-approval');
    await rig.db('commands').update({ state: 'cancelled' });
    rig.pass(1);
    expect((await wipe()).state).to.equal('queued');
  });

  it('is asked for as the default has it, where the policy was loosened by its first change', async () => {
    await rig.policy({ wipeApproval: 'never' });
    rig.pass(minute);
    await rig.policy({ wipeApproval: 'never' });
    expect((await wipe()).state).to.equal('awaiting-approval');
  });

  it('is still asked for when the other administrator was made none a moment ago, and nobody gives it', async () => {
    rig.connected.clear();
    rig.state.administrators = 1;
    rig.state.lately = 2;
    expect(await codeOf(wipe())).to.equal('conflict');
    rig.state.lately = 1;
    expect((await wipe()).state).to.equal('queued');
  });

  it('is given once when two say yes at the same moment, and once when one says yes and another no', async () => {
    const cem = person('administrator', { id: 'cem', name: 'Cem' });
    const { id: first } = await wipe();
    const both = await Promise.allSettled([approve(first), approve(first, cem)]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    expect((await show(first)).moves.filter(({ to }) => to === 'queued')).to.have.length(1);
    const other = await rig.device('Tablet 4');
    const { id: second } = await rig.order(ada, other, {
      kind: 'wipe',
      args: { level: 'device' },
      deviceName: 'Tablet 4',
    });
    const mixed = await Promise.allSettled([decline(second, cem), approve(second)]);
    expect(mixed.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    expect((await show(second)).moves).to.have.length(2);
  });

  it('is too late at 24 hours to the millisecond, and in time one before', async () => {
    const { id: order } = await wipe();
    rig.pass(24 * hour - 1);
    await rig.delivery.sweep();
    rig.pass(1);
    expect(await codeOf(approve(order))).to.equal('conflict');
    const again = await rig.order(ada, await rig.device('Tablet 4'), {
      kind: 'wipe',
      args: { level: 'device' },
      deviceName: 'Tablet 4',
    });
    rig.pass(24 * hour - 1);
    expect((await approve(again.id)).moves.map(({ to }) => to)).to.deep.equal(['awaiting-approval', 'queued']);
  });

  it('is not waited for twice when two administrators ask for the same wipe at once', async () => {
    const both = await Promise.allSettled([wipe(ada), wipe(ben)]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
  });

  describe('has the others asked to look', () => {
    const settledWith = (order: string) =>
      rig.approvers.settled.args.filter(([, orders]) => orders.some((one: { id: string }) => one.id === order)).length;
    const ways: Record<string, (order: string) => Promise<unknown>> = {
      'a yes': (order) => approve(order),
      'a no': (order) => decline(order),
      'being called back': (order) => rig.orders.routes.cancelCommand(asked(ada, { id: order }, {})),
      'a cleared queue': () => rig.orders.routes.clearQueue(asked(ada, { id }, { reason: 'a fresh start' })),
      'a hold': () => rig.hold(id),
      'the end of its day': () => {
        rig.pass(24 * hour + minute);
        return rig.delivery.sweep();
      },
    };

    it('once, when it begins to wait', async () => {
      const order = await wipe();
      expect(rig.approvers.ask.args.map(([, orders]) => orders)).to.have.length(1);
      const [[told] = []] = rig.approvers.ask.args.map(([, orders]) => orders);
      expect(told).to.include({ id: order.id, settingId: 's', askedById: 'ada' });
      expect(settledWith(order.id)).to.equal(0);
    });

    for (const [name, way] of Object.entries(ways))
      it(`until ${name} ends it`, async () => {
        const { id: order } = await wipe();
        await way(order);
        expect((await show(order)).state).to.not.equal('awaiting-approval');
        expect(settledWith(order)).to.equal(1);
      });

    it('for nothing that waits for nobody', async () => {
      const { id: order } = await rig.order(ada, id, { kind: 'refresh' });
      await rig.say(id, order, 'received');
      rig.pass(60 * 24 * hour);
      await rig.delivery.sweep();
      expect(rig.approvers.ask.callCount + rig.approvers.settled.callCount).to.equal(0);
    });
  });
});
