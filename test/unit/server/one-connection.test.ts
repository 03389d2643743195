import { join } from 'node:path';
import { expect } from 'chai';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { createOneConnection } from '../../../server/storage/one-connection.ts';
import type { RawConnection } from '../../../server/storage/statements.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => String(error),
  );

describe('the one connection of the database', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(`sqlite:${join(makeTempFolder(), 'one.sqlite')}`);
    await db.raw('create table things (id integer primary key, name text not null)');
  });
  afterEach(() => db.destroy());

  const names = async () => (await db('things').orderBy('id')).map((row: { name: string }) => row.name);

  it('is lent to one at a time, in the order in which it was asked for', async () => {
    const all = Array.from({ length: 30 }, (_, at) => String(at));
    await Promise.all(all.map((name) => db('things').insert({ name })));
    expect(await names()).to.deep.equal(all);
  });

  it('is a transaction’s own until that has ended: what others write meanwhile is no part of it', async () => {
    const others: Promise<unknown>[] = [];
    const fails = db.transaction(async (transaction) => {
      others.push(db('things').insert({ name: 'other' }).then());
      await transaction('things').insert({ name: 'undone' });
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('undo it');
    });
    expect(await failure(fails)).to.contain('undo it');
    await Promise.all(others);
    expect(await names()).to.deep.equal(['other']);
  });

  it('goes on to the next one after a statement failed', async () => {
    const [failed] = await Promise.allSettled([db.raw('select * from nothing'), db('things').insert({ name: 'one' })]);
    expect(failed?.status).to.equal('rejected');
    expect(await names()).to.deep.equal(['one']);
  });

  it('ends when whoever has it has finished, and refuses those who wait', async () => {
    const file = join(makeTempFolder(), 'ends.sqlite');
    const ending = await openDatabase(`sqlite:${file}`);
    await ending.raw('create table things (name text)');
    const closing = await ending.transaction(async (transaction) => {
      await transaction('things').insert({ name: 'first' });
      const late = failure(ending('things').insert({ name: 'late' }).then());
      await new Promise((resolve) => setImmediate(resolve));
      const closed = ending.destroy();
      await transaction('things').insert({ name: 'second' });
      return { closed, late };
    });
    await closing.closed;
    expect(await closing.late).to.contain('the database is being closed');
    const again = await openDatabase(`sqlite:${file}`);
    expect(await again('things').pluck('name')).to.deep.equal(['first', 'second']);
    await again.destroy();
  });
});

describe('a connection that cannot be had', () => {
  const raw: RawConnection = Object.create(null);
  const pool = (opened: (() => Promise<RawConnection>)[]) => ({
    acquire: () => ({ promise: opened.shift()?.() ?? Promise.resolve(raw) }),
    release: () => true,
    destroy: async () => {},
  });

  it('is opened anew for the next who asks', async () => {
    const one = createOneConnection(pool([() => Promise.reject(new Error('no file'))]));
    const [first, second] = [one.acquire().promise, one.acquire().promise];
    expect(await failure(first)).to.contain('no file');
    expect(await second).to.equal(raw);
    expect(one.release(raw)).to.equal(true);
    expect(one.release(raw), 'it was given back already').to.equal(false);
  });

  it('is not waited for without end, and who gave up takes nobody’s turn', async () => {
    const one = createOneConnection(pool([]), 5);
    await one.acquire().promise;
    expect(await failure(one.acquire().promise)).to.contain('nobody gave the connection back');
    one.release(raw);
    expect(await one.acquire().promise).to.equal(raw);
  });
});
