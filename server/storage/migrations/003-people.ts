import type { Knex } from 'knex';

/**
 * People with several settings, roles that end, a second factor, invitations,
 * and what a person is told about their own sign-ins. Who is an administrator
 * already has the same time to set up a second factor as who becomes one now.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('memberships', (table) => {
    // From then on the role is nobody's; null: it does not end.
    table.text('until').nullable();
    // Since when the person is an administrator there; null: is none.
    table.text('administrator_since').nullable();
    // An administrator who came by somebody's link, or was made one, approves orders of others from then on only.
    table.text('approves_from').nullable();
    table.text('last_sign_in_at').nullable();
    table.index(['setting_id']);
  });
  const now = new Date().toISOString();
  await db('memberships').where({ role: 'administrator' }).update({ administrator_since: now, approves_from: now });
  await db.schema.alterTable('sign_ins', (table) => {
    table.text('confirmed_until').nullable();
    table.text('last_used_at').nullable();
    table.text('browser').notNullable().defaultTo('');
    table.text('address').notNullable().defaultTo('unknown');
    table.index(['person_id']);
  });
  await db.schema.alterTable('tokens', (table) => {
    table.text('expires_at').nullable();
    table.text('made_by').nullable();
    table.text('made_by_person').nullable().references('people.id');
  });
  await secondFactors(db);
  await invitations(db);
}

async function secondFactors(db: Knex): Promise<void> {
  await db.schema.createTable('second_factors', (table) => {
    table.text('person_id').primary().references('people.id');
    // Encrypted with a key that is not in the database.
    table.text('sealed_secret').notNullable();
    table.text('offered_at').notNullable();
    // Null: offered, and not proved by a first code yet.
    table.text('proved_at').nullable();
    // The time step of the last code taken: neither it nor an earlier one is taken again.
    table.integer('last_step').nullable();
  });
  await db.schema.createTable('recovery_codes', (table) => {
    table.text('person_id').notNullable().references('people.id');
    table.text('digest').notNullable();
    table.text('used_at').nullable();
    table.primary(['person_id', 'digest']);
  });
}

async function invitations(db: Knex): Promise<void> {
  await db.schema.createTable('invitations', (table) => {
    table.text('id').primary();
    table.text('secret_digest').notNullable().unique();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('purpose').notNullable();
    table.text('email').notNullable();
    table.text('role').notNullable();
    table.integer('days').nullable();
    // Whose password a reset sets; null for who is yet to join.
    table.text('person_id').nullable().references('people.id');
    table.text('invited_by').notNullable();
    table.text('invited_by_person').nullable().references('people.id');
    table.text('created_at').notNullable();
    table.text('expires_at').notNullable();
    table.text('used_at').nullable();
    table.text('revoked_at').nullable();
    table.index(['setting_id']);
  });
}
