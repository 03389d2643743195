import type { Knex } from 'knex';

const isPurged = (incident: string): string =>
  `exists (select 1 from incident_entries e where e.incident_id = ${incident} and e.kind = 'purged')`;

/**
 * Of cases that were purged before, whom they concerned, their steps and who was asked to look at them go as well; that
 * a case concerned somebody stays as a row that names nobody (`incident_concerns`), so that it is shown to nobody.
 * And the reckoning by which the server tells whether its clock may be believed.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(
    `update incidents set reporter_id = null, device_id = null, matter = null, conduct = null, follows = null where ${isPurged('incidents.id')}`,
  );
  await db.raw(`create temporary table concerned as
    select distinct incident_id from incident_concerns c where ${isPurged('c.incident_id')}`);
  await db.raw('delete from incident_concerns where incident_id in (select incident_id from concerned)');
  await db.raw('insert into incident_concerns (incident_id) select incident_id from concerned');
  await db.raw('drop table concerned');
  await db.raw(`delete from incident_steps where ${isPurged('incident_steps.incident_id')}`);
  const ofPurged = `select m.id from notice_matters m where m.kind in ('incident', 'incident-clock') and ${isPurged('m.matter_id')}`;
  await db.raw(`delete from notices where notice_matter_id in (${ofPurged})`);
  await db.raw(`delete from notice_matters where id in (${ofPurged})`);
  await db.schema.createTable('purge_clock', (table) => {
    // One row: the latest reading, and how long the server has run since the clock was last in doubt.
    table.integer('id').primary();
    table.text('seen_at').notNullable();
    table.integer('steady_ms').notNullable();
  });
}
