import { expect } from 'chai';
import { createAudit } from '../../../server/audit/audit.ts';
import { csvCell, exportEntries } from '../../../server/audit/export.ts';
import { parseHead, verifyAll } from '../../../server/audit/report.ts';
import { auditRoutes } from '../../../server/audit/routes.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { auditEntryViewSchema } from '../../../shared/api/safeguards.ts';
import { manualClock } from '../server/manual-clock.ts';
import { testSigner } from './test-signer.ts';

const oak = '0d4a7a0e-63a4-4f3a-9c39-000000000001';

describe('the audit log, read', () => {
  let db: Database;
  let broken: string[];
  const [signer, clock] = [testSigner(), manualClock()];
  const audit = createAudit({ clock, signer });
  const asker = { settingId: oak, name: 'Ada' };

  beforeEach(async () => {
    broken = [];
    db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: oak, name: 'Oak', time_zone: 'Europe/London', created_at: 'then' });
    const entries = Array.from({ length: 1_203 }, (_each, n) => ({
      settingId: oak,
      actor: `=${n}`,
      action: 'hold.set' as const,
      data: { n },
    }));
    // Most are written together, the 600th by itself.
    await audit.many(db, entries.slice(0, 599));
    await audit.many(db, entries.slice(599, 600));
    await audit.many(db, [...entries.slice(600), { settingId: null, actor: 'server', action: 'set-up.done' }]);
  });
  afterEach(() => db.destroy());

  const routes = () => auditRoutes({ db, clock, audit, signer, broken: async (id) => void broken.push(id) });
  const textOf = async (pieces: AsyncIterable<string>) => {
    let text = '';
    for await (const piece of pieces) text += piece;
    return text;
  };

  it('is listed newest first, page by page, each entry once, and no other setting’s', async () => {
    const numbers: number[] = [];
    let cursor: string | null = null;
    do {
      const query = { limit: 500, ...(cursor === null ? {} : { cursor }) };
      const page: Awaited<ReturnType<ReturnType<typeof routes>['listAudit']>> = await routes().listAudit({
        asker,
        query,
      });
      numbers.push(...page.items.map((item) => auditEntryViewSchema.parse(item).number));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(numbers).to.deep.equal(Array.from({ length: 1_203 }, (_each, n) => 1_203 - n));
  });

  it('is exported whole, oldest first, as JSON Lines and as CSV, and that is on record', async () => {
    const file = await routes().exportAudit({ asker, query: { format: 'jsonl' } });
    expect(file).to.include({ type: 'application/jsonl', name: 'hometime-audit-2026-11-20.jsonl' });
    const lines = (await textOf(file.pieces)).trimEnd().split('\n');
    expect(lines.map((line) => auditEntryViewSchema.parse(JSON.parse(line)).number)).to.have.length(1_204);
    expect(lines.at(-1)).to.include('audit.exported').and.to.include('Ada');
    const csv = await textOf(exportEntries(db, oak, 'csv'));
    expect(csv.split('\r\n')).to.have.length(1_204 + 2);
    expect(csv)
      .to.match(/^number,at,actor/)
      .and.to.include(`"'=7"`);
  });

  it('is listed in pages that end amid what was written together', async () => {
    const numbers: number[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 13; page += 1) {
      const query = { limit: 97, ...(cursor === undefined ? {} : { cursor }) };
      const { items, nextCursor } = await routes().listAudit({ asker, query });
      numbers.push(...items.map((item) => item.number));
      cursor = nextCursor ?? undefined;
    }
    expect(cursor).to.equal(undefined);
    expect(numbers).to.deep.equal(Array.from({ length: 1_203 }, (_each, n) => 1_203 - n));
  });

  it('never begins a cell with what a spreadsheet would run', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '\u200b=1', '|x', '%x']) {
      expect(csvCell(text), JSON.stringify(text)).to.match(/^"'/);
    }
    expect(csvCell('Zoë "Zo" O’Hara, 3')).to.equal('"Zoë ""Zo"" O’Hara, 3"');
  });

  it('is verified over REST, and what is found is told', async () => {
    expect(await routes().verifyAudit({ asker })).to.include({ intact: true, entries: 1_203 });
    expect(broken).to.deep.equal([]);
    await db.raw('drop trigger audit_entries_no_update');
    await db('audit_entries').where({ number: 600 }).update({ actor: 'Eve' });
    expect((await routes().verifyAudit({ asker })).fault).to.include({ number: 600 });
    expect(broken).to.deep.equal([oak]);
  });

  it('is verified on the command line, every log with its head, and heads that were noted down', async () => {
    const whole = await verifyAll({ db, signer });
    expect(whole.intact).to.equal(true);
    const heads = whole.lines.map((line) => /head (\S+)$/.exec(line)?.[1] ?? '');
    expect(heads.filter((head) => /^\d+:[0-9a-f]{64}$/.test(head))).to.have.length(2);
    expect((await verifyAll({ db, signer }, heads.map(parseHead))).intact).to.equal(true);
    expect((await verifyAll({ db, signer }, [{ number: 9_999, hash: 'a'.repeat(64) }])).intact).to.equal(false);
    expect(() => parseHead('1203')).to.throw(/no head/);
  });
});
