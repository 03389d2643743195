import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import knex from 'knex';
import { createAudit } from '../../../server/audit/audit.ts';
import { openAuditKey } from '../../../server/audit/audit-key.ts';
import { listChains } from '../../../server/audit/audit-store.ts';
import { beginLogs } from '../../../server/audit/begin.ts';
import { createHeadSigner } from '../../../server/audit/chain.ts';
import { verifyChain } from '../../../server/audit/verify.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { migrationSource } from '../../../server/storage/migrations/migrations.ts';
import { manualClock } from '../server/manual-clock.ts';

const oak = '0d4a7a0e-63a4-4f3a-9c39-000000000001';

describe('the beginning of the audit log', () => {
  let folder: string;
  let file: string;
  const clock = manualClock();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hometime-audit-'));
    file = join(folder, 'log.sqlite');
    await mkdir(join(folder, 'authority'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const openKey = (begin: (key: string) => Promise<void> = () => Promise.resolve()) =>
    openAuditKey(join(folder, 'authority'), begin);

  /** A database as it was before there was a chain, with entries of a setting and of the server. */
  async function unchained(count: number): Promise<void> {
    const old = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
    try {
      const before = async () => (await migrationSource.getMigrations([])).filter((each) => each.name < '003');
      await old.migrate.latest({
        migrationSource: { ...migrationSource, getMigrations: before },
        disableMigrationsListValidation: true,
      });
      await old('settings').insert({ id: oak, name: 'Oak', time_zone: 'Europe/London', created_at: 'then' });
      const entries = Array.from({ length: count }, (_none, index) => {
        const n = index + 1;
        const entry = {
          at: `2026-01-01T00:00:0${n % 10}.000Z`,
          actor: 'Zoë',
          action: 'x',
          subject: null,
          data: '{ "a": 1 }',
        };
        return { ...entry, setting_id: n % 3 === 0 ? null : oak };
      });
      await old.batchInsert('audit_entries', entries, 50);
    } finally {
      await old.destroy();
    }
  }

  it('chains and signs what was on record before, once, and puts that on record', async () => {
    await unchained(450);
    const db = await openDatabase(`sqlite:${file}`);
    try {
      const key = await openKey((privatePem) => beginLogs({ db, clock, signer: createHeadSigner(privatePem) }));
      const signer = createHeadSigner(key);
      expect(await verifyChain({ db, signer }, oak)).to.include({ intact: true, entries: 300 });
      // Its 150, and the one that says that the key was made.
      expect(await verifyChain({ db, signer }, null)).to.include({ intact: true, entries: 151 });
      await createAudit({ clock, signer })(db, { settingId: oak, actor: 'Zoë', action: 'setting.made' });
      expect(await verifyChain({ db, signer }, oak)).to.include({ intact: true, entries: 301 });
      expect(await listChains(db)).to.have.members([null, oak]);
    } finally {
      await db.destroy();
    }
  });

  it('makes a key that others cannot read, and signs nothing anew at later starts', async () => {
    const begun: string[] = [];
    const open = () => openKey(async (key) => void begun.push(key));
    const first = await open();
    expect(await open()).to.equal(first);
    expect(begun).to.deep.equal([first]);
    expect(await readdir(join(folder, 'authority'))).to.deep.equal(['audit-key.pem']);
    await chmod(join(folder, 'authority', 'audit-key.pem'), 0o644);
    const failed = await open().then(
      () => 'opened',
      (error: unknown) => String(error),
    );
    expect(failed).to.include('chmod 600');
  });

  it('goes on with the same key after a start that was cut off before the logs were signed', async () => {
    const keys: string[] = [];
    const cut = openKey(async (key) => {
      keys.push(key);
      throw new Error('cut off');
    });
    await cut.catch(() => undefined);
    const key = await openKey(async (again) => void keys.push(again));
    expect(keys).to.deep.equal([key, key]);
    expect(await readFile(join(folder, 'authority', 'audit-key.pem'), 'utf8')).to.equal(key);
  });

  it('gives two starts at once the same key', async () => {
    const keys = await Promise.all([openKey(), openKey(), openKey()]);
    expect(new Set(keys).size).to.equal(1);
  });
});
