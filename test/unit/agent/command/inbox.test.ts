import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { instant } from '../../../../shared/instant.ts';
import { sectionNames } from '../../../../shared/report/report.ts';
import type { MoveMessage } from '../../../../shared/wire/messages.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { envelope, morning, session } from '../parts.ts';
import { createDevice, type LifeOptions, startLife } from './simulated-life.ts';

const statesOf = (told: MoveMessage[]) => told.map(({ to, reason }) => (reason === undefined ? to : `${to} ${reason}`));

describe('orders on the device', () => {
  let told: MoveMessage[];
  let dataFolder: string;

  beforeEach(() => {
    told = [];
    dataFolder = makeTempFolder();
  });

  /** Somebody is signed in to the device, and its agent runs. */
  async function begin(more: Partial<LifeOptions> = {}) {
    const device = createDevice([session('1')]);
    return { device, life: await startLife({ deviceFolder: device.folder, dataFolder, told, ...more }) };
  }

  it('are received, started and verified by looking again, with who was signed in as evidence (DEV2)', async () => {
    const device = createDevice([session('1'), session('2', 'ben')]);
    const life = await startLife({ deviceFolder: device.folder, dataFolder, told });
    life.inbox.welcomed();
    await life.inbox.take(envelope());
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'started', 'verified']);
    const before = [session('1'), session('2', 'ben')];
    expect(told[2]?.evidence).to.deep.equal({ before, after: [], automaticSignIn: 'not-set' });
    expect(device.ended()).to.equal(2);
    await life.stop();
  });

  it('are carried out one after the other, in the order they came', async () => {
    const device = createDevice([session('1'), session('2', 'ben')], { slowMs: 30 });
    const life = await startLife({ deviceFolder: device.folder, dataFolder, told });
    life.inbox.welcomed();
    const ids = [session('1'), session('2', 'ben')].map(({ id, person, since }) => {
      const one = envelope({ order: { kind: 'logout', args: { sessions: [{ id, person, since }] } } });
      void life.inbox.take(one);
      return one.id;
    });
    await life.inbox.idle();
    await life.tellAll();
    const acted = told
      .filter(({ to }) => to !== 'received')
      .map(({ commandId, to }) => `${ids.indexOf(commandId)} ${to}`);
    expect(acted).to.deep.equal(['0 started', '0 verified', '1 started', '1 verified']);
    await life.stop();
  });

  it('run once: the same id again, in this run or the next, only tells the server so, and again how it went', async () => {
    const order = envelope();
    const { device, life } = await begin();
    life.inbox.welcomed();
    await life.inbox.take(order);
    await life.inbox.idle();
    await life.tellAll();
    device.write({ sessions: { value: { sessions: [session('9')] } } });
    await life.inbox.take(order);
    await life.inbox.idle();
    await life.tellAll();
    await life.stop();
    const next = await startLife({ deviceFolder: device.folder, dataFolder, told });
    next.inbox.welcomed();
    await next.inbox.take(order);
    await next.inbox.idle();
    await next.tellAll();
    expect(device.ended()).to.equal(1);
    const way = ['received', 'started', 'verified'];
    expect(statesOf(told)).to.deep.equal([...way, 'refused replayed', ...way, 'refused replayed', ...way]);
    await next.stop();
  });

  it('are told again from the beginning, also before they ran, when a server that lost its record offers them again', async () => {
    const order = envelope();
    const { device, life } = await begin();
    await life.inbox.take(order);
    await life.tellAll();
    await life.inbox.take(order);
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'received']);
    life.inbox.welcomed();
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told).slice(2)).to.deep.equal(['started', 'verified']);
    expect(device.ended()).to.equal(1);
    await life.stop();
  });

  it('are refused and journalled in observe mode, also one that was received before it', async () => {
    const waits = envelope();
    const { device, life: first } = await begin();
    await first.inbox.take(waits);
    await first.stop();
    const life = await startLife({ deviceFolder: device.folder, dataFolder, told, bench: { observeMode: true } });
    life.inbox.welcomed();
    await life.inbox.take(envelope());
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told).sort()).to.deep.equal(['received', 'refused observe-mode', 'refused observe-mode']);
    expect(device.ended()).to.equal(0);
    await life.stop();
  });

  it('that were received wait for the server after a restart, and are refused when they ran out meanwhile', async () => {
    const { device, life: first } = await begin();
    await first.inbox.take(envelope());
    await first.inbox.take(envelope({ expiresAt: instant(morning + 1_000) }));
    await first.stop();
    expect(device.ended()).to.equal(0);
    const life = await startLife({ deviceFolder: device.folder, dataFolder, told });
    await life.inbox.idle();
    expect(device.ended()).to.equal(0);
    life.clock.at = morning + 2_000;
    life.inbox.welcomed();
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told).sort()).to.deep.equal(['received', 'received', 'refused too-late', 'started', 'verified']);
    await life.stop();
  });

  it('do not use up a true order’s id when forged: the true one still runs', async () => {
    const id = randomUUID();
    const { life } = await begin();
    life.inbox.welcomed();
    await life.inbox.take(envelope({ id }, 'forger'));
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['refused bad-signature']);
    expect(await life.journal.find(id)).to.equal(undefined);
    await life.inbox.take(envelope({ id }));
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['refused bad-signature', 'received', 'started', 'verified']);
    await life.stop();
  });

  it('that are garbage are ignored, or refused by the id they carry; a later order runs', async () => {
    const { device, life } = await begin();
    life.inbox.welcomed();
    for (const garbage of [undefined, null, 7, 'logout', [], {}, { id: 'x' }]) await life.inbox.take(garbage);
    await life.inbox.take({ id: randomUUID(), text: 5, signature: 'x' });
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['refused not-understood']);
    await life.inbox.take(envelope());
    await life.inbox.idle();
    expect(device.ended()).to.equal(1);
    await life.stop();
  });

  it('that cannot be journalled are not carried out until the disk has room', async () => {
    let full = true;
    const at = (moment: string) => {
      if (full && moment === 'before receive') throw new Error('SQLITE_FULL: database or disk is full');
    };
    const { device, life } = await begin({ at });
    life.inbox.welcomed();
    void life.inbox.take(envelope());
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(device.ended()).to.equal(0);
    full = false;
    await life.inbox.idle();
    await life.inbox.idle();
    expect(device.ended()).to.equal(1);
    await life.stop();
  });

  it('that come to an idle agent are journalled with what followed at once, in one commit, and tell the same', async () => {
    const moments: string[] = [];
    const { life } = await begin({ at: (moment) => moments.push(moment) });
    life.inbox.welcomed();
    await life.inbox.idle();
    moments.length = 0;
    await life.inbox.take(envelope());
    await life.inbox.idle();
    const written = moments.filter((moment) => ['after receive', 'before end-session', 'after move'].includes(moment));
    expect(written).to.deep.equal(['after receive', 'before end-session', 'after move']);
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'started', 'verified']);
    await life.stop();
  });

  it('that take long to look into are received before, and looked into once', async () => {
    const moments: string[] = [];
    let looked = () => {};
    const isBusy = async () => {
      await new Promise<void>((resolve) => {
        looked = resolve;
      });
      moments.push('looked');
      return false;
    };
    const at = (moment: string) => moments.push(moment);
    const { life } = await begin({ at, isBusy, momentMs: 10 });
    life.inbox.welcomed();
    await life.inbox.idle();
    // Data are lost by it, so it is asked whether the device is busy.
    await life.inbox.take(envelope({ order: { kind: 'clear-photos', args: {} } }));
    expect(moments).to.include('after receive').and.not.include('looked');
    looked();
    await life.inbox.idle();
    expect(moments.filter((moment) => moment === 'looked')).to.have.length(1);
    await life.tellAll();
    expect(statesOf(told)[0]).to.equal('received');
    expect(told).to.have.length.above(1);
    await life.stop();
  });

  it('that run out while the device is looked at, as when its lid is shut, are not carried out', async () => {
    let sleep = () => {};
    const refusal = async () => {
      sleep();
      return undefined;
    };
    const { device, life } = await begin({ refusal });
    sleep = () => {
      life.clock.at += 2 * 3_600_000;
    };
    life.inbox.welcomed();
    await life.inbox.idle();
    await life.inbox.take(envelope());
    await life.inbox.idle();
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'refused too-late']);
    expect(device.ended()).to.equal(0);
    await life.stop();
  });

  it('that met a full disk are looked into anew when it has room, for what was seen before is old', async () => {
    let full = true;
    const at = (moment: string) => {
      if (full && moment === 'before receive') throw new Error('SQLITE_FULL: database or disk is full');
    };
    const { device, life } = await begin({ at });
    life.inbox.welcomed();
    await life.inbox.idle();
    const taken = life.inbox.take(envelope());
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(device.ended()).to.equal(0);
    device.write({ sessions: { value: { sessions: [session('2', 'ben')] } } });
    full = false;
    await taken;
    await life.inbox.idle();
    await life.tellAll();
    expect(told.at(-1)?.evidence).to.have.deep.property('before', [session('2', 'ben')]);
    await life.stop();
  });

  it('that wait from before are carried out before one that comes, also after a fault', async () => {
    let faulty = true;
    let looked = () => {};
    const isBusy = async () => {
      if (faulty)
        await new Promise<void>((resolve) => {
          looked = resolve;
        });
      return false;
    };
    const at = (moment: string) => {
      if (faulty && moment === 'before move') throw new Error('a fault that no waiting mends');
    };
    const { device, life } = await begin({ at, isBusy, momentMs: 10 });
    life.inbox.welcomed();
    await life.inbox.idle();
    const first = envelope({ order: { kind: 'clear-photos', args: {} } });
    await life.inbox.take(first);
    looked();
    await life.inbox.idle();
    faulty = false;
    const second = envelope();
    await life.inbox.take(second);
    await life.inbox.idle();
    await life.tellAll();
    const finals = told.filter(({ to }) => to !== 'received' && to !== 'started').map(({ commandId }) => commandId);
    expect(finals).to.deep.equal([first.id, second.id]);
    expect(device.ended()).to.equal(1);
    await life.stop();
  });

  it('run every probe on refresh, and name those that gave no answer', async () => {
    const { life } = await begin();
    life.inbox.welcomed();
    await life.inbox.take(envelope({ order: { kind: 'refresh', args: {} } }));
    await life.inbox.idle();
    await life.tellAll();
    expect(told[2]).to.deep.include({
      to: 'verified',
      evidence: {
        sections: sectionNames,
        unknown: sectionNames.filter((name) => name !== 'sessions'),
      },
    });
    await life.stop();
  });

  it('keep telling until the server answers, and settle what it will never take', async () => {
    const device = createDevice([]);
    let deaf = true;
    const life = await startLife({
      deviceFolder: device.folder,
      dataFolder,
      told,
      deliver: async (message) => {
        if (deaf) return { state: 'later' };
        told.push(message);
        return message.to === 'started' ? { state: 'refused', code: 'illegal-move', message: '' } : { state: 'done' };
      },
    });
    life.inbox.welcomed();
    const order = envelope();
    await life.inbox.take(order);
    await life.inbox.idle();
    expect(await life.sender.sendOldest()).to.equal('later');
    expect(await life.journal.openIds(10)).to.deep.equal([order.id]);
    deaf = false;
    await life.tellAll();
    expect(statesOf(told)).to.deep.equal(['received', 'started', 'verified']);
    expect(await life.journal.openIds(10)).to.deep.equal([]);
    await life.stop();
  });
});

describe('the journal of orders', () => {
  it('forgets an order thirty days after it ran out, by the server’s clock, and never one that is not told yet', async () => {
    const told: MoveMessage[] = [];
    const device = createDevice([]);
    const life = await startLife({ deviceFolder: device.folder, dataFolder: makeTempFolder(), told });
    life.inbox.welcomed();
    const order = envelope();
    await life.inbox.take(order);
    await life.inbox.idle();
    const day = 86_400_000;
    expect(await life.journal.prune(morning + 31 * day)).to.equal(0);
    await life.tellAll();
    expect(await life.journal.prune(morning + 29 * day)).to.equal(0);
    expect(await life.journal.prune(morning + 31 * day)).to.equal(1);
    expect(await life.journal.find(order.id)).to.equal(undefined);
    await life.stop();
  });
});
