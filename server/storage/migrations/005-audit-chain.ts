import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

interface Entry {
  setting_id: string | null;
  at: string;
  actor: string;
  action: string;
  subject: string | null;
  data: string;
}

/**
 * Chains what was on record before, in the order it was written, and lets
 * nothing on record be changed or taken away. The heads are signed at the start
 * that follows, with a key that is not in the database.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.renameTable('audit_entries', 'audit_entries_unchained');
  await db.schema.createTable('audit_entries', (table) => {
    table.increments('id');
    // Null: the server's own log.
    table.text('setting_id').nullable();
    // From 1, in each log.
    table.integer('number').notNullable();
    table.text('at').notNullable();
    table.text('actor').notNullable();
    table.text('action').notNullable();
    table.text('subject').nullable();
    table.text('data').notNullable();
    table.text('hash').notNullable();
    table.unique(['setting_id', 'number']);
  });
  await db.schema.createTable('audit_heads', (table) => {
    // A setting's id, or "server".
    table.text('chain').primary();
    table.integer('number').notNullable();
    table.text('hash').notNullable();
    table.text('signature').notNullable();
  });
  await chainAll(db);
  await db.schema.dropTable('audit_entries_unchained');
  for (const change of ['update', 'delete']) {
    await db.raw(
      `create trigger audit_entries_no_${change} before ${change} on audit_entries
       begin select raise(abort, 'the audit log is append-only'); end`,
    );
  }
}

async function chainAll(db: Knex): Promise<void> {
  const heads = new Map<string | null, { number: number; hash: string }>();
  const rowsAtOnce = 200;
  let lastId = 0;
  for (;;) {
    const rows: (Entry & { id: number })[] = await db('audit_entries_unchained')
      .where('id', '>', lastId)
      .orderBy('id')
      .limit(rowsAtOnce);
    if (rows.length > 0) await db('audit_entries').insert(rows.map((row) => chained(row, heads)));
    lastId = rows.at(-1)?.id ?? lastId;
    if (rows.length < rowsAtOnce) break;
  }
  for (const [settingId, head] of heads) {
    await db('audit_heads').insert({ chain: settingId ?? 'server', ...head, signature: '' });
  }
}

/** As the log itself does it (server/audit/chain.ts), written out: a migration that has run is never changed. */
function chained(entry: Entry, heads: Map<string | null, { number: number; hash: string }>) {
  const { setting_id, at, actor, action, subject, data } = entry;
  const before = heads.get(setting_id) ?? { number: 0, hash: '' };
  const number = before.number + 1;
  const words = JSON.stringify([setting_id, number, at, actor, action, subject, data, before.hash]);
  const hash = createHash('sha256').update(words).digest('hex');
  heads.set(setting_id, { number, hash });
  return { setting_id, number, at, actor, action, subject, data, hash };
}
