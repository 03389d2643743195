import type { Knex } from 'knex';

/** Who was an administrator of a setting, and until when they were: a wipe asks for a second one for a day after there is none. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('former_administrators', (table) => {
    table.text('person_id').notNullable().references('people.id');
    table.text('setting_id').notNullable().references('settings.id');
    table.text('ended_at').notNullable();
    table.primary(['person_id', 'setting_id']);
  });
}
