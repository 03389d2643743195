import { expect } from 'chai';
import sinon from 'sinon';
import { createReturns } from '../../../server/returned-devices.ts';
import { lockEvents } from '../../../server/security/lock-events.ts';
import type { SecurityEventView } from '../../../shared/api/safeguards.ts';
import { silentLog } from '../../../shared/log.ts';
import { known, type Reading, unknown } from '../../../shared/reading.ts';
import type { Health } from '../../../shared/report/health.ts';
import { until } from '../../support/processes.ts';
import { asked, codeOf, hour, minute, type OrdersRig, person, startOrdersRig } from '../commands/orders-rig.ts';

const manager = person('manager', { name: 'Mona' });
const orderId = '0b0f4f1e-0f0a-4b7e-8d64-000000000001';

describe('security events', () => {
  let rig: OrdersRig;
  let id: string;
  beforeEach(async () => {
    rig = await startOrdersRig();
    id = await rig.device('Tablet 3');
  });
  afterEach(() => rig.stop());

  const list = async (by = manager): Promise<SecurityEventView[]> =>
    (await rig.security.routes.listSecurityEvents(asked(by, {}, undefined, { limit: 10 }))).items;
  const see = (event: number | string, by = manager) =>
    rig.security.routes.markSecurityEventSeen(asked(by, { id: String(event) }, {}));
  const forged = () => rig.say(id, orderId, 'refused', { reason: 'bad-signature' }).catch(() => {});

  it('are raised by a device’s word, with its commit, and told after it', async () => {
    await forged();
    const [event] = await list();
    expect(event).to.include({
      code: 'order-forged',
      deviceId: id,
      deviceName: 'Tablet 3',
      commandId: orderId,
      count: 1,
    });
    expect(rig.eventsTold).to.deep.equal([event?.id]);
  });

  it('are counted within an hour, whatever order they name, and listed anew after it', async () => {
    await forged();
    rig.pass(59 * minute);
    await forged();
    await rig.say(id, '0b0f4f1e-0f0a-4b7e-8d64-000000000002', 'refused', { reason: 'bad-signature' }).catch(() => {});
    expect((await list()).map(({ count }) => count)).to.deep.equal([3]);
    rig.pass(hour + minute);
    await forged();
    expect((await list()).map(({ count }) => count)).to.deep.equal([1, 3]);
    // In the log of all each listed one stands once: who forges cannot fill it.
    expect(await rig.auditOf(id)).to.deep.equal(['security.order-forged', 'security.order-forged']);
  });

  it('are each code’s and each device’s own', async () => {
    const other = await rig.device('Other');
    await forged();
    await rig.say(other, orderId, 'refused', { reason: 'bad-signature' }).catch(() => {});
    await rig.say(id, orderId, 'refused', { reason: 'wrong-device' }).catch(() => {});
    await rig.say(id, orderId, 'refused', { reason: 'too-late' }).catch(() => {});
    await rig.say(id, orderId, 'received').catch(() => {});
    expect((await list()).map(({ code }) => code)).to.deep.equal([
      'order-unknown',
      'order-late',
      'order-misaddressed',
      'order-forged',
      'order-forged',
    ]);
  });

  it('once looked at are not hidden by what was seen: the next is listed anew', async () => {
    await forged();
    const [first] = await list();
    expect((await see(first?.id ?? 0)).seenBy).to.equal('Mona');
    expect((await see(first?.id ?? 0, person('deputy', { name: 'Dan' }))).seenBy).to.equal('Mona');
    await forged();
    expect((await list()).map(({ seenBy, count }) => [seenBy, count])).to.deep.equal([
      [null, 1],
      ['Mona', 1],
    ]);
  });

  it('belong to their setting', async () => {
    await forged();
    const foreign = person('manager', { settingId: 't' });
    const [event] = await list();
    expect(await list(foreign)).to.deep.equal([]);
    for (const wanted of [event?.id ?? 0, 99, 'x', ''])
      expect(await codeOf(see(wanted, foreign)), String(wanted)).to.equal('not-found');
  });

  it('are raised when a replay is reported that this server did not cause, and not when it did', async () => {
    rig.connected.add(id);
    const admin = person('administrator');
    const { id: order } = await rig.order(admin, id, { kind: 'logout' });
    await rig.delivery.stop();
    rig.delivery.deviceCame(id);
    await rig.delivery.stop();
    const replayed = () => rig.say(id, order, 'refused', { reason: 'replayed' });
    await replayed();
    expect(await list()).to.deep.equal([]);
    await replayed();
    expect((await list()).map(({ code, commandId }) => [code, commandId])).to.deep.equal([['order-replayed', order]]);
    const view = await rig.orders.routes.showCommand(asked(admin, { id: order }, undefined));
    expect(view.state).to.equal('sent');
  });

  it('tell of a device that left and shows its certificate again, once a minute, and of no other', async () => {
    const wiped = await rig.device('Wiped', {
      retired_at: '2026-11-01T00:00:00.000Z',
      wiped_at: '2026-11-01T00:00:00.000Z',
    });
    const retired = await rig.device('Retired', { retired_at: '2026-11-01T00:00:00.000Z' });
    const raise = sinon.spy(rig.security.raise);
    const shown = createReturns({ db: rig.db, log: silentLog, elapsed: () => rig.time.elapsed, raise });
    for (const device of [wiped, retired, id, wiped, wiped]) shown(device);
    await until('both', async () => ((await list()).length === 2 ? true : undefined));
    expect(raise.callCount).to.equal(2);
    rig.pass(minute);
    shown(wiped);
    await until('it again', async () => (raise.callCount === 3 ? true : undefined));
    await until('the count', async () => ((await list()).some(({ count }) => count === 2) ? true : undefined));
    const codes = (await list()).map(({ code, deviceId }) => [code, deviceId]);
    expect(codes).to.have.deep.members([
      ['wiped-device-came-back', wiped],
      ['retired-device-came-back', retired],
    ]);
  });
});

describe('what a lock betrays', () => {
  const at = '2026-11-20T09:00:00.000Z';
  const later = '2026-11-20T10:00:00.000Z';
  const health = (lock: Health['lock']): Reading<Health> =>
    known(
      {
        startedAt: at,
        starts: 1,
        clockSkewSeconds: 0,
        lastFullCycleAt: null,
        memoryMb: 80,
        cpuPercent: 0,
        failures: [],
        ...(lock && { lock }),
      },
      at,
    );
  const locked = { locked: true, since: at, releasedBy: null, triesLeft: 5 };
  const byCode = { locked: false, since: later, releasedBy: 'code', triesLeft: 5 } as const;

  it('is a release by code, told once for each', () => {
    expect(lockEvents(health(locked), health(byCode))).to.deep.equal(['released-by-code']);
    expect(lockEvents(health(byCode), health(byCode))).to.deep.equal([]);
    expect(lockEvents(health(byCode), health({ ...byCode, since: '2026-11-20T11:00:00.000Z' }))).to.deep.equal([
      'released-by-code',
    ]);
    expect(lockEvents(health(locked), health({ ...byCode, releasedBy: 'server' }))).to.deep.equal([]);
  });

  it('is wrong codes, as the tries grow fewer, and not when they come back', () => {
    expect(lockEvents(health(locked), health({ ...locked, triesLeft: 4 }))).to.deep.equal(['release-codes-wrong']);
    expect(lockEvents(health({ ...locked, triesLeft: 4 }), health({ ...locked, triesLeft: 4 }))).to.deep.equal([]);
    expect(lockEvents(health({ ...locked, triesLeft: 0 }), health(locked))).to.deep.equal([]);
    expect(lockEvents(unknown('not-asked-yet', at), health({ ...locked, triesLeft: 2 }))).to.deep.equal([
      'release-codes-wrong',
    ]);
  });

  it('is nothing where nothing is known of it', () => {
    expect(lockEvents(health(locked), unknown('timed-out', at))).to.deep.equal([]);
    expect(lockEvents(health(undefined), health(undefined))).to.deep.equal([]);
    expect(lockEvents(health(undefined), health(locked))).to.deep.equal([]);
  });
});
