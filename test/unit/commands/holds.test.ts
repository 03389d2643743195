import { expect } from 'chai';
import { asked, codeOf, type OrdersRig, person, startOrdersRig } from './orders-rig.ts';

const admin = person('administrator', { id: 'ada', name: 'Ada' });
const lead = person('safeguarding-lead', { name: 'Lena' });

describe('holds of the safeguarding lead', () => {
  let rig: OrdersRig;
  let id: string;
  beforeEach(async () => {
    rig = await startOrdersRig();
    id = await rig.device('Tablet 3');
  });
  afterEach(() => rig.stop());

  const lift = (hold: string, by = lead) =>
    rig.orders.routes.liftHold(asked(by, { id: hold }, { reason: 'the case is closed' }));
  const stateOf = async (order: string) => {
    const view = await rig.orders.routes.showCommand(asked(admin, { id: order }, undefined));
    return [view.state, view.moves.at(-1)?.reason ?? null];
  };

  it('are set and lifted by the lead alone', async () => {
    for (const role of ['manager', 'deputy', 'administrator', 'staff', 'committee'] as const)
      expect(await codeOf(rig.hold(id, person(role))), role).to.equal('forbidden');
    const { id: hold } = await rig.hold(id);
    expect(await codeOf(lift(hold, admin))).to.equal('forbidden');
    expect(await codeOf(lift(hold, person('safeguarding-lead', { settingId: 't' })))).to.equal('not-found');
    expect((await lift(hold)).liftedBy).to.equal('Lena');
    expect(await codeOf(lift(hold))).to.equal('conflict');
    expect(await rig.auditOf(hold)).to.deep.equal(['hold.set', 'hold.lifted']);
  });

  it('are set on a device of the setting or on all of it, and on no other', async () => {
    const foreign = await rig.device('Foreign', { setting_id: 't' });
    expect(await codeOf(rig.hold(foreign))).to.equal('not-found');
    expect((await rig.hold(null)).deviceId).to.equal(null);
    expect((await rig.hold(id)).deviceName).to.equal('Tablet 3');
    const { items } = await rig.orders.routes.listHolds(asked(lead, {}, undefined, { limit: 10 }));
    expect(items.map((hold) => hold.deviceId)).to.deep.equal([id, null]);
  });

  it('keep a device from leaving the fleet: it would come back as another one, which nothing holds', async () => {
    await rig.hold(id);
    expect(await codeOf(rig.order(admin, id, { kind: 'retire', args: {}, deviceName: 'Tablet 3' }))).to.equal('held');
    const lost = { deviceId: id, deviceName: 'Tablet 3', reason: 'lost on an outing' };
    expect(await codeOf(rig.orders.retire(admin, lost))).to.equal('held');
  });

  it('cancel in one stroke what waits there to be wiped or cleared, also what awaits approval, and nothing else', async () => {
    rig.state.administrators = 2;
    const wipe = await rig.order(admin, id, { kind: 'wipe', args: { level: 'device' }, deviceName: 'Tablet 3' });
    const clear = await rig.order(admin, id, { kind: 'clear-photos' });
    const logout = await rig.order(admin, id, { kind: 'logout' });
    const other = await rig.device('Other');
    const elsewhere = await rig.order(admin, other, { kind: 'clear-photos' });
    await rig.hold(id);
    expect(await stateOf(wipe.id)).to.deep.equal(['cancelled', 'held']);
    expect(await stateOf(clear.id)).to.deep.equal(['cancelled', 'held']);
    expect(await stateOf(logout.id)).to.deep.equal(['queued', null]);
    expect(await stateOf(elsewhere.id)).to.deep.equal(['queued', null]);
    await rig.hold(null);
    expect(await stateOf(elsewhere.id)).to.deep.equal(['cancelled', 'held']);
    expect(rig.changed).to.include.members([wipe.id, clear.id, elsewhere.id]);
  });

  it('keep what left and was never received from being handed over again: it ends, and the queue goes on', async () => {
    rig.connected.add(id);
    const wipe = await rig.order(admin, id, { kind: 'wipe', args: { level: 'device' }, deviceName: 'Tablet 3' });
    expect(wipe.state).to.equal('sent');
    rig.connected.delete(id);
    const lock = await rig.order(admin, id, { kind: 'lock', args: {} });
    await rig.hold(id);
    await rig.delivery.stop();
    rig.sent.length = 0;
    rig.connected.add(id);
    rig.delivery.deviceCame(id);
    await rig.delivery.stop();
    expect(rig.sent.map(({ envelope }) => envelope.id)).to.deep.equal([lock.id]);
    expect(await stateOf(wipe.id)).to.deep.equal(['expired', 'held']);
    // It had reached the device after all: what was done is not lost.
    await rig.say(id, wipe.id, 'failed', { reason: 'interrupted' });
    expect(await stateOf(wipe.id)).to.deep.equal(['failed', 'interrupted']);
  });

  it('let go on what has left: nobody can call it back', async () => {
    rig.connected.add(id);
    const clear = await rig.order(admin, id, { kind: 'clear-photos' });
    await rig.delivery.stop();
    await rig.hold(id);
    expect(await stateOf(clear.id)).to.deep.equal(['sent', null]);
  });

  it('end with their lifting, and one of the two that lie there still holds', async () => {
    const [own, whole] = [await rig.hold(id), await rig.hold(null)];
    await lift(own.id);
    expect(await codeOf(rig.order(admin, id, { kind: 'clear-photos' }))).to.equal('held');
    await lift(whole.id);
    expect((await rig.order(admin, id, { kind: 'clear-photos' })).state).to.equal('queued');
  });
});
