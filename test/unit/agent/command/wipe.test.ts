import { expect } from 'chai';
import { createWipeExecutor } from '../../../../agent/command/wipe.ts';
import type { ActionResult, Wiping } from '../../../../agent/platform/actions.ts';
import type { WipeLevel } from '../../../../shared/command/kind/wipe.ts';
import { known, unknown } from '../../../../shared/reading.ts';

const at = '2026-06-01T00:00:00.000Z';
const signal = new AbortController().signal;

function rig(parts: { left?: number | undefined; result?: ActionResult; ready?: boolean } = {}) {
  const acted: string[] = [];
  const { result = { done: true } } = parts;
  const wiping: Wiping = {
    prepare: async (level) =>
      parts.ready === false
        ? { ready: false, reason: 'disk-not-encrypted' }
        : { ready: true, receipt: { level, volumes: level === 'device' ? 1 : 0, people: 2 } },
    async wipePeople() {
      acted.push('people');
      return result;
    },
    async destroyDevice() {
      acted.push('device');
      return result;
    },
    peopleLeft: async () => (parts.left === undefined ? unknown('tool-failed', at) : known(parts.left, at)),
  };
  const executor = createWipeExecutor({ wiping });
  async function order(level: WipeLevel) {
    const task = await executor.prepare({ level }, signal);
    if ('outcome' in task) return { outcome: task.outcome, plan: '' };
    expect(acted, 'nothing before the receipt').to.deep.equal([]);
    expect(task.receipt).to.deep.equal({ receipt: { level, volumes: level === 'device' ? 1 : 0, people: 2 } });
    await task.act();
    return { outcome: await task.conclude(signal), plan: task.plan };
  }
  return { executor, acted, order };
}

describe('the order to wipe', () => {
  it('of people’s data is verified only when a look finds nobody’s any more', async () => {
    const receipt = { level: 'people', volumes: 0, people: 2 };
    const done = rig({ left: 0 });
    expect((await done.order('people')).outcome).to.deep.equal({
      to: 'verified',
      evidence: { receipt, peopleLeft: 0 },
    });
    expect(done.acted).to.deep.equal(['people']);
    expect((await rig({ left: 1 }).order('people')).outcome).to.deep.equal({
      to: 'failed',
      reason: 'action-failed',
      evidence: { receipt, peopleLeft: 1 },
    });
    expect((await rig().order('people')).outcome).to.include({ to: 'failed', reason: 'cannot-look' });
  });

  it('of the device is never verified by the device itself: who can still speak was not wiped', async () => {
    const { order, acted } = rig({ left: 0, result: { done: true } });
    expect((await order('device')).outcome).to.deep.include({ to: 'failed', reason: 'action-failed' });
    expect(acted).to.deep.equal(['device']);
    const late = rig({ result: { done: false, reason: 'disk-not-encrypted' } });
    expect((await late.order('device')).outcome).to.deep.include({ to: 'failed', reason: 'disk-not-encrypted' });
  });

  it('is refused, with what is missing, where the device cannot do it', async () => {
    const { order, acted } = rig({ ready: false });
    expect((await order('device')).outcome).to.deep.equal({ to: 'refused', reason: 'disk-not-encrypted' });
    expect(acted).to.deep.equal([]);
  });

  it('after an interruption never acts again: the device says interrupted, people’s data is looked for', async () => {
    const before = rig({ left: 0 });
    const { plan: device } = await before.order('device');
    const after = rig({ left: 0 });
    expect(await after.executor.lookOnly(device, signal)).to.deep.equal({
      to: 'failed',
      reason: 'interrupted',
      evidence: { receipt: { level: 'device', volumes: 1, people: 2 } },
    });
    const { plan: people } = await rig({ left: 0 }).order('people');
    expect(await after.executor.lookOnly(people, signal)).to.include({ to: 'verified' });
    expect(await rig({ left: 2 }).executor.lookOnly(people, signal)).to.include({
      to: 'failed',
      reason: 'interrupted',
    });
    expect(after.acted).to.deep.equal([]);
  });
});
