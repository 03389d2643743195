import type { Knex } from 'knex';

/** A secret of each setting, base64 of 32 bytes: it keys the identifiers of removable media. Made when a device first needs it, and never changed. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('media_salts', (table) => {
    table.text('setting_id').primary().references('settings.id');
    table.text('salt').notNullable();
  });
}
