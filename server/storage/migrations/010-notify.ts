import type { Knex } from 'knex';

/**
 * Telling people: matters, who is asked to look at them, the outbox of e-mails
 * and webhook calls, and every attempt. No row says what a matter is about.
 */
export async function up(db: Knex): Promise<void> {
  await matters(db);
  await db.schema.createTable('webhooks', (table) => {
    table.text('id').primary();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('name').notNullable();
    // Its path may open the other side, so it is sealed as the secret is.
    table.text('sealed_url').notNullable();
    table.text('host').notNullable();
    table.text('sealed_secret').notNullable();
    table.text('severities').notNullable();
    table.text('made_by').notNullable();
    table.text('made_at').notNullable();
    table.text('removed_at').nullable();
    table.index(['setting_id']);
  });
  await db.schema.createTable('notify_preferences', (table) => {
    table.text('person_id').notNullable().references('people.id');
    table.text('setting_id').notNullable().references('settings.id');
    table.text('document').notNullable();
    table.primary(['person_id', 'setting_id']);
  });
  await db.schema.createTable('notify_rules', (table) => {
    table.text('setting_id').primary().references('settings.id');
    table.text('document').notNullable();
  });
  await deliveries(db);
}

async function matters(db: Knex): Promise<void> {
  await db.schema.createTable('notice_matters', (table) => {
    table.text('id').primary();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('kind').notNullable();
    table.text('matter_id').notNullable();
    table.text('severity').notNullable();
    // JSON: the people who may never be told of it, and who is told when the first do not look.
    table.text('excluded').notNullable();
    table.text('alternates').notNullable();
    table.boolean('confidential').notNullable();
    table.integer('count').notNullable();
    table.text('raised_at').notNullable();
    table.text('last_at').notNullable();
    // When the alternates are told; null: they were, or nobody is to be.
    table.text('escalates_at').nullable();
    table.unique(['setting_id', 'kind', 'matter_id']);
    table.index(['escalates_at']);
  });
  await db.schema.createTable('notices', (table) => {
    table.text('id').primary();
    table.text('notice_matter_id').notNullable().references('notice_matters.id');
    // How it goes out, and to which person or webhook.
    table.text('channel').notNullable();
    table.text('recipient_id').notNullable();
    table.boolean('as_alternate').notNullable();
    table.text('raised_at').notNullable();
    // When it is to be sent; null: it is only shown, or waits for the daily e-mail.
    table.text('due_at').nullable();
    // The delivery it went into last; null while it is to be sent.
    table.text('delivery_id').nullable();
    table.text('looked_at').nullable();
    table.unique(['notice_matter_id', 'channel', 'recipient_id']);
    table.index(['due_at']);
    table.index(['recipient_id', 'looked_at']);
  });
}

async function deliveries(db: Knex): Promise<void> {
  await db.schema.createTable('deliveries', (table) => {
    table.increments('number');
    // Stands in every attempt, so that the other side knows a second one again.
    table.text('id').notNullable().unique();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('channel').notNullable();
    table.text('recipient_id').notNullable();
    table.text('purpose').notNullable();
    table.text('severity').notNullable();
    // What may be made once only: a person's daily e-mail of a day.
    table.text('once').nullable().unique();
    table.text('state').notNullable();
    table.text('created_at').notNullable();
    table.text('next_at').nullable();
    table.integer('tries').notNullable();
    // Whose it is to send, and until when nobody else may: another server, or this one after a restart, takes it then.
    table.text('claimed_by').nullable();
    table.text('claimed_until').nullable();
    table.index(['setting_id', 'number']);
    table.index(['state', 'next_at']);
    table.index(['recipient_id', 'number']);
  });
  await db.schema.createTable('delivery_attempts', (table) => {
    table.increments('id');
    table.text('delivery_id').notNullable().references('deliveries.id');
    table.text('at').notNullable();
    table.text('outcome').notNullable();
    table.integer('status').nullable();
    table.integer('ms').notNullable();
    table.index(['delivery_id']);
  });
}
