import { expect } from 'chai';
import fc from 'fast-check';
import { createOutbox } from '../../../../agent/report/outbox.ts';
import { createReportSender } from '../../../../agent/report/report-sender.ts';
import type { DeliverReport } from '../../../../agent/report/slices.ts';
import { createEnrolmentStore } from '../../../../agent/store/enrolment-store.ts';
import { createOutboxStore } from '../../../../agent/store/outbox-store.ts';
import { openStore } from '../../../../agent/store/store.ts';
import { silentLog } from '../../../../shared/log.ts';
import { answerText, type Reading } from '../../../../shared/reading.ts';
import { type Sections, sectionNames } from '../../../../shared/report/report.ts';
import type { ReportMessage } from '../../../../shared/wire/messages.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createTestClock, protectionReading, session, sessionsReading } from '../parts.ts';

const clock = createTestClock();
const nobody = sessionsReading([]);

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
