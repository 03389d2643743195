import { expect } from 'chai';
import sinon from 'sinon';
import { createOutbox, type Outbox } from '../../../../agent/report/outbox.ts';
import type { ReportQueue } from '../../../../agent/report/slices.ts';
import { createEnrolmentStore } from '../../../../agent/store/enrolment-store.ts';
import { createOutboxStore, type OutboxStore } from '../../../../agent/store/outbox-store.ts';
import { openStore, type Store } from '../../../../agent/store/store.ts';
import { silentLog } from '../../../../shared/log.ts';
import { until } from '../../../support/processes.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createHeardLog, createTestClock, morning, protectionReading, session, sessionsReading } from '../parts.ts';

const clock = createTestClock();
const anna = sessionsReading([session('1', 'anna')]);
const nobody = sessionsReading([]);

describe('the outbox of the agent', () => {
  let store: Store;
  let shelf: OutboxStore;

  beforeEach(async () => {
    store = await openStore({ dataFolder: makeTempFolder(), clock, log: silentLog });
    await createEnrolmentStore(store.database).open('a/1');
    shelf = createOutboxStore(store.database, 'a/1');
  });
  afterEach(() => store.close());

  async function open(change: Partial<Parameters<typeof createOutbox>[0]> = {}): Promise<Outbox> {
    const outbox = createOutbox({ queue: shelf, clock, log: silentLog, onQueued: () => {}, coalesceMs: 5, ...change });
    await outbox.start();
    return outbox;
  }

  const isWaiting = async () => ((await shelf.counts()).waiting === 1 ? true : undefined);

  async function drain(): Promise<string[]> {
    const seen: string[] = [];
    for (let next = await shelf.oldest(); next !== undefined; next = await shelf.oldest()) {
      seen.push(`${next.sequence}: ${Object.keys(next.sections).join(' ')}`);
      await shelf.acknowledge(next.sequence);
    }
    return seen;
  }

  it('makes one report of what one cycle found, and none of what was said before, also after a restart', async () => {
    const outbox = await open();
    outbox.take(anna);
    outbox.take(protectionReading('protected'));
    await outbox.flush();
    outbox.take(sessionsReading([session('1', 'anna')], morning + 60_000));
    await outbox.flush();
    await outbox.stop();
    const next = await open();
    next.take(anna);
    next.take(protectionReading('not-protected'));
    await next.stop();
    expect(await drain()).to.deep.equal(['1: encryption sessions', '2: encryption']);
  });

  it('writes by itself a moment after a change', async () => {
    const outbox = await open();
    outbox.take(anna);
    await until('the report', isWaiting);
    await outbox.stop();
  });

  it('keeps a sign-in that ended before anything was written: misuse is evidence (DEV7, INC1)', async () => {
    const outbox = await open();
    outbox.take(nobody);
    outbox.take(anna);
    outbox.take(nobody);
    await outbox.stop();
    expect(await drain()).to.have.length(3);
  });

  it('says everything again when the server holds less than it acknowledged', async () => {
    const outbox = await open();
    outbox.take(anna);
    outbox.take(protectionReading('protected'));
    await outbox.flush();
    await drain();
    await outbox.welcomed(1);
    expect(await drain()).to.deep.equal([]);
    await outbox.welcomed(0);
    expect(await drain()).to.deep.equal(['2: encryption sessions']);
    await outbox.stop();
  });

  it('holds what a full disk does not take, and writes it when there is room', async () => {
    let full = true;
    const { log, events } = createHeardLog();
    const queue: ReportQueue = {
      open: shelf.open,
      agree: shelf.agree,
      queue: (report) => (full ? Promise.reject(new Error('SQLITE_FULL: no room')) : shelf.queue(report)),
    };
    const outbox = await open({ queue, retryMs: 20, log });
    outbox.take(anna);
    await outbox.flush();
    outbox.take(protectionReading('protected'));
    await outbox.flush();
    expect(events.filter(({ event }) => event === 'report-not-written')).to.have.length(1);
    full = false;
    await until('the report', isWaiting);
    expect(await drain()).to.deep.equal(['1: encryption sessions']);
    await outbox.stop();
  });

  describe('on a disk that takes nothing for a while', () => {
    /** The time of its waits; the disk keeps its own. */
    let time: sinon.SinonFakeTimers;
    beforeEach(() => {
      time = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => time.restore());

    const noRoom = () => Promise.reject(new Error('SQLITE_FULL: no room'));

    async function openFull(trouble: () => Promise<unknown>, stuckAfterMs: number) {
      const disk = { full: true };
      const turns: boolean[] = [];
      const queue: ReportQueue = {
        open: shelf.open,
        agree: shelf.agree,
        async queue(report) {
          if (disk.full) await trouble();
          return shelf.queue(report);
        },
      };
      const { log, events } = createHeardLog();
      const onStuck = (stuck: boolean) => turns.push(stuck);
      return { disk, turns, events, outbox: await open({ queue, retryMs: 10, stuckAfterMs, onStuck, log }) };
    }

    it('tells once that it is stuck while the disk takes nothing or does not answer, and once when it does again', async () => {
      for (const trouble of [noRoom, () => new Promise((resolve) => setTimeout(resolve, 90))]) {
        const { disk, turns, events, outbox } = await openFull(trouble, 50);
        outbox.take(protectionReading(trouble === noRoom ? 'protected' : 'not-protected'));
        await time.tickAsync(54);
        expect(turns).to.deep.equal([]);
        await time.tickAsync(1);
        expect(turns).to.deep.equal([true]);
        disk.full = false;
        await time.tickAsync(80);
        await outbox.flush();
        expect(turns).to.deep.equal([true, false]);
        expect(events.filter(({ event }) => event === 'reports-stuck')).to.have.length(1);
        await outbox.stop();
      }
    });

    it('is not stuck when nothing changes, nor by a trouble that passes in time', async () => {
      const { disk, turns, outbox } = await openFull(noRoom, 60);
      await time.tickAsync(80);
      outbox.take(anna);
      await time.tickAsync(54);
      disk.full = false;
      await outbox.flush();
      expect(await shelf.counts()).to.include({ waiting: 1 });
      await time.tickAsync(100);
      expect(turns).to.deep.equal([]);
      await outbox.stop();
    });
  });

  it('reports a reading that does not fit its schema as unknown, so that the server need not refuse the report', async () => {
    const { log, events } = createHeardLog();
    const outbox = await open({ log });
    outbox.take(sessionsReading([session('1', 'a/path/as/a/name')]));
    await outbox.flush();
    expect((await shelf.oldest())?.sections.sessions).to.include({ state: 'unknown', reason: 'not-understood' });
    expect(events.map(({ event }) => event)).to.include('reading-not-valid');
    await outbox.stop();
  });

  it('takes a reading that does not fit for unknown however often it comes, and one that fits again for news', async () => {
    const outbox = await open();
    for (let time = 0; time < 3; time += 1) outbox.take(sessionsReading([session('1', 'a/path/as/a/name')]));
    await outbox.flush();
    expect((await shelf.oldest())?.sections.sessions).to.include({ state: 'unknown' });
    expect(await drain()).to.have.length(1);
    outbox.take(anna);
    await outbox.flush();
    expect((await shelf.oldest())?.sections).to.deep.equal(anna);
    await outbox.stop();
  });

  it('says again with the time of the latest look what was found unchanged since', async () => {
    const outbox = await open();
    outbox.take(anna);
    await outbox.flush();
    await drain();
    const later = sessionsReading([session('1', 'anna')], morning + 60_000);
    outbox.take(later);
    await outbox.welcomed(0);
    expect((await shelf.oldest())?.sections).to.deep.equal(later);
    await outbox.stop();
  });
});
