import { expect } from 'chai';
import { commandKinds } from '../../../shared/command/kinds.ts';
import { codeOf, type OrdersRig, person, refused, startOrdersRig, token } from './orders-rig.ts';

const admin = person('administrator', { id: 'ada', name: 'Ada' });

describe('the guards of an order', () => {
  let rig: OrdersRig;
  let id: string;
  beforeEach(async () => {
    rig = await startOrdersRig();
    id = await rig.device('Tablet 3');
  });
  afterEach(() => rig.stop());

  const nothingOrdered = async () => expect(await rig.db('commands').select()).to.deep.equal([]);

  for (const kind of Object.keys(commandKinds) as (keyof typeof commandKinds)[]) {
    const { who } = commandKinds[kind];
    it(`let ${kind} be ordered by ${who.join(', ')} and by nobody else`, async () => {
      for (const role of ['manager', 'deputy', 'administrator', 'safeguarding-lead', 'staff', 'committee'] as const) {
        const able: readonly string[] = who;
        if (able.includes(role)) continue;
        const order = rig.order(person(role), id, { kind, deviceName: 'Tablet 3' });
        expect(await codeOf(order), role).to.equal('forbidden');
      }
      await nothingOrdered();
    });
  }

  for (const kind of ['clear-photos', 'wipe', 'retire'] as const) {
    it(`want the password again for ${kind}, and take it once`, async () => {
      const args = kind === 'wipe' ? { level: 'device' } : {};
      const body = { kind, args, deviceName: 'Tablet 3' } as Parameters<OrdersRig['order']>[2];
      const unconfirmed = person('administrator', { confirmed: false });
      expect(await codeOf(rig.order(unconfirmed, id, body))).to.equal('confirm-password');
      await nothingOrdered();
      expect(rig.spent.callCount).to.equal(0);
      expect((await rig.order(admin, id, body)).state).to.equal('queued');
      expect(rig.spent.callCount).to.equal(1);
    });
    it(`let no API token order ${kind}, whatever its role`, async () => {
      const body = { kind, args: kind === 'wipe' ? { level: 'device' } : {}, deviceName: 'Tablet 3' };
      const order = rig.order(token('administrator'), id, body as Parameters<OrdersRig['order']>[2]);
      expect(await codeOf(order)).to.equal('forbidden');
      await nothingOrdered();
    });
  }

  for (const kind of ['wipe', 'retire'] as const) {
    const args = kind === 'wipe' ? { level: 'people' } : {};
    const bodyWith = (deviceName?: string) =>
      ({ kind, args, ...(deviceName === undefined ? {} : { deviceName }) }) as Parameters<OrdersRig['order']>[2];

    it(`want the device’s name for ${kind}, and no other’s that looks like it`, async () => {
      await rig.device('Tablet 30');
      const cyrillic = 'T\u0430blet 3';
      for (const typed of [undefined, '', 'tablet 3', 'Tablet3', 'Tablet 30', cyrillic, 'Tablet \uff13']) {
        const refusal = await refused(rig.order(admin, id, bodyWith(typed)));
        expect([refusal.code, ...refusal.fields], String(typed)).to.deep.equal(['not-valid', 'deviceName']);
      }
      await nothingOrdered();
    });

    it(`refuse a second ${kind} while one is open`, async () => {
      await rig.order(admin, id, bodyWith('Tablet 3'));
      expect(await codeOf(rig.order(admin, id, bodyWith('Tablet 3')))).to.equal('conflict');
    });
  }

  it('ask for no name and no password where nothing is lost', async () => {
    expect((await rig.order(token('administrator'), id, { kind: 'logout' })).state).to.equal('queued');
    expect(rig.spent.callCount).to.equal(0);
  });

  it('refuse what an administrator of the device forbids there, in words that say so', async () => {
    await rig.forbid(id, ['wipe', 'lock']);
    const refusal = await refused(rig.order(admin, id, { kind: 'lock' }));
    expect(refusal.code).to.equal('conflict');
    expect(refusal.message).to.match(/administrator of this device has forbidden "lock"/);
    expect((await rig.order(admin, id, { kind: 'logout' })).state).to.equal('queued');
  });

  it('refuse what the device’s system lets nobody do from here, with what it would take, instead of waiting for it', async () => {
    for (const [platform, order] of [
      ['macos', { kind: 'wipe', args: { level: 'device' } }],
      ['macos', { kind: 'lock' }],
      ['android', { kind: 'wipe', args: { level: 'people' } }],
      ['android', { kind: 'logout' }],
      ['android', { kind: 'message', args: { text: 'Tea' } }],
    ] as const) {
      const deviceName = `${platform} ${order.kind}`;
      const device = await rig.device(deviceName, { platform });
      const refusal = await refused(rig.order(admin, device, { ...order, deviceName }));
      expect(refusal.code, deviceName).to.equal('conflict');
      expect(refusal.message, deviceName).to.match(/see to it at the device/i);
    }
    await nothingOrdered();
    const mac = await rig.device('Mac', { platform: 'macos' });
    expect((await rig.order(admin, mac, { kind: 'logout' })).state).to.equal('queued');
  });

  it('refuse a device that left, that was never enrolled, of another setting, and none', async () => {
    const left = await rig.device('Left', { retired_at: '2026-11-01T00:00:00.000Z' });
    const never = await rig.device('Never', { epoch: 0, enrolled_at: null });
    const foreign = await rig.device('Foreign', { setting_id: 't' });
    const codes = [];
    for (const device of [left, never, foreign, 'nothing'])
      codes.push(await codeOf(rig.order(admin, device, { kind: 'logout' })));
    expect(codes).to.deep.equal(['conflict', 'conflict', 'not-found', 'not-found']);
    await nothingOrdered();
  });

  it('refuse wiping and clearing photos under a hold, with its reason, and nothing else', async () => {
    await rig.hold(id);
    const clearing = await refused(rig.order(admin, id, { kind: 'clear-photos' }));
    expect(clearing.code).to.equal('held');
    expect(clearing.message).to.include('evidence of a case').and.to.include('Lena');
    const wipe = rig.order(admin, id, { kind: 'wipe', args: { level: 'people' }, deviceName: 'Tablet 3' });
    expect(await codeOf(wipe)).to.equal('held');
    expect((await rig.order(admin, id, { kind: 'lock', args: {} })).state).to.equal('queued');
    await rig.hold(null);
    const other = await rig.device('Other');
    expect(await codeOf(rig.order(admin, other, { kind: 'clear-photos' }))).to.equal('held');
  });

  it('put each move in the audit log: who, what, why, and of the evidence only numbers', async () => {
    rig.connected.add(id);
    const { id: order } = await rig.order(admin, id, { kind: 'logout' });
    await rig.delivery.stop();
    await rig.say(id, order, 'received');
    await rig.say(id, order, 'started');
    const before = [
      { id: '3', person: 'alice', where: 'console', since: null, activity: 'active', locked: null },
    ] as const;
    await rig.say(id, order, 'verified', { evidence: { before: [...before], after: [] } });
    const entries = await rig.entriesOf(order);
    expect(entries.map(({ action, actor }) => [action, actor])).to.deep.equal([
      ['command.queued', 'Ada'],
      ['command.sent', 'server'],
      ['command.received', id],
      ['command.started', id],
      ['command.verified', id],
    ]);
    expect(entries.at(-1)?.data).to.deep.equal({ kind: 'logout', deviceId: id, before: 1, after: 0 });
    expect(JSON.stringify(entries)).not.to.include('alice');
  });
});
