import type { Knex } from 'knex';

/** What an agent says as it ends (shared/policy/farewell.ts). */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('devices', (table) => {
    // A JSON document; null: it never said anything.
    table.text('farewells').nullable();
  });
}
