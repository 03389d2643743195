import type { Knex } from 'knex';

/**
 * What is judged again as time passes, without a report: graces and unknown places that run out, closing times, term ends.
 * Graces are reckoned from the time for which a device was seen, so one that was away goes on where it stopped.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('devices', (table) => {
    // When the judgement may change though nothing is reported; null: it will not.
    table.text('judge_at').nullable();
  });
  await db.raw('create index devices_judge_at on devices (judge_at) where judge_at is not null');
  await db.schema.alterTable('findings', (table) => {
    // From when its grace is reckoned; null: from its beginning.
    table.text('grace_from').nullable();
  });
}
