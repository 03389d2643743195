import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Audit, createAudit } from '../../../server/audit/audit.ts';
import { verifyChain } from '../../../server/audit/verify.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { startCpuTime } from '../../support/cpu-time.ts';
import { manualClock } from '../server/manual-clock.ts';
import { testSigner } from './test-signer.ts';

const oak = '0d4a7a0e-63a4-4f3a-9c39-000000000001';
const elm = '0d4a7a0e-63a4-4f3a-9c39-000000000002';
const columns = ['setting_id', 'number', 'at', 'actor', 'action', 'subject', 'data', 'hash'] as const;

describe('the audit log', () => {
  let folder: string;
  let db: Database;
  let audit: Audit;
  const signer = testSigner();
  const clock = manualClock();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hometime-audit-'));
    db = await openDatabase(`sqlite:${join(folder, 'log.sqlite')}`);
    audit = createAudit({ clock, signer });
    for (const id of [oak, elm]) {
      await db('settings').insert({ id, name: id, time_zone: 'Europe/London', created_at: '2026-01-01T00:00:00.000Z' });
    }
  });
  afterEach(async () => {
    await db.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const entry = (settingId: string | null, n: number) => ({
    settingId,
    actor: `Zoë ${n}`,
    action: 'device.changed' as const,
    ...(n % 2 === 0 ? {} : { subject: `device-${n}` }),
    data: { b: n, a: 'reason', c: null, d: true },
  });
  const entries = (settingId: string | null, count: number) =>
    Array.from({ length: count }, (_each, n) => entry(settingId, n + 1));
  /** One after the other. */
  const write = async (settingId: string | null, count: number) => {
    for (const one of entries(settingId, count)) await audit(db, one);
  };
  /** In one go. */
  const writeTogether = (settingId: string | null, count: number) => audit.many(db, entries(settingId, count));
  const verify = (settingId: string | null, noted: { number: number; hash: string }[] = []) =>
    verifyChain({ db, signer }, settingId, noted);
  /** Somebody who may write the database takes the triggers away first. */
  const tamper = async (change: (free: Database) => Promise<unknown>) => {
    await db.raw('drop trigger if exists audit_entries_no_update');
    await db.raw('drop trigger if exists audit_entries_no_delete');
    await change(db);
  };
  const whole = async () => {
    const found = await Promise.all([null, oak, elm].map((id) => verify(id)));
    return found.every((each) => each.intact);
  };

  it('is whole as it was written, each setting by itself, one entry at a time or many', async () => {
    await audit(db, entry(oak, 1));
    await writeTogether(oak, 1_500);
    await write(elm, 3);
    await audit(db, entry(null, 1));
    const found = await verify(oak);
    expect(found).to.include({ intact: true, entries: 1_501, fault: null });
    expect(found.head).to.match(/^[0-9a-f]{64}$/);
    expect(await whole()).to.equal(true);
  });

  it('stands or falls with the transaction it is written in', async () => {
    await write(oak, 2);
    const failing = db.transaction(async (transaction) => {
      await audit(transaction, entry(oak, 3));
      throw new Error('no');
    });
    await failing.catch(() => undefined);
    expect(await verify(oak)).to.include({ intact: true, entries: 2 });
  });

  it('keeps its order when many write at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_each, n) => audit(db, entry(n % 2 === 0 ? oak : elm, n))));
    expect(await verify(oak)).to.include({ intact: true, entries: 20 });
    expect(await verify(elm)).to.include({ intact: true, entries: 20 });
  });

  it('takes words that a database might give back otherwise, and is whole', async () => {
    await audit(db, {
      settingId: oak,
      actor: 'a\ud800b\0c',
      action: 'device.changed',
      subject: '\ud83d',
      data: { '\udfff': 'é\0' },
    });
    expect(await verify(oak)).to.include({ intact: true, entries: 1 });
  });

  it('writes ten thousand entries in one go within two seconds of work', async () => {
    const usedMs = startCpuTime();
    await writeTogether(oak, 10_000);
    expect(usedMs()).to.be.lessThan(2_000);
    expect(await verify(oak)).to.include({ intact: true, entries: 10_000 });
  });

  it('cannot be changed or deleted in the database as it stands', async () => {
    await write(oak, 1);
    for (const change of [db('audit_entries').update({ actor: 'me' }), db('audit_entries').delete()]) {
      const failed = await change.then(
        () => 'done',
        (error: unknown) => String(error),
      );
      expect(failed).to.include('append-only');
    }
  });

  for (const [what, number, change] of [
    ['an edit', 3, (free: Database) => free('audit_entries').where({ number: 3 }).update({ actor: 'Somebody' })],
    ['a deletion in the middle', 3, (free: Database) => free('audit_entries').where({ number: 3 }).delete()],
    ['a deleted first entry', 1, (free: Database) => free('audit_entries').where({ number: 1 }).delete()],
    ['a cut tail', 4, (free: Database) => free('audit_entries').where('number', '>', 3).delete()],
    [
      'a log emptied with its head',
      1,
      async (free: Database) => {
        await free('audit_entries').delete();
        await free('audit_heads').delete();
      },
    ],
    ['a head taken away', 1, (free: Database) => free('audit_heads').delete()],
    [
      'a tail cut and the head set back without the key',
      3,
      async (free: Database) => {
        await free('audit_entries').where('number', '>', 3).delete();
        const last = await free('audit_entries').where({ number: 3 }).first('number', 'hash');
        await free('audit_heads').update(last);
      },
    ],
    [
      'a swapped pair',
      2,
      async (free: Database) => {
        await free('audit_entries').where({ number: 2 }).update({ number: 99 });
        await free('audit_entries').where({ number: 3 }).update({ number: 2 });
        await free('audit_entries').where({ number: 99 }).update({ number: 3 });
      },
    ],
    [
      'an entry of another setting put in',
      5,
      (free: Database) =>
        free('audit_entries').where({ setting_id: elm, number: 5 }).update({ setting_id: oak, number: 0 }),
    ],
  ] as const) {
    it(`tells ${what}, and which entry`, async () => {
      await write(oak, 5);
      await write(elm, 5);
      await tamper((free) => Promise.resolve(change(free)));
      const [ofOak, ofElm] = [await verify(oak), await verify(elm)];
      const faults = [ofOak.fault, ofElm.fault].filter((fault) => fault !== null);
      expect(faults.map((fault) => fault.number)).to.include(number);
      expect([ofOak.intact, ofElm.intact]).to.include(false);
    });
  }

  for (const [what, change] of [
    ['an edit', { data: "replace(data, 'Zoë 2', 'Zoë 7')" }],
    ['one taken out', { data: "json_remove(data, '$[1]')" }],
    ['one taken out and the number set back', { data: "json_remove(data, '$[2]')", number: 'number - 1' }],
    ['one put in', { data: "json_insert(data, '$[#]', json_extract(data, '$[0]'))" }],
    ['one put in and the number raised', { data: "json_insert(data, '$[#]', data -> 0)", number: '60' }],
    ['words that nobody can read', { data: "'[['" }],
    ['the row made one entry', { action: "'device.changed'" }],
    ['a number before', { number: '4' }],
  ] as const) {
    it(`tells ${what} among entries that were written together`, async () => {
      await write(oak, 2);
      await writeTogether(oak, 3);
      await write(oak, 1);
      expect(await verify(oak)).to.include({ intact: true, entries: 6 });
      const set = Object.entries(change).map(([name, value]) => `${name} = ${value}`);
      await tamper((free) => free.raw(`update audit_entries set ${set.join(', ')} where number = 5`));
      const { fault, intact } = await verify(oak);
      expect(intact).to.equal(false);
      expect([2, 3]).to.include(fault?.number);
    });
  }

  it('takes a head that was noted down amid what was written together for what it is', async () => {
    await write(oak, 1);
    await writeTogether(oak, 3);
    const { head } = await verify(oak);
    expect((await verify(oak, [{ number: 3, hash: head ?? '' }])).intact).to.equal(true);
    expect((await verify(oak, [{ number: 3, hash: 'a'.repeat(64) }])).fault?.number).to.equal(4);
  });

  it('tells an entry that somebody appended with a right hash but without the key', async () => {
    await write(oak, 2);
    const other = createAudit({ clock, signer: testSigner() });
    const signed = await db('audit_heads').where({ chain: oak }).first();
    await other(db, entry(oak, 3));
    expect((await verify(oak)).fault).to.include({ number: 3 });
    await db('audit_heads').where({ chain: oak }).update(signed);
    expect((await verify(oak)).fault).to.deep.include({ number: 3, what: 'added by somebody else than this server' });
  });

  it('tells a log written anew from the first entry on, every hash right, without the key', async () => {
    await write(oak, 4);
    await tamper((free) => free('audit_entries').delete());
    await db('audit_heads').delete();
    await createAudit({ clock, signer: testSigner() }).many(db, [entry(oak, 7), entry(oak, 8)]);
    expect((await verify(oak)).intact).to.equal(false);
  });

  it('tells a database put back from an older copy only by a head that was noted down', async () => {
    await write(oak, 3);
    await db.raw('pragma wal_checkpoint(truncate)');
    await copyFile(join(folder, 'log.sqlite'), join(folder, 'old.sqlite'));
    await write(oak, 2);
    const noted = { number: 5, hash: (await verify(oak)).head ?? '' };
    expect((await verify(oak, [noted])).intact).to.equal(true);
    const old = await openDatabase(`sqlite:${join(folder, 'old.sqlite')}`);
    try {
      expect((await verifyChain({ db: old, signer }, oak)).intact).to.equal(true);
      const found = await verifyChain({ db: old, signer }, oak, [noted]);
      expect(found.fault?.number).to.equal(4);
      await createAudit({ clock, signer }).many(old, [entry(oak, 8), entry(oak, 9)]);
      expect((await verifyChain({ db: old, signer }, oak, [noted])).fault?.number).to.equal(5);
    } finally {
      await old.destroy();
    }
  });

  it('tells any single change of a byte, of any column of any entry or head', async () => {
    await write(oak, 4);
    await writeTogether(oak, 3);
    await write(elm, 2);
    await audit(db, entry(null, 1));
    expect(await whole()).to.equal(true);
    await tamper(() => Promise.resolve());
    const rows: Record<string, unknown>[] = await db('audit_entries').orderBy('id');
    const heads: Record<string, unknown>[] = await db('audit_heads').orderBy('chain');
    const spot = fc.record({ row: fc.nat(), column: fc.nat(), byte: fc.nat(), flip: fc.integer({ min: 1, max: 127 }) });
    await fc.assert(
      fc.asyncProperty(spot, async ({ row, column, byte, flip }) => {
        const all = [
          ...rows.map((each) => ({
            table: 'audit_entries',
            key: { id: each.id },
            each,
            names: [...columns] as string[],
          })),
          ...heads.map((each) => ({
            table: 'audit_heads',
            key: { chain: each.chain },
            each,
            names: ['chain', 'number', 'hash', 'signature'],
          })),
        ];
        const picked = all[row % all.length];
        const name = picked?.names[column % picked.names.length];
        if (picked === undefined || name === undefined) return;
        const before = picked.each[name];
        const after = changed(before, byte, flip);
        const key = name in picked.key ? { [name]: after } : picked.key;
        const writing = db(picked.table)
          .where(picked.key)
          .update({ [name]: after });
        // The table itself refuses a second entry of the same number.
        if (!(await writing.then(...asSaid))) return;
        const found = await whole();
        await db(picked.table)
          .where(key)
          .update({ [name]: before });
        expect(found, `${picked.table}.${name}: ${String(before)} -> ${String(after)}`).to.equal(false);
      }),
      { numRuns: 150 },
    );
    expect(await whole()).to.equal(true);
  }).timeout(60_000);

  it('is told of an entry before all numbers that can be counted, however far before', async () => {
    for (const number of ['0', '-1', '-9223372036854775808', '-9e999']) {
      await write(oak, 1);
      await tamper((free) =>
        free.raw(`insert into audit_entries (id, setting_id, number, at, actor, action, data, hash)
          values (-5, '${oak}', ${number}, '2020-01-01T00:00:00.000Z', 'Ada', 'hold.lifted', '{}', '')`),
      );
      expect((await verify(oak)).fault?.number, number).to.equal(1);
      await tamper((free) => free('audit_entries').where({ id: -5 }).delete());
      expect((await verify(oak)).intact).to.equal(true);
    }
  });
});

const asSaid = [() => true, () => false] as const;

/** A value with one byte of its text changed. */
function changed(value: unknown, byte: number, flip: number): unknown {
  if (typeof value === 'number') return value + flip;
  if (typeof value !== 'string' || value === '') return `x${flip}`;
  const bytes = Buffer.from(value);
  const place = byte % bytes.length;
  bytes[place] = (bytes[place] ?? 0) ^ flip;
  // What is no text any more is written as the bytes it is.
  return bytes.toString().includes('\ufffd') || bytes.includes(0) ? bytes : bytes.toString();
}
