import { expect } from 'chai';
import { z } from 'zod';
import { pageNewestFirst, writeCursor } from '../../../server/storage/cursor.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';

const rowSchema = z.object({ number: z.number(), word: z.string() });

describe('a list that is counted, read page by page', () => {
  let db: Database;
  before(async () => {
    db = await openDatabase('sqlite::memory:');
    await db.schema.createTable('counted', (table) => {
      table.integer('number');
      table.string('word');
    });
    // Numbers may be left out.
    for (const number of [1, 2, 5, 6, 9]) await db('counted').insert({ number, word: `word ${number}` });
  });
  after(() => db.destroy());

  const page = async (limit: number, cursor?: string) =>
    pageNewestFirst(db('counted').where('number', '>', 1), cursor === undefined ? { limit } : { limit, cursor }, {
      column: 'number',
      parse: z.array(rowSchema).parse,
      numberOf: ({ number }) => number,
    });
  const numbers = ({ kept }: Awaited<ReturnType<typeof page>>) => kept.map(({ number }) => number);

  it('gives the newest first, what the query leaves out never, and the next page from where one ended', async () => {
    const first = await page(3);
    expect(numbers(first)).to.deep.equal([9, 6, 5]);
    const second = await page(3, first.nextCursor ?? '');
    expect(numbers(second)).to.deep.equal([2]);
    expect(second.nextCursor).to.equal(null);
  });

  it('says that there is no next page where the last one is full to the row', async () => {
    expect((await page(4)).nextCursor).to.equal(null);
    expect((await page(5)).nextCursor).to.equal(null);
  });

  it('gives each row once, also when one is written between two pages', async () => {
    const first = await page(2);
    await db('counted').insert({ number: 12, word: 'later' });
    expect(numbers(await page(2, first.nextCursor ?? ''))).to.deep.equal([5, 2]);
    await db('counted').where({ number: 12 }).delete();
  });

  it('refuses a cursor of another list', async () => {
    for (const cursor of [writeCursor(['name', 'id']), writeCursor([1, 2]), 'no cursor']) {
      const refused = await page(2, cursor).catch((error: unknown) => error);
      expect(refused).to.include({ code: 'not-valid' });
    }
  });
});
