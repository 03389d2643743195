import type { Knex } from 'knex';

/** Each log: its keys, by any of which `insert or replace` would take a row away, and what is said then. */
const logs = [
  { table: 'audit_entries', keys: [['id'], ['setting_id', 'number']], said: 'the audit log' },
  { table: 'incident_entries', keys: [['id'], ['incident_id', 'number']], said: 'the record of incidents' },
  { table: 'incident_register', keys: [['setting_id', 'number']], said: 'the record of incidents' },
  { table: 'incident_contents', keys: [['entry_id']], said: 'the record of incidents' },
] as const;

/**
 * SQLite asks no trigger on deletion where `insert or replace` takes a row away (but with `recursive_triggers`, which
 * each connection chooses for itself): so what is on record is asked for before each insertion, by its keys. One
 * lookup of an index for each; `is` and not `=`, for the server's own log has no setting. Nor do words come back to a
 * case after its purging.
 */
export async function up(db: Knex): Promise<void> {
  for (const { table, keys, said } of logs) {
    const known = keys.map(
      (columns) =>
        `exists (select 1 from ${table} where ${columns.map((name) => `${name} is new.${name}`).join(' and ')})`,
    );
    await db.raw(
      `create trigger ${table}_no_replace before insert on ${table} when ${known.join(' or ')}
       begin select raise(abort, '${said} is append-only'); end`,
    );
  }
  await db.raw(
    `create trigger incident_contents_no_return before insert on incident_contents when exists (
       select 1 from incident_entries e where e.incident_id = new.incident_id and e.kind = 'purged' and e.id > new.entry_id)
     begin select raise(abort, 'the record of incidents is append-only'); end`,
  );
}
