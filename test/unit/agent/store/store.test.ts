import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { createEnrolmentStore } from '../../../../agent/store/enrolment-store.ts';
import { FolderInUse, isFolderLocked } from '../../../../agent/store/folder-lock.ts';
import { mayPass } from '../../../../agent/store/passing-trouble.ts';
import { openSqlite } from '../../../../agent/store/sqlite.ts';
import { openStore, StoreFault } from '../../../../agent/store/store.ts';
import { readStoreStatus } from '../../../../agent/store/store-status.ts';
import { silentLog } from '../../../../shared/log.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createHeardLog, createTestClock } from '../parts.ts';

const clock = createTestClock();
const open = (dataFolder: string, log = silentLog) => openStore({ dataFolder, clock, log });

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the store of the agent', () => {
  it('refuses a second agent on the same data folder with what to do, and lets one in after the first ended', async () => {
    const folder = makeTempFolder();
    const first = await open(folder);
    expect(await isFolderLocked(folder)).to.equal(true);
    const error = await refusal(open(folder));
    expect(error).to.be.instanceOf(FolderInUse);
    expect(String(error)).to.contain('Stop it first');
    await first.close();
    expect(await isFolderLocked(folder)).to.equal(false);
    await (await open(folder)).close();
  }).timeout(20_000);

  it('is free again after kill -9 of the agent that held it, with everything that was committed', async () => {
    const folder = makeTempFolder();
    const script = `
      import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../../../agent/store/store.ts'))};
      const log = { error() {}, warn() {}, info() {}, debug() {} };
      const store = await openStore({ dataFolder: ${JSON.stringify(folder)}, clock: { now: () => 0 }, log });
      await store.database.run("insert into facts values ('kept', '1')");
      process.stdout.write('held');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(await refusal(open(folder))).to.be.instanceOf(FolderInUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await open(folder);
    const rows = await store.database.all(
      z.object({ value: z.string() }),
      "select value from facts where name = 'kept'",
    );
    expect(rows).to.deep.equal([{ value: '1' }]);
    await store.close();
  }).timeout(30_000);

  for (const [what, spoil] of [
    ['not a database', (file: string) => writeFileSync(file, 'this was a photo once, long ago')],
    ['half written', (file: string) => truncateSync(file, 6_000)],
  ] as const) {
    it(`puts a file that is ${what} aside with the time in its name, says so, and begins a new one`, async () => {
      const folder = makeTempFolder();
      await (await open(folder)).close();
      const file = join(folder, 'agent.db');
      spoil(file);
      const spoilt = readFileSync(file);
      const { log, events } = createHeardLog();
      const store = await open(folder, log);
      const aside = readdirSync(folder).find((name) => name.startsWith('agent.db.damaged-2026-11-23T08-00-00'));
      expect(readFileSync(join(folder, aside ?? 'none')).equals(spoilt)).to.equal(true);
      expect(events.map(({ event }) => event)).to.include('store-damaged');
      expect(await createEnrolmentStore(store.database).open('device/1')).to.deep.equal({ state: 'awaits-server' });
      await store.close();
    });
  }

  for (const [what, change] of [
    [
      'a program of somebody’s',
      "create trigger t after insert on moves begin update orders set state = 'verified'; end",
    ],
    ['no table of moves', 'drop table moves'],
    ['no seals', 'alter table orders drop column seal'],
    ['tables that it says were never made', 'pragma user_version = 0'],
    ['columns that it says were never made', 'pragma user_version = 1'],
  ] as const) {
    it(`puts a file aside that holds ${what}, and begins a new one that is careful`, async () => {
      const folder = makeTempFolder();
      const first = await open(folder);
      await createEnrolmentStore(first.database).enrolled('device/1');
      await first.database.script(change);
      await first.close();
      const store = await open(folder);
      expect(readdirSync(folder).filter((name) => name.startsWith('agent.db.damaged'))).to.have.length(1);
      expect(await createEnrolmentStore(store.database).open('device/1')).to.deep.equal({ state: 'awaits-server' });
      await store.close();
    });
  }

  it('refuses a data folder of a newer version and leaves it untouched', async () => {
    const folder = makeTempFolder();
    await (await open(folder)).close();
    const raw = await openSqlite(join(folder, 'agent.db'), 'write');
    await raw.script('pragma user_version = 99');
    await raw.close();
    expect(String(await refusal(open(folder)))).to.contain('newer version');
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).to.deep.equal([]);
  });

  it('says what to do when the data folder is a file', async () => {
    const file = join(makeTempFolder(), 'taken');
    writeFileSync(file, '');
    const error = await refusal(open(file));
    expect(error).to.be.instanceOf(StoreFault);
    expect(String(error)).to.contain('cannot be written');
  });

  it('undoes the whole transaction on a full disk, says that it may pass, and goes on when there is room', async () => {
    const folder = makeTempFolder();
    const { database, close } = await open(folder);
    const pages = await database.all(z.object({ page_count: z.int() }), 'pragma page_count');
    await database.script(`pragma max_page_count = ${(pages[0]?.page_count ?? 0) + 1}`);
    const write = () =>
      database.transaction(async (connection) => {
        await connection.run("insert into facts values ('small', '1')");
        await connection.run("insert into facts values ('large', ?)", 'x'.repeat(100_000));
      });
    const error = await refusal(write());
    expect(String(error)).to.contain('SQLITE_FULL');
    expect(mayPass(error)).to.equal(true);
    expect(await database.all(z.unknown(), 'select * from facts')).to.deep.equal([]);
    await database.script('pragma max_page_count = 100000');
    await write();
    expect(await database.all(z.unknown(), 'select * from facts')).to.have.length(2);
    await close();
  });

  it('can be looked at while an agent holds it, and where no agent ever ran', async () => {
    const folder = makeTempFolder();
    expect(await readStoreStatus(folder)).to.include({ running: false, connected: false, observeMode: null });
    expect(existsSync(join(folder, 'agent.db'))).to.equal(false);
    const store = await open(folder);
    await store.database.run(
      "insert into facts values ('status', ?)",
      JSON.stringify({ observeMode: true, connected: true, at: '2026-11-23T08:00:00.000Z' }),
    );
    expect(await readStoreStatus(folder)).to.include({ running: true, connected: true, observeMode: true });
    await store.close();
    expect(await readStoreStatus(folder)).to.include({ running: false, connected: false, observeMode: true });
  });
});

describe('the journal’s beginning', () => {
  it('is the enrolment’s own when enrol made it, and careful from the first welcome on when the store was lost', async () => {
    const store = await open(makeTempFolder());
    const enrolments = createEnrolmentStore(store.database);
    await enrolments.enrolled('a/1');
    expect(await enrolments.open('a/1')).to.deep.equal({ state: 'none' });
    expect(await enrolments.welcomed('a/1', '2026-11-23T08:00:00.000Z', 0)).to.deep.equal({ state: 'none' });
    expect(await enrolments.open('b/1')).to.deep.equal({ state: 'awaits-server' });
    const since = { state: 'since', since: '2026-11-23T08:00:00.000Z' };
    expect(await enrolments.welcomed('b/1', '2026-11-23T08:00:00.000Z', 0)).to.deep.equal(since);
    expect(await enrolments.welcomed('b/1', '2026-11-23T09:00:00.000Z', 0)).to.deep.equal(since);
    await store.close();
  });

  it('is careful from now on when the server holds more reports than this store ever wrote: an old copy came back', async () => {
    const store = await open(makeTempFolder());
    const enrolments = createEnrolmentStore(store.database);
    await enrolments.enrolled('a/1');
    const since = { state: 'since', since: '2026-11-23T09:00:00.000Z' };
    expect(await enrolments.welcomed('a/1', '2026-11-23T09:00:00.000Z', 7)).to.deep.equal(since);
    await store.close();
  });
});
