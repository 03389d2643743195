import { expect } from 'chai';
import { createEnrolmentStore } from '../../../../agent/store/enrolment-store.ts';
import { createOutboxStore, type OutboxStore } from '../../../../agent/store/outbox-store.ts';
import { openStore, type Store } from '../../../../agent/store/store.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import { answerText } from '../../../../shared/reading.ts';
import type { Sections } from '../../../../shared/report/report.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createTestClock, morning, protectionReading, session, sessionsReading } from '../parts.ts';

describe('reports on the agent’s disk', () => {
  let store: Store;

  beforeEach(async () => {
    store = await openStore({ dataFolder: makeTempFolder(), clock: createTestClock(), log: silentLog });
  });
  afterEach(() => store.close());

  async function openOutbox(enrolment = 'a/1', limit?: number): Promise<OutboxStore> {
    await createEnrolmentStore(store.database).open(enrolment);
    const outbox = createOutboxStore(store.database, enrolment, limit);
    await outbox.open();
    return outbox;
  }

  const queue = (outbox: OutboxStore, sections: Partial<Sections>) =>
    outbox.queue({
      at: instant(morning),
      sections,
      answers: new Map(Object.entries(sections).map(([name, reading]) => [name, answerText(reading)])),
    });

  async function drain(outbox: OutboxStore): Promise<{ sequence: number; names: string[] }[]> {
    const seen: { sequence: number; names: string[] }[] = [];
    for (let next = await outbox.oldest(); next !== undefined; next = await outbox.oldest()) {
      seen.push({ sequence: next.sequence, names: Object.keys(next.sections) });
      await outbox.acknowledge(next.sequence);
    }
    return seen;
  }

  it('sends what is refused for good again section by section, and keeps the refused one with its reason', async () => {
    const outbox = await openOutbox();
    await queue(outbox, { ...sessionsReading([session('1')]), ...protectionReading('protected') });
    await outbox.setAside(1, 'not-valid');
    expect(await outbox.counts()).to.deep.equal({ waiting: 2, setAside: 1 });
    expect(await drain(outbox)).to.deep.equal([
      { sequence: 2, names: ['encryption'] },
      { sequence: 3, names: ['sessions'] },
    ]);
  });

  it('says that a section is not understood when it is refused for good, so that no old answer stays true at the server', async () => {
    const outbox = await openOutbox();
    await queue(outbox, sessionsReading([session('1')]));
    await outbox.setAside(1, 'too-large');
    const next = await outbox.oldest();
    const reading = { state: 'unknown', reason: 'not-understood', at: instant(morning) };
    expect(next).to.deep.equal({ sequence: 2, at: instant(morning), sections: { sessions: reading } });
    const { baseline } = await outbox.open();
    expect(baseline.get('sessions'), 'the next run says the true answer again').to.equal('unknown not-understood ');
    await outbox.setAside(2, 'not-valid');
    expect(await outbox.counts(), 'and it ends').to.deep.equal({ waiting: 0, setAside: 2 });
  });

  it('does not say so when a newer answer of the section waits already', async () => {
    const outbox = await openOutbox();
    await queue(outbox, sessionsReading([session('1')]));
    await queue(outbox, sessionsReading([]));
    await outbox.setAside(1, 'too-large');
    expect(await drain(outbox)).to.deep.equal([{ sequence: 2, names: ['sessions'] }]);
  });

  it('does not send an older reading after a newer one when a report is taken apart', async () => {
    const outbox = await openOutbox();
    await queue(outbox, { ...sessionsReading([session('1')]), ...protectionReading('protected') });
    await queue(outbox, sessionsReading([]));
    await outbox.setAside(1, 'not-valid');
    expect(await drain(outbox)).to.deep.equal([
      { sequence: 2, names: ['sessions'] },
      { sequence: 3, names: ['encryption'] },
    ]);
  });

  it('puts aside what an earlier enrolment left: it must not reach another server', async () => {
    await queue(await openOutbox('a/1'), sessionsReading([session('1')]));
    const next = await openOutbox('b/1');
    expect(await next.oldest()).to.equal(undefined);
    expect(await next.counts()).to.deep.equal({ waiting: 0, setAside: 1 });
    expect(await next.open()).to.deep.equal({ lastSequence: 0, acknowledged: 0, baseline: new Map() });
  });

  it('thins out what a later report says again while a long time is offline, sign-ins last, and never the newest (DEV7)', async () => {
    const outbox = await openOutbox('a/1', 20);
    for (let turn = 0; turn < 40; turn += 1) {
      await queue(outbox, protectionReading(turn % 2 === 0 ? 'protected' : 'not-protected'));
      if (turn < 12) await queue(outbox, sessionsReading([session(String(turn))]));
    }
    const reports = await drain(outbox);
    expect(reports.length).to.be.at.most(20);
    expect(reports.filter(({ names }) => names.includes('sessions'))).to.have.length(12);
    expect(reports.at(-1)).to.deep.equal({ sequence: 52, names: ['encryption'] });
    const sequences = reports.map(({ sequence }) => sequence);
    expect(sequences).to.deep.equal([...new Set(sequences)].sort((a, b) => a - b));
  });

  it('stays bounded when nothing but sign-ins happens', async () => {
    const outbox = await openOutbox('a/1', 20);
    for (let turn = 0; turn < 100; turn += 1) await queue(outbox, sessionsReading([session(String(turn))]));
    expect((await outbox.counts()).waiting).to.be.at.most(20);
  });

  it('takes for acknowledged what the server says it holds', async () => {
    const outbox = await openOutbox();
    for (const id of ['1', '2', '3']) await queue(outbox, sessionsReading([session(id)]));
    const { position, sendEverything } = await outbox.agree(2);
    expect(sendEverything).to.equal(false);
    expect(position).to.include({ acknowledged: 2, lastSequence: 3 });
    expect((await outbox.oldest())?.sequence).to.equal(3);
  });

  it('forgets its baselines when the server holds less than it acknowledged, once', async () => {
    const outbox = await openOutbox();
    await queue(outbox, sessionsReading([]));
    await outbox.acknowledge(1);
    expect((await outbox.agree(0)).sendEverything).to.equal(true);
    expect((await outbox.open()).baseline.size).to.equal(0);
    expect((await outbox.agree(0)).sendEverything).to.equal(false);
    expect(await queue(outbox, sessionsReading([]))).to.equal(2);
  });

  it('goes on above the server’s count when the server holds more than this store ever wrote', async () => {
    const outbox = await openOutbox();
    await queue(outbox, sessionsReading([]));
    expect((await outbox.agree(9)).sendEverything).to.equal(true);
    expect(await outbox.oldest()).to.equal(undefined);
    expect(await queue(outbox, sessionsReading([]))).to.equal(10);
  });

  it('puts a report aside that it cannot read any more, and goes on', async () => {
    const outbox = await openOutbox();
    await queue(outbox, sessionsReading([]));
    await queue(outbox, protectionReading('protected'));
    await store.database.run(`update reports set sections = '{"sessions":{"state":"perhaps"}}' where sequence = 1`);
    expect((await outbox.oldest())?.sequence).to.equal(2);
  });
});
