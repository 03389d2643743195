import { expect } from 'chai';
import sinon from 'sinon';
import { openOrder } from '../../../shared/command/envelope.ts';
import { asked, codeOf, hour, minute, type OrdersRig, person, startOrdersRig } from './orders-rig.ts';

const admin = person('administrator', { id: 'ada', name: 'Ada' });

describe('the queue of a device', () => {
  let rig: OrdersRig;
  let id: string;
  beforeEach(async () => {
    rig = await startOrdersRig();
    id = await rig.device('Tablet 3');
    rig.connected.add(id);
  });
  afterEach(() => rig.stop());

  const order = async (kind: 'logout' | 'lock' | 'release' | 'refresh' | 'clear-photos' = 'logout') =>
    (await rig.order(admin, id, { kind })).id;
  const show = (command: string) => rig.orders.routes.showCommand(asked(admin, { id: command }, undefined));
  const stateOf = async (command: string) => (await show(command)).state;
  /** What was decided so far has been carried out. */
  const settled = async () => {
    await rig.orders.intake.stop();
    await rig.delivery.stop();
  };
  const offered = () => rig.sent.map(({ envelope }) => envelope.id);
  const sweep = async () => {
    await rig.delivery.sweep();
    await settled();
  };

  it('gives one order at a time, and the next when that one has its outcome', async () => {
    const [first, second] = [await order(), await order()];
    await settled();
    expect(offered()).to.deep.equal([first]);
    await rig.say(id, first, 'received');
    await rig.say(id, first, 'refused', { reason: 'observe-mode' });
    await settled();
    expect(offered()).to.deep.equal([first, second]);
  });

  it('commits “sent” before the order leaves', async () => {
    const states: Promise<string>[] = [];
    const push = rig.sent.push.bind(rig.sent);
    rig.sent.push = (...items) => {
      for (const { envelope } of items) states.push(stateOf(envelope.id));
      return push(...items);
    };
    await order();
    await settled();
    expect(await Promise.all(states)).to.deep.equal(['sent']);
  });

  it('leaves only when its commit succeeded, though it is signed while that is under way', async () => {
    await rig.db.raw(`create trigger full before insert on commands begin select raise(abort, 'full'); end`);
    const failed = await order().catch((error: unknown) => String(error));
    expect(failed).to.contain('full');
    await new Promise((resolve) => setImmediate(resolve));
    await settled();
    expect(offered()).to.deep.equal([]);
    await rig.db.raw('drop trigger full');
    const given = await order();
    await settled();
    const opened = rig.sent.map(({ envelope }) => openOrder(envelope, rig.commandKey));
    expect(opened.map((one) => one.ok && [one.order.id, one.order.deviceId])).to.deep.equal([[given, id]]);
  });

  it('stores the moves of many devices in a few commits, each in its order', async () => {
    const devices = await Promise.all(Array.from({ length: 60 }, (_none, index) => rig.device(`D${index}`)));
    for (const device of devices) rig.connected.add(device);
    const orders = [];
    for (const device of devices)
      orders.push({ device, command: (await rig.order(admin, device, { kind: 'refresh' })).id });
    await settled();
    const commits = sinon.spy(rig.db, 'transaction');
    const evidence = { sections: [], unknown: [] };
    await Promise.all(
      orders.flatMap(({ device, command }) => [
        rig.say(device, command, 'received'),
        rig.say(device, command, 'started'),
        rig.say(device, command, 'verified', { evidence }),
      ]),
    );
    expect(commits.callCount).to.be.below(5);
    commits.restore();
    for (const { command } of orders) {
      const { moves } = await show(command);
      expect(moves.map(({ to }) => to)).to.deep.equal(['queued', 'sent', 'received', 'started', 'verified']);
    }
  });

  it('does not let a refused move spoil the commit of the others', async () => {
    const command = await order();
    await settled();
    const said = await Promise.allSettled([
      rig.say(id, 'unknown', 'received'),
      rig.say(id, command, 'received'),
      rig.say(id, command, 'deferred', { reason: 'busy' }),
    ]);
    expect(said.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled']);
    expect(await stateOf(command)).to.equal('deferred');
  });

  it('offers what was put off again after a minute and at the next hello, and other orders meanwhile', async () => {
    const put = await order();
    await settled();
    await rig.say(id, put, 'received');
    await rig.say(id, put, 'deferred', { reason: 'busy' });
    await settled();
    await sweep();
    expect(offered()).to.deep.equal([put]);
    rig.pass(minute + 1);
    await sweep();
    expect(offered()).to.deep.equal([put, put]);
    await rig.say(id, put, 'received');
    await rig.say(id, put, 'deferred', { reason: 'busy' });
    const next = await order();
    await settled();
    expect(offered()).to.deep.equal([put, put, next]);
    await rig.say(id, next, 'refused', { reason: 'observe-mode' });
    rig.delivery.deviceCame(id);
    await settled();
    expect(offered()).to.deep.equal([put, put, next, put]);
  });

  it('fails an order whose answer cannot be read, and goes on', async () => {
    const [first, second] = [await order(), await order()];
    await settled();
    await rig.say(id, first, 'received');
    await rig.orders.intake.takeGarbled({ deviceId: id, settingId: 's' }, first);
    await settled();
    expect((await show(first)).moves.at(-1)).to.include({ to: 'failed', reason: 'not-understood' });
    expect(offered()).to.deep.equal([first, second]);
  });

  it('fails the order that is with the device when not even its id can be read, and none that waits', async () => {
    const peer = { deviceId: id, settingId: 's' };
    await rig.orders.intake.takeGarbled(peer, undefined);
    const [first, second] = [await order(), await order()];
    await settled();
    await rig.say(id, first, 'received');
    await rig.orders.intake.takeGarbled(peer, undefined);
    await settled();
    expect((await show(first)).moves.at(-1)).to.include({ to: 'failed', reason: 'not-understood' });
    expect((await show(second)).state).to.equal('sent');
  });

  it('puts a lock in the place of a waiting release and the other way round; what has left goes on', async () => {
    const away = await rig.device('Away');
    const on = async (kind: 'lock' | 'release') => (await rig.order(admin, away, { kind })).id;
    const [lock, release, again] = [await on('lock'), await on('release'), await on('lock')];
    expect([await stateOf(lock), await stateOf(release), await stateOf(again)]).to.deep.equal([
      'superseded',
      'superseded',
      'queued',
    ]);
    const left = await order('lock');
    await settled();
    const after = await order('release');
    expect([await stateOf(left), await stateOf(after)]).to.deep.equal(['sent', 'queued']);
  });

  it('can be cleared: what waits is cancelled, what has left goes on, and both are named', async () => {
    rig.state.administrators = 2;
    const left = await order();
    await settled();
    const waits = [
      await order(),
      (await rig.order(admin, id, { kind: 'wipe', args: { level: 'people' }, deviceName: 'Tablet 3' })).id,
    ];
    const body = { reason: 'all wrong' };
    const cleared = await rig.orders.routes.clearQueue(asked(admin, { id }, body));
    expect(cleared).to.deep.equal({ cancelled: waits, withDevice: [left] });
    expect([await stateOf(left), await stateOf(waits[0] ?? '')]).to.deep.equal(['sent', 'cancelled']);
    const foreign = person('administrator', { settingId: 't' });
    expect(await codeOf(rig.orders.routes.clearQueue(asked(foreign, { id }, body)))).to.equal('not-found');
  });

  it('lets an order run out by its kind, one that awaits approval without a word of the device', async () => {
    rig.state.administrators = 2;
    rig.connected.clear();
    const refresh = await order('refresh');
    const logout = await order('logout');
    const wipe = (await rig.order(admin, id, { kind: 'wipe', args: { level: 'people' }, deviceName: 'Tablet 3' })).id;
    rig.pass(11 * minute);
    await sweep();
    expect([await stateOf(refresh), await stateOf(logout)]).to.deep.equal(['expired', 'queued']);
    rig.pass(24 * hour);
    await sweep();
    expect((await show(logout)).moves.at(-1)).to.include({ to: 'expired', reason: 'no-answer' });
    expect((await show(wipe)).moves.at(-1)).to.include({ to: 'expired', reason: null });
    rig.connected.add(id);
    rig.delivery.deviceCame(id);
    await settled();
    expect(offered()).to.deep.equal([]);
  });

  it('is swept every five seconds by itself, and stopped with what is under way', async () => {
    rig.connected.clear();
    const refresh = await order('refresh');
    rig.pass(11 * minute);
    const timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      rig.delivery.start();
      timers.tick(4_999);
      expect(await stateOf(refresh)).to.equal('queued');
      timers.tick(1);
    } finally {
      timers.restore();
    }
    await rig.delivery.stop();
    expect(await stateOf(refresh)).to.equal('expired');
  });

  it('hands over nothing of an earlier enrolment', async () => {
    rig.connected.clear();
    const early = await order();
    await rig.db('devices').where({ id }).update({ epoch: 2 });
    rig.connected.add(id);
    rig.delivery.deviceCame(id);
    await settled();
    expect(offered()).to.deep.equal([]);
    expect(await rig.orders.ends.endEarlier(rig.db, { id, epoch: 2 })).to.deep.equal([early]);
    expect((await show(early)).moves.at(-1)).to.include({ to: 'expired', reason: 'wrong-epoch' });
  });

  it('lets a device neither leave nor enrol anew while an order that destroys is open', async () => {
    await order();
    await rig.orders.ends.mustHaveNoneThatDestroys(rig.db, id);
    const clear = await order('clear-photos');
    expect(await codeOf(rig.orders.ends.mustHaveNoneThatDestroys(rig.db, id))).to.equal('conflict');
    const retire = () => rig.orders.retire(admin, { deviceId: id, deviceName: 'Tablet 3', reason: 'it is lost' });
    expect(await codeOf(retire())).to.equal('conflict');
    await rig.orders.routes.cancelCommand(asked(admin, { id: clear }, {}));
    await retire();
    expect(rig.deviceLeft.calledOnceWith(id)).to.equal(true);
  });
});
