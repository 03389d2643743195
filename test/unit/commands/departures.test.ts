import { expect } from 'chai';
import { noteSpokeAgain } from '../../../server/commands/wipe-watch.ts';
import { findDevice } from '../../../server/devices/device-store.ts';
import { instant } from '../../../shared/instant.ts';
import { asked, codeOf, minute, type OrdersRig, person, refused, startOrdersRig } from './orders-rig.ts';

const admin = person('administrator', { id: 'ada', name: 'Ada' });
const receipt = { level: 'device', volumes: 1, people: 2 } as const;

describe('how a device leaves the fleet', () => {
  let rig: OrdersRig;
  let id: string;
  beforeEach(async () => {
    rig = await startOrdersRig();
    id = await rig.device('Tablet 3');
    rig.connected.add(id);
  });
  afterEach(() => rig.stop());

  const show = async (command: string) => rig.orders.routes.showCommand(asked(admin, { id: command }, undefined));
  const started = async (level: 'device' | 'people' = 'device'): Promise<string> => {
    const { id: wipe } = await rig.order(admin, id, { kind: 'wipe', args: { level }, deviceName: 'Tablet 3' });
    await rig.delivery.stop();
    await rig.say(id, wipe, 'received');
    await rig.say(id, wipe, 'started', { evidence: { receipt: { ...receipt, level } } });
    rig.presence.spoke(id);
    return wipe;
  };
  const look = () => rig.orders.wipeWatch.look();

  it('a wiped one says its receipt and then nothing: ten minutes of that are the proof, and it is gone', async () => {
    const wipe = await started();
    const waiting = (await rig.order(admin, id, { kind: 'logout' })).id;
    rig.pass(10 * minute - 1);
    await look();
    expect((await show(wipe)).state).to.equal('started');
    rig.pass(1);
    await look();
    const verified = (await show(wipe)).moves.at(-1);
    expect(verified).to.deep.include({ to: 'verified', actor: 'server', evidence: { receipt, silentMinutes: 10 } });
    expect(rig.revoke.firstCall.args[1]).to.deep.equal({ settingId: 's', deviceId: id, because: 'wiped', by: 'Ada' });
    expect(await findDevice(rig.db, id)).to.include({
      retiredAt: instant(rig.clock.now()),
      wipedAt: instant(rig.clock.now()),
    });
    expect((await show(waiting)).state).to.equal('cancelled');
    expect(rig.deviceLeft.calledOnceWith(id)).to.equal(true);
    expect(await rig.auditOf(id)).to.deep.equal(['device.wiped']);
  });

  it('silence begins anew with every word of it', async () => {
    const wipe = await started();
    rig.pass(9 * minute);
    rig.presence.spoke(id);
    rig.pass(9 * minute);
    await look();
    expect((await show(wipe)).state).to.equal('started');
    rig.pass(minute);
    await look();
    expect((await show(wipe)).state).to.equal('verified');
  });

  it('a clock that was set forward is no silence', async () => {
    const wipe = await started();
    rig.clock.move(60 * minute);
    await look();
    expect((await show(wipe)).state).to.equal('started');
  });

  it('a server that was down heard nothing, and counts from when it listens again', async () => {
    const wipe = await started();
    rig.pass(9 * minute);
    rig.presence.forget(id);
    rig.presence.start(() => {});
    rig.pass(9 * minute);
    await look();
    expect((await show(wipe)).state).to.equal('started');
    rig.pass(minute);
    await look();
    expect((await show(wipe)).state).to.equal('verified');
    await rig.presence.stop();
  });

  it('one that says hello after its receipt is alive: its silence proves nothing any more, its own word counts', async () => {
    const wipe = await started();
    await noteSpokeAgain(rig.db, id, instant(rig.clock.now()));
    rig.pass(60 * minute);
    await look();
    expect((await show(wipe)).state).to.equal('started');
    await rig.say(id, wipe, 'failed', { reason: 'interrupted' });
    expect((await show(wipe)).moves.at(-1)).to.include({ to: 'failed', reason: 'interrupted' });
    expect(rig.revoke.callCount).to.equal(0);
  });

  it('wiping people’s data is the device’s own to prove, and it stays in the fleet', async () => {
    const wipe = await started('people');
    rig.pass(60 * minute);
    await look();
    expect((await show(wipe)).state).to.equal('started');
    await rig.say(id, wipe, 'verified', { evidence: { receipt: { ...receipt, level: 'people' }, peopleLeft: 0 } });
    expect((await show(wipe)).state).to.equal('verified');
    expect((await findDevice(rig.db, id))?.retiredAt).to.equal(null);
  });

  it('a wipe that started without a receipt is never verified by silence', async () => {
    const { id: wipe } = await rig.order(admin, id, {
      kind: 'wipe',
      args: { level: 'device' },
      deviceName: 'Tablet 3',
    });
    await rig.delivery.stop();
    await rig.say(id, wipe, 'received');
    await rig.say(id, wipe, 'started');
    rig.pass(60 * minute);
    await look();
    expect((await show(wipe)).state).to.equal('started');
  });

  it('a retired one goes with its own last word, in one commit with it', async () => {
    const { id: retire } = await rig.order(admin, id, { kind: 'retire', deviceName: 'Tablet 3' });
    await rig.delivery.stop();
    await rig.say(id, retire, 'received');
    await rig.say(id, retire, 'started');
    await rig.say(id, retire, 'verified', { evidence: { removes: ['identity', 'settings'] } });
    expect((await findDevice(rig.db, id))?.retiredAt).to.equal(instant(rig.clock.now()));
    expect(rig.revoke.firstCall.args[1]).to.include({ deviceId: id, because: 'retired' });
    expect(rig.deviceLeft.calledOnceWith(id)).to.equal(true);
    expect((await show(retire)).state).to.equal('verified');
  });

  it('does not leave when its certificate cannot be revoked: the whole word is taken again', async () => {
    const { id: retire } = await rig.order(admin, id, { kind: 'retire', deviceName: 'Tablet 3' });
    await rig.delivery.stop();
    await rig.say(id, retire, 'received');
    await rig.say(id, retire, 'started');
    rig.state.revocationFails = true;
    const last = () => rig.say(id, retire, 'verified', { evidence: { removes: ['identity'] } });
    expect(await codeOf(last())).to.equal('internal');
    expect((await show(retire)).state).to.equal('started');
    expect((await findDevice(rig.db, id))?.retiredAt).to.equal(null);
    rig.state.revocationFails = false;
    await last();
    expect((await findDevice(rig.db, id))?.retiredAt).to.not.equal(null);
  });

  it('one that will not come back is retired by its name, and its name is free again', async () => {
    const retire = (deviceName: string, by = admin) =>
      rig.orders.retire(by, { deviceId: id, deviceName, reason: 'it is lost' });
    expect((await refused(retire('Tablet'))).fields).to.deep.equal(['deviceName']);
    expect(await codeOf(retire('Tablet 3', person('administrator', { settingId: 't' })))).to.equal('not-found');
    expect(rig.spent.callCount).to.equal(0);
    await retire('Tablet 3');
    expect(rig.spent.callCount).to.equal(1);
    expect(await codeOf(retire('Tablet 3'))).to.equal('conflict');
    expect(await rig.auditOf(id)).to.deep.equal(['device.retired']);
    expect(await rig.device('Tablet 3')).to.not.equal(id);
  });
});
