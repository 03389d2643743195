import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import { sealedText } from '../../../../agent/store/journal-seal.ts';
import { migrations } from '../../../../agent/store/migrations.ts';
import { mayPass } from '../../../../agent/store/passing-trouble.ts';
import { openSqlite } from '../../../../agent/store/sqlite.ts';
import { instant } from '../../../../shared/instant.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { envelope, morning } from '../parts.ts';
import { byHand, createFilled, isTold, lookInto, move, startRun } from './journal-rig.ts';

describe('a journal that nobody changed', function () {
  this.timeout(60_000);

  it('is taken over from an agent that knew no seals, without a word', async () => {
    const folder = makeTempFolder();
    const old = await openSqlite(`${folder}/agent.db`, 'write');
    await old.script(`${migrations[0]}; pragma user_version = 1`);
    await old.run("insert into enrolments (enrolment, guard) values ('device/1', 'none')");
    const order = envelope();
    await old.run(
      "insert into orders (id, envelope, state, expires_at) values (?, ?, 'received', ?)",
      ...[order.id, JSON.stringify(order), instant(morning)],
    );
    await old.run("insert into moves (order_id, state, at) values (?, 'received', ?)", order.id, instant(morning));
    await old.close();
    const marks = new Set<string>();
    expect(await isTold(folder, { marks })).to.equal(false);
    const run = await startRun(folder, { marks });
    expect((await run.journal.inState('received')).map(({ id }) => id)).to.deep.equal([order.id]);
    expect([run.told, await run.enrolments.open('device/1')]).to.deep.equal([[], { state: 'none' }]);
    await run.close();
  });

  it('is taken over by another enrolment, by another key of the same, and by the first again', async () => {
    const { folder, marks } = await createFilled();
    for (const next of [
      { enrolment: 'device/2', secret: 'another secret' },
      { enrolment: 'device/2', secret: 'a third secret' },
      { enrolment: 'device/1', secret: 'a secret' },
    ]) {
      // As after an enrolment that was cut off before the store heard of it, too.
      expect(await isTold(folder, { ...next, marks }), JSON.stringify(next)).to.equal(false);
      const run = await startRun(folder, { ...next, marks });
      await run.enrolments.open(next.enrolment);
      const order = envelope();
      await run.journal.receive(order, instant(morning), move(order.id, 'received'));
      await run.close();
      expect(await isTold(folder, { ...next, marks })).to.equal(false);
    }
  });

  it('has its orders in a text that no later version may write otherwise: it would call every journal changed', async () => {
    const run = await startRun(makeTempFolder());
    const id = '6f0c2f4e-30a8-4f4e-9c5c-000000000001';
    await run.database.run(
      'insert into orders values (7, ?, ?, ?, ?, null, ?)',
      ...[id, '{"text":"\\"Größe\\" \\\\ / \u007f😀\u2028"}', 'failed', instant(morning), 'a seal'],
    );
    const move = "insert into moves values (?, ?, 'received', ?, null, ?, 'acknowledged')";
    await run.database.run(move, 12, id, instant(morning), 'tab\t');
    await run.database.run(move, 11, id, instant(morning), null);
    const [row] = await run.database.all(z.object({ text: z.string() }), `select ${sealedText} as text from orders`);
    expect(row?.text).to.equal(
      String.raw`[7,"6f0c2f4e-30a8-4f4e-9c5c-000000000001","{\"text\":\"\\\"Größe\\\" \\\\ / ` +
        '\u007f😀\u2028' +
        String.raw`\"}","failed","2026-11-23T08:00:00.000Z",null,` +
        String.raw`[[11,"received","2026-11-23T08:00:00.000Z",null,null],[12,"received","2026-11-23T08:00:00.000Z",null,"tab\t"]]]`,
    );
    const { seal } = run.keeping;
    expect(seal.owner).to.equal('device/1#496a62612a56bdaa');
    expect(seal.ofOrder(id, 'a text')).to.equal(
      'ba03093288dce2e7c367cdf83d0b41e17f0dd38f359ef4e52ba6502d1992b93e.c6de3c401f8c495e8c0decf4a9caa0de',
    );
    await run.close();
  });

  it('needs no mark, which the disk may not have taken; and a store that was lost begins anew without being called changed', async () => {
    const { folder, marks } = await createFilled();
    expect(await isTold(folder, { marks: new Set() })).to.equal(false);
    const anew = makeTempFolder();
    const run = await startRun(anew, { marks });
    await run.enrolments.open('device/1');
    await run.journal.open();
    expect(run.told).to.deep.equal([]);
    await run.close();
    expect(await isTold(anew, { marks })).to.equal(false);
  });

  it('is whole after anything that an agent may do, whatever texts it writes', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\0', '\u0001', '\ud800', '\udfff', '\u2028', '😀', 'ß'),
    });
    const steps = fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 4 }), text), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const folder = makeTempFolder();
        const marks = new Set<string>();
        let run = await startRun(folder, { marks });
        await run.enrolments.enrolled('device/1');
        const ids: string[] = [];
        for (const [what, which, plan] of given) {
          const id = ids[which % Math.max(1, ids.length)] ?? '';
          const acts = [
            async () => {
              const order = envelope();
              ids.push(order.id);
              await run.journal.receive(order, instant(morning), move(order.id, 'received'));
            },
            () => run.journal.move(move(id, 'started'), plan),
            () => run.journal.move(move(id, 'failed', { reason: 'action-failed' })),
            () => run.journal.tellAgain(id),
            async () => {
              for (const { number } of await run.journal.unacknowledged(9)) await run.journal.settle({ number });
              await run.journal.prune(morning + 31 * 24 * 3_600_000);
            },
            () => run.enrolments.welcomed('device/1', instant(morning), which),
            async () => {
              await run.close();
              run = await startRun(folder, { marks });
            },
          ];
          // Moves that the table does not allow are refused, and leave nothing.
          await acts[what]?.().catch((error: Error) =>
            expect(error.message).to.match(/cannot go from|not in the journal/),
          );
        }
        await run.close();
        expect(run.told).to.deep.equal([]);
        expect(await isTold(folder, { marks })).to.equal(false);
      }),
      { numRuns: 40 },
    );
  });

  it('waits for room on a full disk, and is not called changed for it', async () => {
    const { folder, marks } = await createFilled();
    await byHand(
      folder,
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < 500)
       insert into orders (id, envelope, state, expires_at) select 'more-' || i, '{}', 'failed', '' from n`,
    );
    await byHand(folder, 'delete from journal_head');
    await byHand(folder, 'update orders set seal = null');
    // As an old agent left it, on a disk that takes nothing.
    const [size] = await lookInto(folder, z.object({ page_count: z.int() }), 'pragma page_count');
    marks.clear();
    const run = await startRun(folder, { marks, pages: size?.page_count ?? 0 });
    const first = await run.journal.open().catch((error: unknown) => error);
    expect(mayPass(first), String(first)).to.equal(true);
    await run.database.script('pragma max_page_count = 100000');
    expect(await run.journal.inState('received')).to.have.length(2);
    expect(run.told).to.deep.equal([]);
    await run.close();
    expect(await isTold(folder, { marks })).to.equal(false);
  });
});
