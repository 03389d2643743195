import type { Knex } from 'knex';

/**
 * Why a policy was changed, where devices last were, and what their guards did. Earlier versions of a
 * policy have no reason: nobody was asked for one.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('policies', (table) => {
    table.text('reason').nullable();
  });
  await db.schema.createTable('place_salts', (table) => {
    table.text('setting_id').primary().references('settings.id');
    // Keys the digests of networks in capsules; base64 of 32 bytes. Another one, and no device knows its networks.
    table.text('salt').notNullable();
  });
  await db.schema.alterTable('devices', (table) => {
    // The last place that could be told, 'on-site' or 'off-site', since when it was there, and since when none can be told.
    table.text('place_last').nullable();
    table.text('place_last_since').nullable();
    table.text('place_unknown_since').nullable();
  });
  await db.schema.alterTable('findings', (table) => {
    // When it becomes misuse, or blocks; null: it has no grace.
    table.text('grace_until').nullable();
  });
  await db.schema.createTable('guard_moves', (table) => {
    table.text('device_id').notNullable().references('devices.id');
    // A new enrolment counts its moves anew.
    table.integer('epoch').notNullable();
    // One that tells its moves otherwise than before has lost its own record of them: what it tells from then on is another telling.
    table.integer('telling').notNullable();
    table.integer('sequence').notNullable();
    // By the device's corrected clock; what happened out of touch came to the server later.
    table.text('at').notNullable();
    table.text('received_at').notNullable();
    table.text('to_state').notNullable();
    table.text('because').notNullable();
    // Of a move to 'blocked': the most sign-ins the lock was told to have refused since; null: not told.
    table.integer('refused_sign_ins').nullable();
    table.primary(['device_id', 'epoch', 'telling', 'sequence']);
  });
}
