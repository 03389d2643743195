import { join } from 'node:path';
import { expect } from 'chai';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

describe('statements that are kept prepared', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(`sqlite:${join(makeTempFolder(), 'kept.sqlite')}`);
    await db.raw('create table things (id integer primary key, name text not null unique)');
  });
  afterEach(() => db.destroy());

  const names = async () => (await db('things').orderBy('id')).map((row: { name: string }) => row.name);

  it('give each use its own result, also when many are asked at once', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, (_, at) => db('things').insert({ name: `n${at}` })));
    expect(new Set(ids.flat()).size).to.equal(50);
    const found = await Promise.all(ids.flat().map((id) => db('things').where({ id }).first('id')));
    expect(found.map((row) => row?.id)).to.deep.equal(ids.flat());
    expect(await db('things').where({ id: -1 }).update({ name: 'x' })).to.equal(0);
  });

  it('fail one use without spoiling the next, and hold no lock after it', async () => {
    await db('things').insert({ name: 'one' });
    const failed = await db('things')
      .insert({ name: 'one' })
      .catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    await db.transaction((transaction) => transaction('things').insert({ name: 'two' }));
    expect(await names()).to.deep.equal(['one', 'two']);
  });

  it('leave nothing open that tells what it deleted: what another process commits is seen after it', async () => {
    const file = String((await db.raw('pragma database_list'))[0]?.file);
    const other = await openDatabase(`sqlite:${file}`);
    await db('things').insert([{ name: 'one' }, { name: 'two' }]);
    expect(await db('things').whereIn('name', ['one', 'two']).delete().returning('id')).to.not.equal(undefined);
    await other('things').insert({ name: 'three' });
    expect(await names()).to.deep.equal(['three']);
    await other.destroy();
  });

  it('are tried anew after they could not be prepared, and see tables that were changed', async () => {
    const ask = () => db.raw('select * from later');
    const failed = await ask().catch((error: unknown) => error);
    expect(String(failed)).to.contain('no such table');
    await db.raw('create table later (a text)');
    expect(await ask()).to.deep.equal([]);
    await db.raw("alter table later add column b text default 'b'");
    await db.raw("insert into later (a) values ('a')");
    expect(await ask()).to.deep.equal([{ a: 'a', b: 'b' }]);
  });

  it('are let go when there are many others, while they are in use as well', async () => {
    const asked = Array.from({ length: 450 }, (_, at) => db.raw(`select ${at} as value`));
    const answers = await Promise.all(asked);
    expect(answers.map(([row]) => row.value)).to.deep.equal(answers.map((_, at) => at));
  });
});
