import { join } from 'node:path';
import { expect } from 'chai';
import { createAudit } from '../../../server/audit/audit.ts';
import { entriesAfter } from '../../../server/audit/audit-store.ts';
import { hashOf } from '../../../server/audit/chain.ts';
import { viewsOf } from '../../../server/audit/together.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { systemClock } from '../../../shared/instant.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { testSigner } from './test-signer.ts';

describe('the head of an audit log that several write on', () => {
  const entry = { settingId: null, actor: 'server', action: 'hold.set' } as const;
  const signer = testSigner();
  let url: string;
  let db: Database;
  let other: Database;
  beforeEach(async () => {
    url = `sqlite:${join(makeTempFolder(), 'heads.sqlite')}`;
    db = await openDatabase(url);
    other = await openDatabase(url);
  });
  afterEach(async () => {
    await db.destroy();
    await other.destroy();
  });

  const mustBeWhole = async (count: number): Promise<void> => {
    const entries = await entriesAfter(db, null, { number: 0, id: 0 }, 100);
    expect(entries.flatMap(viewsOf).map(({ number }) => number)).to.deep.equal(
      Array.from({ length: count }, (_, at) => at + 1),
    );
    let previous = '';
    for (const one of entries) {
      expect(one.hash).to.equal(hashOf(one, previous));
      previous = one.hash;
    }
    const head = await db('audit_heads').where({ chain: 'server' }).first('number', 'hash', 'signature');
    expect([head.number, head.hash]).to.deep.equal([count, previous]);
    expect(signer.isSigned('server', head, head.signature)).to.equal(true);
  };

  it('goes on where it stands after entries that were rolled back', async () => {
    const audit = createAudit({ clock: systemClock, signer });
    await audit(db, entry);
    const failed = await db
      .transaction(async (transaction) => {
        await audit(transaction, entry);
        await audit(transaction, entry);
        throw new Error('no');
      })
      .catch((error: unknown) => error);
    expect(String(failed)).to.contain('no');
    await audit(db, entry);
    await mustBeWhole(2);
  });

  it('is not made genuine by what is written after one that somebody else wrote', async () => {
    const audit = createAudit({ clock: systemClock, signer });
    await audit(db, entry);
    const [first] = await entriesAfter(db, null, { number: 0, id: 0 }, 1);
    if (first === undefined) throw new Error('nothing was written');
    const forged = { ...first, action: 'test.forged' };
    const hash = hashOf(forged, '');
    await db.raw('drop trigger audit_entries_no_update').catch(() => undefined);
    await db('audit_entries').update({ action: forged.action, hash });
    await db('audit_heads').where({ chain: 'server' }).update({ hash });
    for (const again of [audit, audit, createAudit({ clock: systemClock, signer })]) {
      await again(db, entry);
      const head = await db('audit_heads').where({ chain: 'server' }).first('number', 'hash', 'signature');
      expect(signer.isSigned('server', head, head.signature)).to.equal(false);
    }
    expect(await entriesAfter(db, null, { number: 0, id: 0 }, 9), 'what came after is kept').to.have.length(4);
  });

  it('goes on where another process left it', async () => {
    const [ours, theirs] = [createAudit({ clock: systemClock, signer }), createAudit({ clock: systemClock, signer })];
    for (let time = 0; time < 4; time += 1) {
      await ours(db, entry);
      await theirs.many(other, [entry, entry]);
      await ours(db, entry);
    }
    await mustBeWhole(16);
  });

  it('has no gap when two processes write at the same time', async () => {
    const [ours, theirs] = [createAudit({ clock: systemClock, signer }), createAudit({ clock: systemClock, signer })];
    await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? ours(db, entry) : theirs(other, entry))));
    await mustBeWhole(20);
  });
});
