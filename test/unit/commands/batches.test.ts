import { expect } from 'chai';
import sinon from 'sinon';
import type { BatchQuestion, NewBatch } from '../../../shared/api/batches.ts';
import { asked, codeOf, type OrdersRig, person, reason, refused, startOrdersRig, token } from './orders-rig.ts';

const admin = person('administrator', { id: 'ada', name: 'Ada' });

describe('one order for many devices', () => {
  let rig: OrdersRig;
  beforeEach(async () => {
    rig = await startOrdersRig();
  });
  afterEach(() => rig.stop());

  const everybody: BatchQuestion = { filter: {}, order: { kind: 'logout', args: {} } };
  const preview = (question = everybody, by = admin) => rig.orders.routes.previewBatch(asked(by, {}, question));
  const give = (batch: Omit<NewBatch, 'reason'>, by = admin) =>
    rig.orders.routes.orderBatch(asked(by, {}, { ...batch, reason }));
  const ordered = async (): Promise<{ device_id: string; number: number; batch_id: string; state: string }[]> =>
    rig.db('commands').orderBy('number');

  it('is shown first, with names, numbers and why not; and nothing is ordered', async () => {
    const near = await rig.device('A near');
    rig.connected.add(near);
    await rig.device('B far');
    await rig.device('C never', { epoch: 0, enrolled_at: null });
    await rig.device('D watched', { observe_mode: true });
    await rig.forbid(await rig.device('E closed'), ['clear-photos']);
    await rig.hold(await rig.device('F held'));
    await rig.device('G left', { retired_at: '2026-11-01T00:00:00.000Z' });
    await rig.device('H foreign', { setting_id: 't' });
    const shown = await preview({ filter: {}, order: { kind: 'clear-photos', args: {} } });
    expect(shown.devices.map(({ deviceName, will, why }) => [deviceName, will, why])).to.deep.equal([
      ['A near', 'now', null],
      ['B far', 'later', null],
      ['C never', 'refused', 'not-enrolled'],
      ['D watched', 'refused', 'observe-mode'],
      ['E closed', 'refused', 'forbidden-on-device'],
      ['F held', 'refused', 'held'],
    ]);
    expect(shown).to.include({ now: 1, later: 1, refused: 4, limit: 50 });
    expect(await ordered()).to.deep.equal([]);
  });

  it('never calls “now” what a device’s system lets nobody do from here, nor orders it there', async () => {
    for (const platform of ['android', 'linux', 'macos'])
      rig.connected.add(await rig.device(`${platform} device`, { platform }));
    const { fingerprint, devices, ...numbers } = await preview();
    expect(devices.map(({ will, why }) => [will, why])).to.deep.equal([
      ['refused', 'not-supported'],
      ['now', null],
      ['now', null],
    ]);
    expect(numbers).to.include({ now: 2, later: 0, refused: 1 });
    expect(await give({ ...everybody, fingerprint })).to.include({ ordered: 2, refused: 1 });
  });

  it('goes to the devices as previewed, each once, in one batch, and to none that it would be refused', async () => {
    const ids = [await rig.device('A'), await rig.device('B')];
    await rig.device('C', { epoch: 0, enrolled_at: null });
    const { fingerprint } = await preview();
    const answer = await give({ ...everybody, fingerprint });
    expect(answer).to.include({ ordered: 2, refused: 1 });
    const rows = await ordered();
    expect(rows.map((row) => row.device_id)).to.have.members(ids);
    expect(rows.map((row) => row.number)).to.deep.equal([1, 2]);
    expect(new Set(rows.map((row) => row.batch_id))).to.deep.equal(new Set([answer.batchId]));
    expect(await rig.auditOf(answer.batchId)).to.deep.equal(['batch.ordered']);
  });

  it('is refused when the fleet, or what is asked, is not what was previewed', async () => {
    const id = await rig.device('A');
    const { fingerprint } = await preview();
    const other: BatchQuestion = { filter: {}, order: { kind: 'refresh', args: {} } };
    expect(await codeOf(give({ ...other, fingerprint }))).to.equal('fleet-changed');
    await rig.device('B');
    expect(await codeOf(give({ ...everybody, fingerprint }))).to.equal('fleet-changed');
    const again = await preview();
    await rig.db('devices').where({ id }).update({ epoch: 2 });
    expect(await codeOf(give({ ...everybody, fingerprint: again.fingerprint }))).to.equal('fleet-changed');
    expect(await ordered()).to.deep.equal([]);
  });

  it('is not refused because a device came or went: it is in the queue either way', async () => {
    const id = await rig.device('A');
    const { fingerprint } = await preview();
    rig.connected.add(id);
    expect((await give({ ...everybody, fingerprint })).ordered).to.equal(1);
  });

  it('wipes three at most, retires five, and wants all their names and the password', async () => {
    for (const name of ['A', 'B', 'C', 'D']) await rig.device(name);
    const wipe: BatchQuestion = { filter: {}, order: { kind: 'wipe', args: { level: 'people' } } };
    const four = await preview(wipe);
    expect(four.limit).to.equal(3);
    const batch = { ...wipe, fingerprint: four.fingerprint, deviceNames: ['A', 'B', 'C', 'D'] };
    expect(await codeOf(give(batch))).to.equal('too-many-devices');
    await rig.db('devices').where({ name: 'D' }).update({ retired_at: '2026-11-01T00:00:00.000Z' });
    const { fingerprint } = await preview(wipe);
    for (const deviceNames of [undefined, ['A', 'B'], ['A', 'B', 'D'], ['A', 'B', 'C', 'D']]) {
      const named = { ...wipe, fingerprint, ...(deviceNames === undefined ? {} : { deviceNames }) };
      const refusal = await refused(give(named));
      expect([refusal.code, ...refusal.fields]).to.deep.equal(['not-valid', 'deviceNames']);
    }
    const right = { ...wipe, fingerprint, deviceNames: ['C', 'A', 'B'] };
    expect(await codeOf(give(right, person('administrator', { confirmed: false })))).to.equal('confirm-password');
    expect(await codeOf(give(right, token('administrator')))).to.equal('forbidden');
    expect(await ordered()).to.deep.equal([]);
    expect((await give(right)).ordered).to.equal(3);
    expect(rig.spent.callCount).to.equal(1);
    expect(await codeOf(give(right))).to.equal('conflict');
  });

  it('destroys nothing where a hold is set between the look and the order, nor where the device is called otherwise by then', async () => {
    const id = await rig.device('A');
    const wipe: BatchQuestion = { filter: {}, order: { kind: 'wipe', args: { level: 'device' } } };
    const clear: BatchQuestion = { filter: {}, order: { kind: 'clear-photos', args: {} } };
    const meanwhile = async (question: BatchQuestion, happens: () => Promise<unknown>) => {
      const { fingerprint } = await preview(question);
      let happening: Promise<unknown> | undefined;
      const has = sinon.stub(rig.connected, 'has').callsFake(() => {
        happening ??= happens();
        return false;
      });
      const code = await codeOf(give({ ...question, fingerprint, deviceNames: ['A'] }));
      has.restore();
      await happening;
      return code;
    };
    expect(await meanwhile(wipe, async () => rig.db('devices').where({ id }).update({ name: 'B' }))).to.equal(
      'fleet-changed',
    );
    await rig.db('devices').where({ id }).update({ name: 'A' });
    const hold = async () => rig.hold(id);
    expect(await meanwhile(wipe, hold)).to.equal('fleet-changed');
    await rig.db('holds').delete();
    expect(await meanwhile(clear, hold)).to.equal('fleet-changed');
    expect(await ordered()).to.deep.equal([]);
  });

  it('awaits approval as one wipe does', async () => {
    await rig.device('A');
    rig.state.administrators = 2;
    const wipe: BatchQuestion = { filter: {}, order: { kind: 'wipe', args: { level: 'device' } } };
    await give({ ...wipe, fingerprint: (await preview(wipe)).fingerprint, deviceNames: ['A'] });
    expect((await ordered()).map((row) => row.state)).to.deep.equal(['awaiting-approval']);
  });

  it('is for those who may order it one by one, also to look', async () => {
    await rig.device('A');
    expect(await codeOf(preview(everybody, person('manager')))).to.equal('forbidden');
    const { fingerprint } = await preview();
    expect(await codeOf(give({ ...everybody, fingerprint }, person('deputy')))).to.equal('forbidden');
  });

  it('is refused when no device is left', async () => {
    const { fingerprint } = await preview();
    expect(await codeOf(give({ ...everybody, fingerprint }))).to.equal('conflict');
  });

  it('names devices by what is said of them, all of it', async () => {
    const [a, b] = [await rig.device('A', { kind: 'tablet' }), await rig.device('B', { child_facing: true })];
    const session = { id: '1', person: 'alice', where: 'console', since: null, activity: 'active', locked: null };
    const at = '2026-11-20T09:00:00.000Z';
    const reading = JSON.stringify({ state: 'known', value: { sessions: [session] }, at });
    await rig.db('latest_readings').insert({ device_id: a, section: 'sessions', reading, received_at: at });
    await rig.db('findings').insert({ device_id: b, code: 'silent', text: '', remedy: '', since: at });
    rig.presence.spoke(b);
    const named = async (filter: BatchQuestion['filter']) =>
      (await preview({ ...everybody, filter })).devices.map((row) => row.deviceName).join('');
    expect(await named({ kind: 'tablet' })).to.equal('A');
    expect(await named({ childFacing: true })).to.equal('B');
    expect(await named({ childFacing: false })).to.equal('A');
    expect(await named({ signedIn: true })).to.equal('A');
    expect(await named({ finding: 'silent' })).to.equal('B');
    expect(await named({ presence: 'online' })).to.equal('B');
    expect(await named({ ids: [b] })).to.equal('B');
    expect(await named({ platform: 'linux' })).to.equal('AB');
    expect(await named({ platform: 'windows' })).to.equal('');
    expect(await named({ kind: 'tablet', childFacing: true })).to.equal('');
  });

  it('takes the place of waiting orders as a single one does', async () => {
    await rig.device('A');
    for (let time = 0; time < 2; time += 1) {
      const refresh: BatchQuestion = { filter: {}, order: { kind: 'refresh', args: {} } };
      await give({ ...refresh, fingerprint: (await preview(refresh)).fingerprint });
    }
    expect((await ordered()).map((row) => row.state)).to.deep.equal(['superseded', 'queued']);
  });

  it('gives 10,000 logouts in a few commits, and others get their turn meanwhile', async function () {
    this.timeout(60_000);
    const rows = Array.from({ length: 10_000 }, (_none, index) => ({
      id: `0b0f4f1e-0f0a-4b7e-8d64-${String(index).padStart(12, '0')}`,
      setting_id: 's',
      name: `Device ${index}`,
      kind: 'laptop',
      child_facing: false,
      epoch: 1,
      created_at: '2026-11-20T09:00:00.000Z',
    }));
    await rig.db.batchInsert('devices', rows, 100);
    const shown = await preview();
    expect(shown.devices).to.have.length(500);
    expect(shown.later).to.equal(10_000);
    let turns = 0;
    const beat = setInterval(() => {
      turns += 1;
    }, 10);
    expect((await give({ ...everybody, fingerprint: shown.fingerprint })).ordered).to.equal(10_000);
    clearInterval(beat);
    expect(turns).to.be.greaterThan(20);
    const moves = await rig.db('commands').select(rig.db.raw('sum(json_array_length(moves)) as n')).first();
    expect(moves).to.deep.equal({ n: 10_000 });
  });
});
