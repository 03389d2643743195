import type { Knex } from 'knex';

/** Who could read confidential cases when it was looked at last: whoever is new among them is told of to the others. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('confidential_readers', (table) => {
    table.text('setting_id').notNullable().references('settings.id');
    table.text('person_id').notNullable();
    table.primary(['setting_id', 'person_id']);
  });
}
