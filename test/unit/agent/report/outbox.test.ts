import { expect } from 'chai';
import fc from 'fast-check';
import { createOutbox, type Outbox } from '../../../../agent/report/outbox.ts';
import { createReportSender } from '../../../../agent/report/report-sender.ts';
import type { DeliverReport, ReportQueue } from '../../../../agent/report/slices.ts';
import { createEnrolmentStore } from '../../../../agent/store/enrolment-store.ts';
import { createOutboxStore, type OutboxStore } from '../../../../agent/store/outbox-store.ts';
import { openStore, type Store } from '../../../../agent/store/store.ts';
import { silentLog } from '../../../../shared/log.ts';
import { answerText, type Reading } from '../../../../shared/reading.ts';
import { type Sections, sectionNames } from '../../../../shared/report/report.ts';
import type { ReportMessage } from '../../../../shared/wire/messages.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createHeardLog, createTestClock, morning, protectionReading, session, sessionsReading } from '../parts.ts';

const clock = createTestClock();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
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
    await pause(200);
    expect((await shelf.counts()).waiting).to.equal(1);
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
    await pause(200);
    expect(await drain()).to.deep.equal(['1: encryption sessions']);
    await outbox.stop();
  });

  it('tells once that it is stuck while the disk takes nothing or does not answer, and once when it does again', async () => {
    const troubles = [() => Promise.reject(new Error('SQLITE_FULL: no room')), () => pause(90)];
    for (const trouble of troubles) {
      let full = true;
      const turns: boolean[] = [];
      const queue: ReportQueue = {
        open: shelf.open,
        agree: shelf.agree,
        async queue(report) {
          if (full) await trouble();
          return shelf.queue(report);
        },
      };
      const onStuck = (stuck: boolean) => turns.push(stuck);
      const { log, events } = createHeardLog();
      const outbox = await open({ queue, retryMs: 10, stuckAfterMs: 50, onStuck, log });
      outbox.take(protectionReading(trouble === troubles[0] ? 'protected' : 'not-protected'));
      await pause(70);
      expect(turns).to.deep.equal([true]);
      full = false;
      await pause(80);
      expect(turns).to.deep.equal([true, false]);
      expect(events.filter(({ event }) => event === 'reports-stuck')).to.have.length(1);
      await outbox.stop();
    }
  });

  it('is not stuck when nothing changes, nor by a trouble that passes in time', async () => {
    let full = true;
    const turns: boolean[] = [];
    const queue: ReportQueue = {
      open: shelf.open,
      agree: shelf.agree,
      queue: (report) => (full ? Promise.reject(new Error('SQLITE_FULL: no room')) : shelf.queue(report)),
    };
    const onStuck = (stuck: boolean) => turns.push(stuck);
    const outbox = await open({ queue, retryMs: 10, stuckAfterMs: 60, onStuck });
    await pause(80);
    outbox.take(anna);
    await pause(20);
    full = false;
    await pause(100);
    expect(turns).to.deep.equal([]);
    await outbox.stop();
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

/** What may happen to an agent, in any order. */
type Step =
  | { do: 'read'; readings: Partial<Sections> }
  | { do: 'flush' }
  | { do: 'crash' }
  | { do: 'send'; fate: Fate };

const readingSteps = [
  ...['1', '2', '3'].map((id) => sessionsReading([session(id)])),
  nobody,
  protectionReading('protected'),
  protectionReading('not-protected'),
].map((readings): Step => ({ do: 'read', readings }));

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...readingSteps) },
    { weight: 2, arbitrary: fc.constant<Step>({ do: 'flush' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'crash' }) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...(['taken', 'answer-lost', 'never-arrived'] as const).map((fate): Step => ({ do: 'send', fate })),
      ),
    },
  ),
  { maxLength: 40 },
);

/** A server as far as reports go: it stores a sequence once and keeps the latest of each section. */
function createPicture() {
  const bySequence = new Map<number, string>();
  const latest = new Map<string, string>();
  return {
    bySequence,
    latest,
    take(message: ReportMessage): void {
      const text = JSON.stringify(message.sections);
      expect(bySequence.get(message.sequence) ?? text, 'two reports with one sequence').to.equal(text);
      if (bySequence.has(message.sequence)) return;
      bySequence.set(message.sequence, text);
      for (const name of sectionNames) {
        const reading: Reading<unknown> | undefined = message.sections[name];
        if (reading !== undefined) latest.set(name, answerText(reading));
      }
    },
  };
}

type Fate = 'taken' | 'answer-lost' | 'never-arrived';

/** One agent's reporting on a real store, with a server that may be deaf, and crashes that lose what is in memory. */
async function createLife() {
  const dataFolder = makeTempFolder();
  const picture = createPicture();
  const last = new Map<string, Partial<Sections>>();
  let fate: Fate = 'taken';
  const deliver: DeliverReport = async (message) => {
    if (fate !== 'never-arrived') picture.take(message);
    return fate === 'taken' ? { state: 'done' } : { state: 'later' };
  };
  const none = () => {};
  const boot = async () => {
    const store = await openStore({ dataFolder, clock, log: silentLog });
    await createEnrolmentStore(store.database).open('a/1');
    const shelf = createOutboxStore(store.database, 'a/1');
    const outbox = createOutbox({ queue: shelf, clock, log: silentLog, onQueued: none, coalesceMs: 60_000 });
    await outbox.start();
    const rest = { correct: (at: string) => at, measureAgain: none, onAcknowledged: none, log: silentLog };
    return { store, outbox, sender: createReportSender({ epoch: 1, shelf, deliver, ...rest }) };
  };
  let agent = await boot();
  return {
    async step(step: Step): Promise<void> {
      if (step.do === 'read') {
        agent.outbox.take(step.readings);
        last.set(Object.keys(step.readings).join(), step.readings);
      } else if (step.do === 'flush') {
        await agent.outbox.flush();
      } else if (step.do === 'send') {
        fate = step.fate;
        await agent.sender.sendOldest();
      } else {
        // The file is closed under it: what was in memory is gone, what was committed is not.
        await agent.store.close();
        await agent.outbox.stop();
        agent = await boot();
        // After a start every probe is asked again.
        for (const readings of last.values()) agent.outbox.take(readings);
      }
    },
    /** All is well from here on: answers what the server ends up with, and what it should. */
    async end(): Promise<{ seen: [string, string][]; should: [string, string][] }> {
      await agent.outbox.stop();
      fate = 'taken';
      while ((await agent.sender.sendOldest()) === 'settled');
      await agent.store.close();
      const should = [...last.values()].flatMap((readings) =>
        Object.entries(readings).map(([name, reading]): [string, string] => [name, answerText(reading)]),
      );
      return { seen: [...picture.latest].sort(), should: should.sort() };
    },
  };
}

describe('reports, whatever happens', () => {
  it('never share a sequence, survive crashes once written, and leave the server with the last readings', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const life = await createLife();
        for (const step of plan) await life.step(step);
        const { seen, should } = await life.end();
        expect(seen).to.deep.equal(should);
      }),
      { numRuns: 40 },
    );
  }).timeout(120_000);
});
