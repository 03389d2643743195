import { expect } from 'chai';
import fc from 'fast-check';
import type { MoveMessage } from '../../../../shared/wire/messages.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { envelope, session } from '../parts.ts';
import { createDevice, Killed, startLife } from './simulated-life.ts';

/** Dies at the n-th moment, and from then on at every other: the process is gone. */
function createDeath(moments: number) {
  let left = moments;
  let reached: string | undefined;
  return {
    moment: () => reached,
    at(moment: string): void {
      left -= 1;
      if (left > 0) return;
      reached ??= moment;
      throw new Killed();
    },
  };
}

const finals = ['verified', 'failed', 'refused'];

/** Taken while the agent still looks at its queue, or while it has nothing to do: those are two ways through the inbox. */
type When = 'busy' | 'idle';

/** Lives with deaths at the given moments, then one that is left alone; answers how the order went. */
async function liveThrough(deaths: readonly number[], when: When) {
  const device = createDevice([session('1')]);
  const dataFolder = makeTempFolder();
  const told: MoveMessage[] = [];
  const order = envelope();
  const moments: (string | undefined)[] = [];
  for (const death of deaths) {
    const { at, moment } = createDeath(death);
    const life = await startLife({ deviceFolder: device.folder, dataFolder, told, at });
    life.inbox.welcomed();
    if (when === 'idle') await life.inbox.idle();
    await life.inbox.take(order);
    await life.inbox.idle();
    moments.push(moment());
    await life.stop();
  }
  const life = await startLife({ deviceFolder: device.folder, dataFolder, told });
  life.inbox.welcomed();
  if (when === 'idle') await life.inbox.idle();
  await life.inbox.take(order);
  await life.inbox.idle();
  await life.tellAll();
  await life.stop();
  return { ended: device.ended(), moments, states: told.map(({ to }) => to), last: told.at(-1) };
}

for (const when of ['busy', 'idle'] as const) {
  describe(`an order that came to the ${when} agent, killed at any moment`, () => {
    it('acts at most once and always has an outcome, however often the agent dies', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 4 }), async (deaths) => {
          const { ended, states } = await liveThrough(deaths, when);
          expect(ended).to.be.at.most(1);
          const outcomes = states.filter((state) => finals.includes(state));
          expect(new Set(outcomes).size, states.join()).to.equal(1);
        }),
        { numRuns: 60 },
      );
    }).timeout(120_000);

    it('is verified by looking only when it died after it had acted', async () => {
      const at = await momentsUntil('after end-session', when);
      const { ended, last } = await liveThrough([at], when);
      expect(ended).to.equal(1);
      expect(last).to.deep.include({ to: 'verified', evidence: { before: [session('1')], after: [] } });
    });

    it('is failed as interrupted, without acting, when it died between started and acting', async () => {
      const at = await momentsUntil('before end-session', when);
      const { ended, last } = await liveThrough([at], when);
      expect(ended).to.equal(0);
      expect(last).to.deep.include({
        to: 'failed',
        reason: 'interrupted',
        evidence: { before: [session('1')], after: [session('1')] },
      });
    }).timeout(30_000);
  });
}

/** The number of the moment with that name. */
async function momentsUntil(name: string, when: When): Promise<number> {
  for (let count = 1; count < 30; count += 1) {
    const { moments } = await liveThrough([count], when);
    if (moments[0] === name) return count;
  }
  throw new Error(`no moment ${name}`);
}
