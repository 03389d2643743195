import { expect } from 'chai';
import type { Executor } from '../../../../agent/command/executor.ts';
import type { MoveMessage } from '../../../../shared/wire/messages.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { envelope, session } from '../parts.ts';
import { createDevice, startLife } from './simulated-life.ts';

const statesOf = (told: MoveMessage[]) => told.map(({ to, reason }) => (reason === undefined ? to : `${to} ${reason}`));
const wipeOrder = () => envelope({ order: { kind: 'wipe', args: { level: 'device' } } });
const receipt = { receipt: { level: 'device', volumes: 2, people: 3 } } as const;

/** Destroys nothing and remembers that it was asked to. */
function recordingWipe() {
  const acts: string[] = [];
  const interrupted = async () => ({ to: 'failed', reason: 'interrupted' }) as const;
  const wipe: Executor<'wipe'> = {
    prepare: async () => ({ plan: '[]', receipt, act: async () => void acts.push('act'), conclude: interrupted }),
    lookOnly: interrupted,
  };
  return { wipe, acts };
}

describe('what guards a device against orders', () => {
  let told: MoveMessage[];
  let base: { deviceFolder: string; dataFolder: string; told: MoveMessage[] };

  beforeEach(() => {
    told = [];
    base = { deviceFolder: createDevice([session('1')]).folder, dataFolder: makeTempFolder(), told };
  });

  it('refuses what the device’s own administrator has forbidden, and nothing else', async () => {
    const { wipe, acts } = recordingWipe();
    const life = await startLife({ ...base, executors: { wipe }, bench: { forbids: ['wipe'] } });
    life.inbox.welcomed();
    await life.inbox.take(wipeOrder());
    await life.inbox.take(envelope());
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['refused forbidden-on-device', 'received', 'started', 'verified']);
    expect(acts).to.deep.equal([]);
    await life.stop();
  });

  it('refuses what its system can never do, with what would be needed, before anything is begun', async () => {
    const { wipe, acts } = recordingWipe();
    const refusal = async (kind: string) => (kind === 'wipe' ? ('needs-device-management' as const) : undefined);
    const life = await startLife({ ...base, executors: { wipe }, refusal });
    life.inbox.welcomed();
    await life.inbox.take(wipeOrder());
    await life.inbox.take(envelope());
    await life.inbox.idle();
    await life.tellAll();
    const expected = ['received', 'refused needs-device-management', 'received', 'started', 'verified'];
    expect(statesOf(told)).to.deep.equal(expected);
    expect(acts).to.deep.equal([]);
    await life.stop();
  });

  it('puts off what destroys while the device installs updates or shuts down; offered again, it is carried out once', async () => {
    const { wipe, acts } = recordingWipe();
    let busy = true;
    const life = await startLife({ ...base, executors: { wipe }, isBusy: async () => busy });
    const order = wipeOrder();
    life.inbox.welcomed();
    await life.inbox.take(order);
    await life.inbox.take(envelope());
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'deferred busy', 'received', 'started', 'verified']);
    busy = false;
    for (let turn = 0; turn < 3; turn += 1) {
      await life.inbox.take(order);
      const working = life.inbox.idle();
      await tellUntil(life.tellAll, working);
    }
    expect(acts).to.deep.equal(['act']);
    expect(statesOf(told).slice(5, 8)).to.deep.equal(['received', 'started', 'failed interrupted']);
    await life.stop();
  });

  it('destroys nothing before the server has the receipt', async () => {
    const { wipe, acts } = recordingWipe();
    const life = await startLife({ ...base, executors: { wipe } });
    life.inbox.welcomed();
    await life.inbox.take(wipeOrder());
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'started', 'failed no-answer']);
    expect(told[1]?.evidence).to.deep.equal(receipt);
    expect(acts).to.deep.equal([]);
    await life.stop();
  });

  it('destroys nothing when the server will not take the receipt', async () => {
    const { wipe, acts } = recordingWipe();
    const deliver = async (message: MoveMessage) => {
      told.push(message);
      return message.to === 'started'
        ? ({ state: 'refused', code: 'illegal-move', message: '' } as const)
        : ({ state: 'done' } as const);
    };
    const life = await startLife({ ...base, deliver, executors: { wipe } });
    life.inbox.welcomed();
    await life.inbox.take(wipeOrder());
    await tellUntil(life.tellAll, life.inbox.idle());
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'started', 'failed no-answer']);
    expect(acts).to.deep.equal([]);
    await life.stop();
  });

  it('destroys once the server has the receipt, and not again after a restart', async () => {
    const { wipe, acts } = recordingWipe();
    const order = wipeOrder();
    const life = await startLife({ ...base, executors: { wipe } });
    life.inbox.welcomed();
    await life.inbox.take(order);
    await tellUntil(life.tellAll, life.inbox.idle());
    await life.stop();
    const next = await startLife({ ...base, executors: { wipe } });
    next.inbox.welcomed();
    await next.inbox.take(order);
    await tellUntil(next.tellAll, next.inbox.idle());
    expect(acts).to.deep.equal(['act']);
    await next.stop();
  });

  it('leaves the fleet in two steps: it says so, and is found to have left once the server has that', async () => {
    const life = await startLife(base);
    life.inbox.welcomed();
    await life.inbox.take(envelope({ order: { kind: 'retire', args: {} } }));
    await life.inbox.idle();
    expect(await life.journal.verifiedWith('retire', 'told')).to.deep.equal([]);
    expect(await life.journal.verifiedWith('retire', 'any')).to.have.lengthOf(1);
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'started', 'verified']);
    expect(await life.journal.verifiedWith('retire', 'told')).to.have.lengthOf(1);
    await life.stop();
  });
});

/** Tells the server while the work goes on, as the courier does. */
async function tellUntil(tellAll: () => Promise<void>, working: Promise<void>): Promise<void> {
  let done = false;
  const watched = working.finally(() => {
    done = true;
  });
  while (!done) {
    await tellAll();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await watched;
  await tellAll();
}
