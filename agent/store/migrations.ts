/** The steps of the agent's store, in order; a step that was released is never changed. `user_version` counts those done. */
export const migrations: readonly string[] = [
  `
  create table facts (name text primary key, value text not null) without rowid;

  create table enrolments (
    enrolment text primary key,
    last_sequence integer not null default 0,
    acknowledged integer not null default 0,
    guard text not null check (guard in ('none', 'awaits-server', 'since')),
    guarded_since text
  );

  create table baselines (
    enrolment text not null, section text not null, answer text not null,
    primary key (enrolment, section)
  ) without rowid;

  create table reports (
    enrolment text not null, sequence integer not null, at text not null, sections text not null,
    set_aside text,
    primary key (enrolment, sequence)
  ) without rowid;

  create table orders (
    number integer primary key autoincrement,
    id text not null unique, envelope text not null, state text not null, expires_at text not null, plan text
  );
  create index orders_by_state on orders (state);

  create table moves (
    number integer primary key autoincrement,
    order_id text not null references orders (id) on delete cascade,
    state text not null, at text not null, reason text, evidence text,
    settled text
  );
  create index moves_unsettled on moves (number) where settled is null;
  create index moves_by_order on moves (order_id);
  `,
  // Sealing needs a key, which no step has: what lies here is sealed when the journal is opened (journal-check.ts).
  `
  alter table orders add column seal text;

  create table journal_head (
    one integer primary key check (one = 1),
    owner text not null, orders integer not null, total text not null, whole text not null, seal text not null
  );
  `,
];

/** Reads nothing, and fails where a table or column of those steps is missing. */
export const shape = `
  select name, value from facts limit 0;
  select enrolment, last_sequence, acknowledged, guard, guarded_since from enrolments limit 0;
  select enrolment, section, answer from baselines limit 0;
  select enrolment, sequence, at, sections, set_aside from reports limit 0;
  select number, id, envelope, state, expires_at, plan, seal from orders limit 0;
  select number, order_id, state, at, reason, evidence, settled from moves limit 0;
  select one, owner, orders, total, whole, seal from journal_head limit 0;
`;
