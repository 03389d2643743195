import type { Knex } from 'knex';

/**
 * Orders with a person behind them, holds, security events, and devices that
 * left. Orders given before have nobody's id; their own creation is when they were queued.
 */
export async function up(db: Knex): Promise<void> {
  await orders(db);
  await devices(db);
  await db.schema.createTable('holds', (table) => {
    table.increments('number');
    table.text('id').notNullable().unique();
    table.text('setting_id').notNullable().references('settings.id');
    // null: the whole setting.
    table.text('device_id').nullable().references('devices.id');
    table.text('reason').notNullable();
    table.text('set_by').notNullable();
    table.text('set_at').notNullable();
    table.text('lifted_by').nullable();
    table.text('lifted_at').nullable();
    table.text('lifted_because').nullable();
    table.index(['setting_id', 'lifted_at']);
  });
  await db.schema.createTable('security_events', (table) => {
    table.increments('id');
    table.text('setting_id').notNullable().references('settings.id');
    table.text('code').notNullable();
    table.text('device_id').nullable().references('devices.id');
    table.text('command_id').nullable();
    table.text('first_at').notNullable();
    table.text('last_at').notNullable();
    table.integer('count').notNullable();
    table.text('seen_by').nullable();
    table.text('seen_at').nullable();
    table.index(['setting_id', 'id']);
    table.index(['setting_id', 'code', 'last_at']);
  });
}

async function orders(db: Knex): Promise<void> {
  await db.schema.alterTable('commands', (table) => {
    table.text('asked_by_id').notNullable().defaultTo('');
    table.text('batch_id').nullable();
    // When it was queued for its device: an approved one is younger than its asking. null: never yet.
    table.text('queued_at').nullable();
    // How often it was handed to the device's connection, and how often the device said that it had settled it before.
    table.integer('offered').notNullable().defaultTo(0);
    table.integer('called_replayed').notNullable().defaultTo(0);
    // When its device put it off.
    table.text('deferred_at').nullable();
    // A wiped device's receipt came then; it is worth nothing once the device has spoken again.
    table.text('receipt_at').nullable();
    table.text('spoke_again_at').nullable();
    table.index(['setting_id', 'state', 'number']);
  });
  await db('commands').update({ queued_at: db.ref('created_at') });
}

async function devices(db: Knex): Promise<void> {
  await db.schema.alterTable('devices', (table) => {
    // Kinds of order that an administrator of the device forbids there, a JSON list.
    table.text('forbids').notNullable().defaultTo('[]');
    table.text('retired_at').nullable();
    table.text('wiped_at').nullable();
    table.dropUnique(['setting_id', 'name']);
  });
  // The name of a device that left is free for the next.
  await db.raw('create unique index devices_name_in_fleet on devices (setting_id, name) where retired_at is null');
}
