import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDatabase } from '../../../server/storage/database.ts';
import { createLogCarrier } from '../../../server/storage/log-carrier.ts';
import { silentLog } from '../../../shared/log.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

const rows = 3_000;

describe('what was committed and lies in the log of the database', () => {
  /** Whole pages of settings, each in a commit of its own kind of work: more than SQLite's own limit of a thousand. */
  async function begin() {
    const folder = makeTempFolder();
    const url = `sqlite:${join(folder, 'a.db')}`;
    const db = await openDatabase(url);
    const carrier = createLogCarrier({ db, url, log: silentLog });
    await carrier.start();
    const write = async (from: number) => {
      for (let index = from; index < from + rows; index += 500) {
        const some = Array.from({ length: 500 }, (_one, place) => ({
          ...{ id: `s${index + place}`, name: 'n'.repeat(2_000), time_zone: 'Europe/London' },
          created_at: '2026-11-22T17:00:00.000Z',
        }));
        await db.batchInsert('settings', some, 100);
      }
    };
    /** How many are in the file itself, without its log. */
    const inFile = async () => {
      const copy = join(folder, 'copy.db');
      copyFileSync(join(folder, 'a.db'), copy);
      const opened = await openDatabase(`sqlite:${copy}`);
      const [{ count }] = await opened.raw('select count(*) as count from settings');
      await opened.destroy();
      return Number(count);
    };
    return { folder, db, carrier, write, inFile };
  }

  it('is carried into the file beside those who commit, and by none of them', async () => {
    const { db, carrier, write, inFile } = await begin();
    const before = await inFile();
    await write(0);
    expect(await inFile()).to.equal(before);
    await carrier.carry();
    expect(await inFile()).to.equal(before + rows);
    await carrier.stop();
    await db.destroy();
  });

  it('is carried as far as it is there while a transaction is open, which goes on', async () => {
    const { db, carrier, write, inFile } = await begin();
    const before = await inFile();
    await write(0);
    await db.transaction(async (transaction) => {
      await transaction('settings').where({ id: 's1' }).update({ name: 'another' });
      await carrier.carry();
    });
    expect(await inFile()).to.equal(before + rows);
    expect(await db('settings').where({ id: 's1' }).pluck('name')).to.deep.equal(['another']);
    await carrier.stop();
    await db.destroy();
  });

  it('is whole when the server has ended, and no log is left', async () => {
    const { folder, db, carrier, write, inFile } = await begin();
    const before = await inFile();
    await write(0);
    await carrier.stop();
    await db.destroy();
    expect(existsSync(join(folder, 'a.db-wal'))).to.equal(false);
    expect(await inFile()).to.equal(before + rows);
  });
});
