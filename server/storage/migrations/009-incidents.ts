import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Knex } from 'knex';

/**
 * Cases as they are since issue D: opened by the server, by people or by the form; entries that are chained one by
 * one in each case, and all of a setting's in one register, whose end is signed at the start that follows. What was
 * on record before is taken over, entry for entry. Nothing on record can be changed or taken away; words alone go,
 * and only of a case whose purging is on record.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.renameTable('incident_entries', 'incident_entries_before');
  await db.schema.renameTable('incidents', 'incidents_before');
  await db.raw('drop index incidents_one_open');
  await caseTables(db);
  await recordTables(db);
  await takeOver(db);
  await db.schema.dropTable('incident_entries_before');
  await db.schema.dropTable('incidents_before');
  await db.schema.createTable('report_forms', (table) => {
    table.text('setting_id').primary().references('settings.id');
    table.boolean('is_on').notNullable();
    table.boolean('anonymous').notNullable();
    table.text('addresses').notNullable();
    table.text('code').notNullable().unique();
  });
  await appendOnly(db);
}

/** What a case comes to, told by its entries: these tables can be made anew from them. */
async function caseTables(db: Knex): Promise<void> {
  await db.schema.createTable('incidents', (table) => {
    table.text('id').primary();
    table.text('setting_id').notNullable().references('settings.id');
    table.text('reference').notNullable().unique();
    table.text('source').notNullable();
    table.text('device_id').nullable().references('devices.id');
    table.text('matter').nullable();
    table.text('category').notNullable();
    table.text('severity').notNullable();
    table.text('conduct').nullable();
    table.boolean('signed_off').notNullable();
    table.boolean('confidential').notNullable();
    table.text('state').notNullable();
    table.boolean('ongoing').notNullable();
    table.text('reporter_id').nullable();
    table.text('follows').nullable();
    table.text('opened_at').notNullable();
    table.text('known_at').notNullable();
    table.text('last_at').notNullable();
    table.integer('count').notNullable();
    table.text('closed_at').nullable();
    table.text('kept_until').nullable();
    table.index(['setting_id', 'last_at', 'id'], 'incidents_latest');
    table.index(['kept_until'], 'incidents_kept_until');
    table.index(['follows'], 'incidents_follows');
  });
  // One unclosed case for a device and a matter, whatever two reports at once may try.
  await db.raw(
    "create unique index incidents_one_open on incidents (device_id, matter) where state in ('open', 'in-hand') and matter is not null",
  );
  await db.schema.createTable('incident_concerns', (table) => {
    table.text('incident_id').notNullable().references('incidents.id');
    // One of the two.
    table.text('person_id').nullable();
    table.text('role').nullable();
    table.index(['incident_id'], 'incident_concerns_incident');
  });
  await db.schema.createTable('incident_steps', (table) => {
    table.text('incident_id').notNullable().references('incidents.id');
    table.text('outcome').notNullable();
    table.text('step').notNullable();
    table.text('from_at').notNullable();
    table.text('due_at').nullable();
    // When it is to be told next that it is not done; null: no more.
    table.text('tell_at').nullable();
    table.boolean('settled').notNullable();
    table.primary(['incident_id', 'outcome', 'step']);
    table.index(['tell_at'], 'incident_steps_tell_at');
  });
}

async function recordTables(db: Knex): Promise<void> {
  await db.schema.createTable('incident_entries', (table) => {
    table.increments('id');
    table.text('incident_id').notNullable().references('incidents.id');
    table.text('setting_id').notNullable();
    // From 1, without a gap, in each case.
    table.integer('number').notNullable();
    table.text('at').notNullable();
    table.text('kind').notNullable();
    table.text('actor_kind').notNullable();
    table.text('actor_role').nullable();
    table.text('content_digest').notNullable();
    table.text('hash').notNullable();
    table.unique(['incident_id', 'number'], { indexName: 'incident_entries_number' });
  });
  await db.schema.createTable('incident_contents', (table) => {
    table.integer('entry_id').primary().references('incident_entries.id');
    table.text('incident_id').notNullable();
    // Random: after a purge nobody can try out what the words may have been.
    table.text('salt').notNullable();
    table.text('actor_id').nullable();
    table.text('actor_name').nullable();
    table.text('text').nullable();
    table.text('data').notNullable();
    table.index(['incident_id'], 'incident_contents_incident');
  });
  await db.schema.createTable('incident_register', (table) => {
    table.text('setting_id').notNullable();
    // From 1, without a gap, in each setting.
    table.integer('number').notNullable();
    table.text('entry_hash').notNullable();
    table.text('hash').notNullable();
    table.primary(['setting_id', 'number']);
  });
  await db.schema.createTable('incident_heads', (table) => {
    table.text('setting_id').primary();
    table.integer('number').notNullable();
    table.text('hash').notNullable();
    table.text('signature').notNullable();
  });
}

async function appendOnly(db: Knex): Promise<void> {
  const refuse = (table: string, change: string, unless = '') =>
    db.raw(
      `create trigger ${table}_no_${change} before ${change} on ${table} ${unless}
       begin select raise(abort, 'the record of incidents is append-only'); end`,
    );
  for (const table of ['incident_entries', 'incident_register', 'incident_contents']) await refuse(table, 'update');
  for (const table of ['incident_entries', 'incident_register']) await refuse(table, 'delete');
  await refuse(
    'incident_contents',
    'delete',
    "when not exists (select 1 from incident_entries e where e.incident_id = old.incident_id and e.kind = 'purged' and e.id > old.entry_id)",
  );
}

interface OldCase {
  id: string;
  setting_id: string;
  device_id: string;
  matter: string;
  severity: string;
  state: string;
  ongoing: boolean;
  opened_at: string;
  last_at: string;
  count: number;
}

/** As the features do it (server/incidents), written out: a migration that has run is never changed. */
const categories: Readonly<Record<string, string>> = {
  'unprotected-off-site': 'unprotected-off-premises',
  'unauthorised-person': 'unauthorised-use',
  'filtering-off': 'filtering-failure',
  'removable-media': 'removable-media',
  'personal-app': 'personal-webmail-or-social',
};

async function takeOver(db: Knex): Promise<void> {
  const cases: OldCase[] = await db('incidents_before').select();
  const known = new Map(cases.map((each) => [each.id, each]));
  for (const each of cases) {
    await db('incidents').insert({
      ...each,
      reference: newReference(),
      source: 'device',
      category: categories[each.matter] ?? 'policy-breach',
      signed_off: false,
      confidential: false,
      known_at: each.opened_at,
    });
  }
  const chain = createChain(db);
  const rowsAtOnce = 200;
  let lastId = 0;
  for (;;) {
    const rows: { id: number; incident_id: string; at: string; kind: string; text: string }[] = await db(
      'incident_entries_before',
    )
      .where('id', '>', lastId)
      .orderBy('id')
      .limit(rowsAtOnce);
    for (const row of rows) {
      const of = known.get(row.incident_id);
      if (of !== undefined) await chain.add(of, row);
    }
    lastId = rows.at(-1)?.id ?? lastId;
    if (rows.length < rowsAtOnce) break;
  }
  await chain.end();
}

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

function createChain(db: Knex) {
  const ofCase = new Map<string, { number: number; hash: string }>();
  const ofSetting = new Map<string, { number: number; hash: string }>();
  const fresh = { number: 0, hash: '' };
  return {
    add: async (of: OldCase, { at, kind, text }: { at: string; kind: string; text: string }): Promise<void> => {
      const salt = randomBytes(16).toString('hex');
      const data = JSON.stringify(kind === 'opened' ? openedData(of, at) : { happenedAt: at });
      const digest = sha256([salt, null, null, text, data]);
      const before = ofCase.get(of.id) ?? fresh;
      const number = before.number + 1;
      const hash = sha256([of.id, of.setting_id, number, at, kind, 'server', null, digest, before.hash]);
      ofCase.set(of.id, { number, hash });
      const [made] = await db('incident_entries')
        .insert({
          incident_id: of.id,
          setting_id: of.setting_id,
          number,
          at,
          kind,
          actor_kind: 'server',
          content_digest: digest,
          hash,
        })
        .returning('id');
      await db('incident_contents').insert({ entry_id: made.id, incident_id: of.id, salt, text, data });
      const head = ofSetting.get(of.setting_id) ?? fresh;
      const next = {
        number: head.number + 1,
        hash: sha256([of.setting_id, head.number + 1, hash, head.hash]),
      };
      ofSetting.set(of.setting_id, next);
      await db('incident_register').insert({ setting_id: of.setting_id, ...next, entry_hash: hash });
    },
    end: async (): Promise<void> => {
      for (const [settingId, head] of ofSetting) {
        await db('incident_heads').insert({ setting_id: settingId, ...head, signature: '' });
      }
    },
  };
}

function openedData({ matter, severity, device_id }: OldCase, at: string) {
  return {
    source: 'device',
    matter,
    category: categories[matter] ?? 'policy-breach',
    severity,
    confidential: false,
    deviceId: device_id,
    follows: null,
    happenedAt: at,
    people: [],
    concerns: { people: [], roles: [] },
    reporter: null,
  };
}

function newReference(): string {
  const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
  const pick = () => letters[randomInt(letters.length)] ?? 'A';
  return `${Array.from({ length: 4 }, pick).join('')}-${Array.from({ length: 4 }, pick).join('')}`;
}
