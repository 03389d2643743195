import type { Knex } from 'knex';

/**
 * The first tables. Times are ISO 8601 text in UTC, by the server's clock unless
 * the column says `device`. Every row of a device, person or incident carries
 * its setting. Documents are JSON text of a schema in `shared/`.
 */
export async function up(db: Knex): Promise<void> {
  await settingsAndPeople(db);
  await devicesAndEnrolment(db);
  await readings(db);
  await findingsAndIncidents(db);
  await commands(db);
  await db.schema.createTable('audit_entries', (table) => {
    table.increments('id');
    table.text('setting_id').nullable();
    table.text('at').notNullable();
    // Who did it: a person's or token's name, "server", or a device's id.
    table.text('actor').notNullable();
    table.text('action').notNullable();
    table.text('subject').nullable();
    table.text('data').notNullable();
  });
}

async function settingsAndPeople(db: Knex): Promise<void> {
  await db.schema.createTable('settings', (table) => {
    table.text('id').primary();
    table.text('name').notNullable();
    table.text('time_zone').notNullable();
    table.text('created_at').notNullable();
  });
  await db.schema.createTable('policies', (table) => {
    table.text('setting_id').notNullable().references('settings.id');
    table.integer('version').notNullable();
    table.text('document').notNullable();
    table.text('at').notNullable();
    table.text('actor').notNullable();
    table.primary(['setting_id', 'version']);
  });
  await db.schema.createTable('people', (table) => {
    table.text('id').primary();
    table.text('email').notNullable().unique();
    table.text('name').notNullable();
    table.text('password_hash').notNullable();
    table.text('created_at').notNullable();
  });
  await db.schema.createTable('memberships', (table) => {
    table.text('person_id').notNullable().references('people.id');
    table.text('setting_id').notNullable().references('settings.id');
    table.text('role').notNullable();
    table.primary(['person_id', 'setting_id']);
  });
  await db.schema.createTable('sign_ins', (table) => {
    table.text('id').primary();
    // SHA-256 of the cookie: a copy of the database opens no session.
    table.text('secret_digest').notNullable().unique();
    table.text('csrf_token').notNullable();
    table.text('person_id').notNullable().references('people.id');
    table.text('setting_id').notNullable().references('settings.id');
    table.text('created_at').notNullable();
    table.text('expires_at').notNullable();
  });
  await db.schema.createTable('tokens', (table) => {
    table.text('id').primary();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('name').notNullable();
    table.text('role').notNullable();
    table.text('secret_digest').notNullable().unique();
    table.text('created_at').notNullable();
    table.text('revoked_at').nullable();
  });
  await db.schema.createTable('set_up_tokens', (table) => {
    table.text('secret_digest').primary();
    table.text('created_at').notNullable();
    table.text('expires_at').notNullable();
    table.text('used_at').nullable();
  });
}

async function devicesAndEnrolment(db: Knex): Promise<void> {
  await db.schema.createTable('devices', (table) => {
    table.text('id').primary();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('name').notNullable();
    table.text('kind').notNullable();
    table.boolean('child_facing').notNullable();
    table.text('assigned_people').nullable();
    table.text('platform').nullable();
    // Rises with each enrolment; 0: never enrolled.
    table.integer('epoch').notNullable();
    table.text('enrolled_at').nullable();
    table.boolean('observe_mode').nullable();
    table.text('last_seen_at').nullable();
    table.integer('last_sequence').notNullable().defaultTo(0);
    table.text('created_at').notNullable();
    table.unique(['setting_id', 'name']);
  });
  await db.schema.createTable('enrolment_links', (table) => {
    table.text('token_digest').primary();
    table.text('device_id').notNullable().references('devices.id');
    table.text('created_at').notNullable();
    table.text('expires_at').notNullable();
    table.text('used_at').nullable();
    table.text('actor').notNullable();
  });
  await db.schema.createTable('certificates', (table) => {
    // SHA-256 of the certificate's DER, lower-case hex.
    table.text('fingerprint').primary();
    table.text('serial').notNullable();
    table.text('device_id').notNullable().references('devices.id');
    table.integer('epoch').notNullable();
    table.text('issued_at').notNullable();
    table.text('expires_at').notNullable();
    table.text('revoked_at').nullable();
    table.text('revoked_because').nullable();
    table.index(['device_id']);
  });
}

async function readings(db: Knex): Promise<void> {
  await db.schema.createTable('latest_readings', (table) => {
    table.text('device_id').notNullable().references('devices.id');
    table.text('section').notNullable();
    table.text('reading').notNullable();
    table.text('received_at').notNullable();
    table.primary(['device_id', 'section']);
  });
  await db.schema.createTable('reading_changes', (table) => {
    table.increments('id');
    table.text('device_id').notNullable().references('devices.id');
    table.text('section').notNullable();
    table.text('reading').notNullable();
    table.text('received_at').notNullable();
    table.index(['device_id', 'id']);
  });
}

async function findingsAndIncidents(db: Knex): Promise<void> {
  await db.schema.createTable('findings', (table) => {
    table.text('device_id').notNullable().references('devices.id');
    table.text('code').notNullable();
    table.text('text').notNullable();
    table.text('remedy').notNullable();
    table.text('since').notNullable();
    table.primary(['device_id', 'code']);
  });
  await db.schema.createTable('incidents', (table) => {
    table.text('id').primary();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('device_id').notNullable().references('devices.id');
    table.text('matter').notNullable();
    table.text('severity').notNullable();
    table.text('state').notNullable();
    table.boolean('ongoing').notNullable();
    table.text('opened_at').notNullable();
    table.text('last_at').notNullable();
    table.integer('count').notNullable();
    table.index(['setting_id', 'last_at', 'id']);
  });
  // One open case for a device and a matter, whatever two reports at once may try.
  await db.raw("create unique index incidents_one_open on incidents (device_id, matter) where state = 'open'");
  await db.schema.createTable('incident_entries', (table) => {
    table.increments('id');
    table.text('incident_id').notNullable().references('incidents.id');
    table.text('at').notNullable();
    table.text('kind').notNullable();
    table.text('text').notNullable();
    table.index(['incident_id']);
  });
}

async function commands(db: Knex): Promise<void> {
  await db.schema.createTable('commands', (table) => {
    table.text('id').primary();
    // Orders are carried out in the order they were given.
    table.integer('number').notNullable().unique();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('device_id').notNullable().references('devices.id');
    table.integer('epoch').notNullable();
    table.text('kind').notNullable();
    table.text('args').notNullable();
    table.text('reason').notNullable();
    table.text('asked_by').notNullable();
    table.text('state').notNullable();
    table.text('created_at').notNullable();
    table.text('expires_at').notNullable();
    table.index(['device_id', 'number']);
    table.index(['state', 'expires_at']);
  });
  await db.schema.createTable('command_moves', (table) => {
    table.increments('id');
    table.text('command_id').notNullable().references('commands.id');
    table.text('to_state').notNullable();
    table.text('at').notNullable();
    table.text('device_at').nullable();
    table.text('actor').notNullable();
    table.text('reason').nullable();
    table.text('evidence').nullable();
    table.index(['command_id']);
  });
}
