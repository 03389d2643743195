import { expect } from 'chai';
import fc from 'fast-check';
import type { Asker } from '../../../server/http/asker.ts';
import { asked, type IncidentsRig, oak, startIncidentsRig } from './rig.ts';

/** Every stored cell of the record, and which of them no check can miss. */
const tables: Readonly<Record<string, { key: string; columns: readonly string[] }>> = {
  incident_entries: {
    key: 'id',
    columns: [
      'incident_id',
      'setting_id',
      'number',
      'at',
      'kind',
      'actor_kind',
      'actor_role',
      'content_digest',
      'hash',
    ],
  },
  incident_contents: {
    key: 'entry_id',
    columns: ['entry_id', 'incident_id', 'salt', 'actor_id', 'actor_name', 'text', 'data'],
  },
  incident_register: { key: 'number', columns: ['setting_id', 'number', 'entry_hash', 'hash'] },
  incident_heads: { key: 'number', columns: ['number', 'hash', 'signature'] },
};

describe('the record of incidents (INC1)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  let caseId: string;

  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead', 'Lena Ödegård');
    const tablet = await rig.device('Tablet 1');
    caseId = await rig.misuse(tablet);
    await rig.ended(tablet);
    await rig.routes.writeEntry(asked(lead, { id: caseId }, { kind: 'narrative', text: 'I saw it – on the shelf.' }));
    await rig.report(lead, { people: [{ role: 'staff', initials: 'AB' }], confidential: true });
  });
  afterEach(() => rig.stop());

  /** As somebody does who can write in the database: past the triggers, and with everything else left as it is. */
  async function tamper(change: (name: string) => Promise<unknown>): Promise<void> {
    const triggers: { name: string }[] = await rig.db('sqlite_master').where({ type: 'trigger' }).select('name');
    for (const { name } of triggers) await rig.db.raw(`drop trigger "${name}"`);
    await rig.db.raw('pragma foreign_keys = off');
    await change('tampered');
  }

  it('is intact as it was written, and counts what there is', async () => {
    const found = await rig.verify();
    expect(found).to.include({ intact: true, cases: 2, attachments: 0 });
    expect(found.entries).to.equal(5);
    expect(found.head).to.match(/^5:[0-9a-f]{64}$/);
  });

  it('refuses in the database itself that an entry is changed or removed', async () => {
    for (const table of ['incident_entries', 'incident_contents', 'incident_register']) {
      for (const change of [
        rig.db(table).update({ [table === 'incident_register' ? 'hash' : 'incident_id']: 'x' }),
        rig.db(table).delete(),
      ]) {
        const said = await change.then(
          () => 'done',
          (error: unknown) => String(error),
        );
        expect(said, table).to.include('append-only');
      }
    }
  });

  it('finds any single changed character of any stored cell', async () => {
    // The database as it is, copied for each try: what one try breaks another must not find.
    const cells: { table: string; key: string; column: string; id: unknown; value: unknown }[] = [];
    for (const [table, { key, columns }] of Object.entries(tables)) {
      const rows: Record<string, unknown>[] = await rig.db(table).select();
      for (const row of rows)
        for (const column of columns) cells.push({ table, key, column, id: row[key], value: row[column] });
    }
    await tamper(async () => undefined);
    await fc.assert(
      fc.asyncProperty(fc.nat(cells.length - 1), fc.nat(), fc.integer({ min: 1, max: 25 }), async (pick, place, by) => {
        const cell = cells[pick];
        if (cell === undefined) return;
        const { table, key, column, id, value } = cell;
        const changed = otherThan(value, place, by);
        const whereNow = { [key]: column === key ? changed : id };
        await rig
          .db(table)
          .where({ [key]: id })
          .update({ [column]: changed });
        try {
          const { intact } = await rig.verify();
          expect(intact, `${table}.${column}: ${String(value)} became ${String(changed)}`).to.equal(false);
        } finally {
          await rig
            .db(table)
            .where(whereNow)
            .update({ [column]: value });
        }
      }),
      { numRuns: 150 },
    );
    expect((await rig.verify()).intact, 'put back').to.equal(true);
  }).timeout(60_000);

  it('finds what the tables show otherwise than the entries say', async () => {
    const shown: Readonly<Record<string, unknown>> = {
      confidential: true,
      severity: 'check',
      state: 'closed',
      category: 'damage',
      count: 7,
      ongoing: true,
      opened_at: '2020-01-01T00:00:00.000Z',
      kept_until: '2020-01-01T00:00:00.000Z',
      reporter_id: 'me',
      device_id: null,
    };
    const row = await rig.db('incidents').where({ id: caseId }).first();
    for (const [column, value] of Object.entries(shown)) {
      await rig
        .db('incidents')
        .where({ id: caseId })
        .update({ [column]: value });
      const { intact, faults } = await rig.verify();
      expect(intact, column).to.equal(false);
      expect(faults[0]?.incidentId).to.equal(caseId);
      await rig
        .db('incidents')
        .where({ id: caseId })
        .update({ [column]: row[column] });
    }
    await rig.db('incident_concerns').insert({ incident_id: caseId, person_id: lead.id });
    expect((await rig.verify()).intact, 'whom it concerns').to.equal(false);
  });

  it('finds a last entry taken away, a case taken away as a whole, and one added', async () => {
    await tamper(async () => {
      const last = await rig.db('incident_entries').where({ incident_id: caseId }).orderBy('number', 'desc').first();
      await rig.db('incident_contents').where({ entry_id: last.id }).delete();
      await rig.db('incident_entries').where({ id: last.id }).delete();
      expect((await rig.verify()).faults.map(({ what }) => what).join()).to.include('the entry itself is missing');
      for (const table of ['incident_contents', 'incident_entries'])
        await rig.db(table).where({ incident_id: caseId }).delete();
      await rig.db('incidents').where({ id: caseId }).delete();
      expect((await rig.verify()).intact).to.equal(false);
    });
  });

  it('finds a record put back to an older state by the head that was noted down, and by nothing else', async () => {
    const before = await rig.db('incident_heads').where({ setting_id: oak }).first();
    await rig.routes.writeEntry(asked(lead, { id: caseId }, { kind: 'narrative', text: 'And again.' }));
    const { head } = await rig.verify();
    const [number, hash = ''] = (head ?? '').split(':');
    await tamper(async () => {
      const last = await rig.db('incident_entries').orderBy('id', 'desc').first();
      await rig.db('incident_contents').where({ entry_id: last.id }).delete();
      await rig.db('incident_entries').where({ id: last.id }).delete();
      await rig
        .db('incident_register')
        .where({ number: Number(number) })
        .delete();
      await rig.db('incident_heads').where({ setting_id: oak }).update(before);
    });
    expect((await rig.verify()).intact).to.equal(true);
    expect((await rig.verify([{ number: Number(number), hash }])).intact).to.equal(false);
  });
});

/** A value that differs in one character, or a number in its size; null becomes a word. */
function otherThan(value: unknown, place: number, by: number): unknown {
  if (value === null) return 'x';
  if (typeof value === 'number') return value + by * 1_000;
  const text = String(value);
  if (text === '') return 'x';
  const at = place % text.length;
  const code = text.charCodeAt(at);
  const other = String.fromCharCode(
    code >= 97 && code <= 122 ? 97 + ((code - 97 + by) % 26) : code === 120 ? 121 : 120,
  );
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}
