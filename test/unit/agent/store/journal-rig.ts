import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { createEnrolmentStore } from '../../../../agent/store/enrolment-store.ts';
import { createJournalStore } from '../../../../agent/store/journal-store.ts';
import { openSqlite, type Sqlite, type SqlValue } from '../../../../agent/store/sqlite.ts';
import { openStore } from '../../../../agent/store/store.ts';
import type { Envelope } from '../../../../shared/command/envelope.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import type { MoveMessage } from '../../../../shared/wire/messages.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createTestClock, envelope, journalKeeping, morning } from '../parts.ts';

interface RunOptions {
  enrolment?: string;
  secret?: string;
  marks?: Set<string>;
  /** What the disk takes; left out: all. */
  pages?: number;
}

/** One run of an agent's journal on a folder: what it tells of changes, and what may be done by it. */
export async function startRun(
  folder: string,
  { enrolment = 'device/1', secret = 'a secret', marks, pages }: RunOptions = {},
) {
  const clock = createTestClock();
  const store = await openStore({ dataFolder: folder, clock, log: silentLog });
  if (pages !== undefined) await store.database.script(`pragma max_page_count = ${pages}`);
  const told: string[] = [];
  const inUse: string[] = [];
  const keeping = journalKeeping({
    ...{ clock, enrolment, secret },
    ...(marks !== undefined && { marks }),
    onChanged: async () => void told.push('journal-changed'),
  });
  const enrolments = createEnrolmentStore(store.database, keeping.seal);
  const journal = createJournalStore(store.database, { ...keeping, onChangedInUse: ({ name }) => inUse.push(name) });
  return { store, database: store.database, enrolments, journal, keeping, told, inUse, close: store.close };
}

/** Opens the folder, and answers whether something was told. */
export async function isTold(folder: string, options: RunOptions = {}): Promise<boolean> {
  const run = await startRun(folder, options);
  await run.journal.open();
  await run.close();
  return run.told.length > 0;
}

export function move(id: string, to: MoveMessage['to'], more: Partial<MoveMessage> = {}): MoveMessage {
  return { commandId: id, to, at: instant(morning), ...more };
}

const expires = instant(morning + 3_600_000);

/** A journal with an order in each state that an order stays in, written as an agent writes it. */
export async function fillJournal(run: Awaited<ReturnType<typeof startRun>>) {
  const { journal, enrolments } = run;
  await enrolments.enrolled('device/1');
  const given = async (...moves: [MoveMessage['to'], Partial<MoveMessage>?, string?][]): Promise<Envelope> => {
    const order = envelope();
    await journal.receive(order, expires, move(order.id, 'received'));
    for (const [to, more, plan] of moves) await journal.move(move(order.id, to, more), plan);
    return order;
  };
  const evidence = { before: [], after: [] };
  const orders = {
    verified: await given(['started', {}, '{"ids":["1"]}'], ['verified', { evidence }]),
    started: await given(['started', {}, '{"ids":["2"]}']),
    received: await given(),
    other: await given(),
    deferred: await given(['deferred', { reason: 'busy' }]),
    failed: await given(['started', {}, '{"ids":["3"]}'], ['failed', { reason: 'still-signed-in', evidence }]),
  };
  for (const { number } of (await journal.unacknowledged(100)).slice(0, 4)) await journal.settle({ number });
  return orders;
}

/** A folder of such a journal, ended as an agent ends. */
export async function createFilled() {
  const folder = makeTempFolder();
  const marks = new Set<string>();
  const run = await startRun(folder, { marks });
  const orders = await fillJournal(run);
  await run.close();
  const copy = () => {
    const other = makeTempFolder();
    copyFileSync(join(folder, 'agent.db'), join(other, 'agent.db'));
    return other;
  };
  return { folder, marks, orders, copy };
}

/** What somebody does with a program for databases while no agent runs. Answers how many rows it changed. */
export async function byHand(folder: string, sql: string, ...values: SqlValue[]): Promise<number> {
  return withFile(folder, async (database) => {
    await database.script('pragma foreign_keys = off');
    return database.run(sql, ...values);
  });
}

export async function lookInto<Row>(folder: string, row: z.ZodType<Row>, sql: string): Promise<Row[]> {
  return withFile(folder, (database) => database.all(row, sql));
}

async function withFile<Result>(folder: string, work: (database: Sqlite) => Promise<Result>): Promise<Result> {
  const database = await openSqlite(join(folder, 'agent.db'), 'write');
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
