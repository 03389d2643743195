import { join } from 'node:path';
import { expect } from 'chai';
import knex, { type Knex } from 'knex';
import { createAudit } from '../../../server/audit/audit.ts';
import { createAttachmentFiles } from '../../../server/incidents/attachment-files.ts';
import { beginRecord } from '../../../server/incidents/begin.ts';
import { entriesOf } from '../../../server/incidents/record-store.ts';
import { verifyRecord } from '../../../server/incidents/verify.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { migrationSource } from '../../../server/storage/migrations/migrations.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { testSigner } from '../audit/test-signer.ts';
import { manualClock } from '../server/manual-clock.ts';
import { oak } from './rig.ts';

const cases = 130;

describe('incidents of before there was a record', () => {
  const file = join(makeTempFolder(), 'old.sqlite');

  before(async function () {
    this.timeout(30_000);
    const old = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
    const before = async () => (await migrationSource.getMigrations([])).filter((each) => each.name < '007');
    await old.migrate.latest({
      migrationSource: { ...migrationSource, getMigrations: before },
      disableMigrationsListValidation: true,
    });
    const at = '2026-01-01T10:00:00.000Z';
    // One flush to disk for all of them.
    await old.transaction((within) => insertOld(within, at));
    await old.destroy();
  });

  async function insertOld(old: Knex, at: string): Promise<void> {
    await old('settings').insert({ id: oak, name: 'Oak', time_zone: 'Europe/London', created_at: at });
    for (let n = 0; n < cases; n += 1) {
      await old('devices').insert({
        id: `device ${n}`,
        setting_id: oak,
        name: `Tablet ${n}`,
        kind: 'tablet',
        child_facing: true,
        epoch: 1,
        created_at: at,
      });
      const row = { device_id: `device ${n}`, setting_id: oak, severity: 'act', opened_at: at, last_at: at };
      const matter = n % 2 === 0 ? 'unauthorised-person' : 'filtering-off';
      await old('incidents').insert({ id: `case ${n}`, ...row, matter, state: 'open', ongoing: n % 3 === 0, count: 2 });
      const kinds = n % 3 === 0 ? ['opened', 'ended', 'repeated'] : ['opened', 'ended', 'repeated', 'ended'];
      for (const kind of kinds)
        await old('incident_entries').insert({ incident_id: `case ${n}`, at, kind, text: `“${kind}” — ${n}` });
    }
  }

  it('are taken over entry for entry, chained, and signed once at the start that follows', async () => {
    const db = await openDatabase(`sqlite:${file}`);
    try {
      const signer = testSigner();
      const files = createAttachmentFiles(makeTempFolder());
      const audit = createAudit({ clock: manualClock(), signer });
      expect((await verifyRecord({ db, signer, files }, oak)).intact, 'not signed yet').to.equal(false);
      await beginRecord({ db, audit, signer });
      const found = await verifyRecord({ db, signer, files }, oak);
      expect(found.faults).to.deep.equal([]);
      expect(found).to.include({ intact: true, cases, entries: 44 * 3 + 86 * 4 });
      const entries = await entriesOf(db, ['case 7']);
      expect(entries.map(({ content }) => content?.text)).to.deep.equal([
        '“opened” — 7',
        '“ended” — 7',
        '“repeated” — 7',
        '“ended” — 7',
      ]);
      const row = await db('incidents').where({ id: 'case 7' }).first();
      expect(row).to.include({ category: 'filtering-failure', matter: 'filtering-off', count: 2, confidential: 0 });
      // An emptied signature is not signed again.
      await db('incident_heads').update({ signature: '' });
      await beginRecord({ db, audit, signer });
      expect((await verifyRecord({ db, signer, files }, oak)).intact).to.equal(false);
    } finally {
      await db.destroy();
    }
  }).timeout(30_000);
});
