import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import { instant } from '../../../../shared/instant.ts';
import { envelope, morning } from '../parts.ts';
import { byHand, createFilled, lookInto, move, startRun } from './journal-rig.ts';

/** What moves on its own, with no order: why none of these is sealed is said in agent/README.md. */
const unsealed = ['moves.settled', 'enrolments.last_sequence', 'enrolments.acknowledged'];
const tables = ['orders', 'moves', 'journal_head', 'enrolments'];
const cell = z.object({ table: z.string(), column: z.string(), row: z.int() });

type Filled = Awaited<ReturnType<typeof createFilled>>;

/** Each cell of the tables that the journal lies in, as SQLite names them: a column that is new is one of them. */
async function cellsOf(folder: string): Promise<z.infer<typeof cell>[]> {
  const all = await Promise.all(
    tables.map(async (table) =>
      lookInto(
        folder,
        cell,
        `select '${table}' as "table", c.name as "column", r.rowid as "row" from pragma_table_info('${table}') c, ${table} r`,
      ),
    ),
  );
  return all.flat().filter(({ table, column }) => !unsealed.includes(`${table}.${column}`));
}

/** What the agent would still act upon or tell. */
async function standing(folder: string, filled: Filled) {
  const run = await startRun(folder, { marks: filled.marks });
  await run.enrolments.open('device/1');
  await run.journal.open();
  const guard = await run.enrolments.open('device/1');
  const received = (await run.journal.inState('received')).map(({ id }) => id);
  const started = (await run.journal.inState('started')).map(({ id }) => id);
  const waiting = (await run.journal.unacknowledged(100)).map(({ message }) => message);
  await run.close();
  return { told: run.told, guard, received, started, waiting };
}

describe('a journal that was changed by hand', function () {
  this.timeout(120_000);
  let filled: Filled;
  before(async () => {
    filled = await createFilled();
  });

  it('is found whatever cell was changed to whatever value, once, and what was changed is never acted upon', async () => {
    const cells = await cellsOf(filled.folder);
    expect(new Set(cells.map(({ table, column }) => `${table}.${column}`))).to.have.length(
      // orders 7, moves 7, journal_head 6, enrolments 5, less those that are not sealed.
      7 + 7 + 6 + 5 - unsealed.length,
    );
    let changed = 0;
    const value = fc.oneof(
      fc.constantFrom('received', 'verified', 'started', 'none', 'awaits-server', 'since', '', 'a\0b', null),
      fc.constantFrom(instant(morning), instant(morning + 9e12), '{}', "X'7b7d'", 0, 1, 3, 2 ** 53),
      fc.string({ unit: 'binary' }),
      fc.integer(),
    );
    const check = async ({ table, column, row }: z.infer<typeof cell>, given: string | number | null) => {
      const folder = filled.copy();
      const isBlob = typeof given === 'string' && given.startsWith("X'");
      const to = isBlob ? given : '?';
      const sql = `update ${table} set "${column}" = ${to} where rowid = ${row} and "${column}" is not ${to}`;
      // What the table itself forbids nobody can write.
      const count = await byHand(folder, sql, ...(isBlob ? [] : [given, given])).catch(() => 0);
      if (count === 0) return;
      changed += 1;
      const { told, received, started, guard } = await standing(folder, filled);
      expect(told, `${table}.${column}`).to.have.length(1);
      const { received: good, other, started: begun } = filled.orders;
      expect([good.id, other.id]).to.include.members(received);
      expect([begun.id]).to.include.members(started);
      const changedOrder = await orderOf(filled.folder, table, row);
      if (guard.state === 'none') expect([...received, ...started]).to.not.include(changedOrder);
      expect((await standing(folder, filled)).told, `told again: ${table}.${column}`).to.deep.equal([]);
    };
    for (const one of cells) await check(one, 'something else');
    // Nothing is not the same as an empty text.
    for (const one of cells.filter(({ column }) => column === 'guarded_since')) await check(one, '');
    await fc.assert(fc.asyncProperty(fc.constantFrom(...cells), value, check), { numRuns: 150 });
    expect(changed).to.be.greaterThan(150);
  });

  it('loses the one order alone that was altered, and the others go on', async () => {
    for (const change of ["expires_at = '2027-01-01T00:00:00.000Z'", `plan = '{"ids":["9"]}'`, "state = 'verified'"]) {
      const folder = filled.copy();
      const { received, other } = filled.orders;
      await byHand(folder, `update orders set ${change} where id = ?`, received.id);
      const found = await standing(folder, filled);
      expect(found).to.deep.include({ told: ['journal-changed'], guard: { state: 'none' }, received: [other.id] });
      const said = found.waiting.filter(({ commandId }) => commandId === received.id);
      expect(said).to.deep.equal([move(received.id, 'refused', { reason: 'journal-changed' })]);
    }
  });

  it('tells the server nothing of what an altered order says of itself', async () => {
    const folder = filled.copy();
    const { started } = filled.orders;
    await byHand(
      folder,
      `insert into moves (order_id, state, at, evidence) values (?, 'verified', ?, '{"before":[],"after":[]}')`,
      ...[started.id, instant(morning)],
    );
    const { waiting, started: begun } = await standing(folder, filled);
    expect(begun).to.deep.equal([]);
    const said = waiting.filter(({ commandId }) => commandId === started.id).map(({ to, reason }) => [to, reason]);
    expect(said).to.deep.equal([['refused', 'journal-changed']]);
  });

  it('forgets an order that somebody put there, and its moves, and the others go on', async () => {
    const folder = filled.copy();
    const forged = envelope();
    await byHand(
      folder,
      "insert into orders (id, envelope, state, expires_at, seal) select ?, ?, 'received', expires_at, seal from orders limit 1",
      ...[forged.id, JSON.stringify(forged)],
    );
    await byHand(folder, "insert into moves (order_id, state, at) values ('nobody', 'failed', '')");
    const { told, guard, received, waiting } = await standing(folder, filled);
    expect([told.length, guard.state]).to.deep.equal([1, 'none']);
    expect(received).to.have.members([filled.orders.received.id, filled.orders.other.id]);
    expect(waiting.map(({ commandId }) => commandId)).to.not.include.members([forged.id, 'nobody']);
  });

  it('stands an id that is no text, also one that reads like an order’s', async () => {
    for (const id of [envelope().id, filled.orders.verified.id]) {
      const folder = filled.copy();
      await byHand(
        folder,
        "insert into orders (id, envelope, state, expires_at) values (cast(? as blob), '{}', 'received', '')",
        id,
      );
      await byHand(folder, 'delete from journal_head');
      const found = await standing(folder, filled);
      expect(found).to.deep.include({ told: ['journal-changed'], guard: { state: 'awaits-server' } });
      expect(found.waiting.map(({ reason }) => reason)).to.not.include('journal-changed');
      expect((await standing(folder, filled)).told).to.deep.equal([]);
    }
  });

  it('counts as lost when an order is gone, was put back to what it had been, or the head is gone', async () => {
    const { received } = filled.orders;
    const before = await rowsOf(filled.folder, received.id);
    const later = filled.copy();
    const run = await startRun(later, { marks: filled.marks });
    await run.journal.move(move(received.id, 'started'), '{}');
    await run.journal.move(move(received.id, 'verified'));
    await run.close();
    await byHand(later, 'delete from moves where order_id = ? and state <> ?', received.id, 'received');
    await byHand(
      later,
      `update orders set state = 'received', plan = null, seal = ? where id = ?`,
      before,
      received.id,
    );
    const cases = [later, filled.copy(), filled.copy(), filled.copy(), filled.copy()] as const;
    await byHand(cases[1], 'delete from orders where id = ?', received.id);
    await byHand(cases[2], 'delete from journal_head');
    await byHand(cases[3], 'delete from journal_head');
    await byHand(cases[3], 'update orders set seal = null');
    await byHand(cases[4], "update journal_head set owner = 'device/0#0'");
    for (const folder of cases) {
      const found = await standing(folder, filled);
      expect(found).to.deep.include({ told: ['journal-changed'], guard: { state: 'awaits-server' } });
      expect((await standing(folder, filled)).told).to.deep.equal([]);
    }
  });

  it('is never believed to be whole from its beginning because somebody wrote that', async () => {
    const folder = filled.copy();
    const run = await startRun(folder, { marks: filled.marks });
    await run.journal.open();
    await run.enrolments.welcomed('device/1', instant(morning), 7);
    await run.close();
    expect((await standing(folder, filled)).told).to.deep.equal([]);
    await byHand(folder, "update enrolments set guard = 'none', guarded_since = null");
    const found = await standing(folder, filled);
    expect(found).to.deep.include({ told: ['journal-changed'], guard: { state: 'awaits-server' } });
  });

  it('is noticed in use as well: what was changed is not handed out, and the agent is to start again', async () => {
    const folder = filled.copy();
    const run = await startRun(folder, { marks: filled.marks });
    await run.journal.open();
    const { received, started } = filled.orders;
    await run.database.run("update orders set plan = '{}' where id in (?, ?)", received.id, started.id);
    const uses = [
      () => run.journal.inState('received'),
      () => run.journal.move(move(started.id, 'verified')),
      async () => {
        await run.database.run('delete from journal_head');
        const order = envelope();
        await run.journal.receive(order, instant(morning), move(order.id, 'received'));
      },
    ];
    for (const use of uses) {
      const error = await use().catch((thrown: unknown) => thrown);
      expect(String(error)).to.contain('Start the agent again');
    }
    expect(run.inUse).to.have.length(uses.length);
    await run.close();
  });
});

/** Its seal. */
async function rowsOf(folder: string, id: string): Promise<string> {
  const [row] = await lookInto(folder, z.object({ seal: z.string() }), `select seal from orders where id = '${id}'`);
  return row?.seal ?? '';
}

/** The order that a row belongs to; undefined: none. */
async function orderOf(folder: string, table: string, row: number): Promise<string | undefined> {
  const column = { orders: 'id', moves: 'order_id' }[table];
  if (column === undefined) return undefined;
  const sql = `select ${column} as id from ${table} where rowid = ${row}`;
  return (await lookInto(folder, z.object({ id: z.string() }), sql))[0]?.id;
}
