import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { takeWriteLock } from '../../../server/storage/write-lock.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

describe('the write lock, with two who have the database open', () => {
  let db: Database;
  let other: Database;
  beforeEach(async () => {
    const url = `sqlite:${join(makeTempFolder(), 'lock.sqlite')}`;
    db = await openDatabase(url);
    other = await openDatabase(url);
    await db('settings').insert({ id: 's', name: 'Acorns', time_zone: 'Europe/London', created_at: 'then' });
  });
  afterEach(async () => {
    await db.destroy();
    await other.destroy();
  });

  const nameIn = async (connection: Database): Promise<string> => (await connection('settings').first('name')).name;
  const rename = async (connection: Database, name: string): Promise<void> => {
    await connection('settings').where({ id: 's' }).update({ name });
  };

  it('changes nothing, and lets nobody else write before what was read is acted on', async () => {
    let isRenamed = false;
    let renaming: Promise<void> | undefined;
    await db.transaction(async (transaction) => {
      await takeWriteLock(transaction);
      const name = await nameIn(transaction);
      expect(name).to.equal('Acorns');
      renaming = rename(other, 'Oaks').then(() => {
        isRenamed = true;
      });
      await sleep(100);
      expect(isRenamed).to.equal(false);
      await rename(transaction, `${name} (old)`);
      expect(await nameIn(transaction)).to.equal('Acorns (old)');
    });
    await renaming;
    expect(await nameIn(db)).to.equal('Oaks');
  });

  it('is what such a transaction needs: without it SQLite refuses to write after a read', async () => {
    const refused = await db
      .transaction(async (transaction) => {
        await nameIn(transaction);
        await rename(other, 'Oaks');
        await rename(transaction, 'Acorns (old)');
      })
      .catch((error: unknown) => error);
    expect(refused).to.include({ code: 'SQLITE_BUSY' });
    expect(await nameIn(db)).to.equal('Oaks');
  });
});
