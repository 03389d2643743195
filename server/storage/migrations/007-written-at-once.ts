import type { Knex } from 'knex';

/** Parameters of `written`, each a JSON list of lists; what the places mean stands at their use. */
const columns = ['heads', 'entries', 'idle', 'commands', 'steps'] as const;

/** Columns of `commands` in the order in which a new row's values stand in its list; the number follows from those before. */
const commandColumns = [
  ...['id', 'setting_id', 'device_id', 'epoch', 'kind', 'args', 'reason', 'asked_by', 'asked_by_id', 'batch_id'],
  ...['state', 'created_at', 'queued_at', 'expires_at', 'offered', 'moves'],
];
const entryColumns = ['setting_id', 'number', 'at', 'actor', 'action', 'subject', 'data', 'hash'];

/**
 * The moves of an order stand in its own row, a JSON list that only grows; a log-out of a whole fleet would be
 * fifty thousand rows otherwise. And orders, their moves and what the audit log says of them are written by one
 * statement, an insertion into the view `written`: all of it, or nothing with the reason.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`alter table commands add column moves text not null default '[]'`);
  await db.raw(`update commands set moves = (
    select json_group_array(json_object(
      'to', to_state, 'at', at, 'deviceAt', device_at, 'actor', actor, 'reason', reason, 'evidence', json(evidence)
    ) order by id) from command_moves where command_id = commands.id)`);
  await db.schema.dropTable('command_moves');
  await db.raw(
    `create view written (${columns.join(', ')}) as select ${columns.map(() => 'null').join(', ')} where false`,
  );
  await db.raw(`create trigger write_down instead of insert on written begin ${statements.join('; ')}; end`);
}

const statements = [
  // [chain, number seen, hash seen, number, hash, signature]
  `update audit_heads set number = head.value ->> 3, hash = head.value ->> 4, signature = head.value ->> 5
   from json_each(new.heads) as head
   where audit_heads.chain = head.value ->> 0 and audit_heads.number = head.value ->> 1 and audit_heads.hash = head.value ->> 2`,
  `select raise(abort, 'head-moved') where changes() <> json_array_length(new.heads)`,
  `insert into audit_entries (${entryColumns.join(', ')}) select ${values(entryColumns)} from json_each(new.entries) order by key`,
  // [device, epoch, forbidden kinds]: seen in the fleet, and no order of it may be open
  `select raise(abort, 'state-moved') from json_each(new.idle) as one
   where not exists (select 1 from devices where id = one.value ->> 0 and epoch = one.value ->> 1 and forbids = one.value ->> 2 and retired_at is null)
   or exists (select 1 from commands where device_id = one.value ->> 0
     and state in ('awaiting-approval', 'queued', 'deferred', 'sent', 'received', 'started'))`,
  `insert into commands (${commandColumns.join(', ')}, number)
   select ${values(commandColumns)}, (select coalesce(max(number), 0) from commands) + 1 + key from json_each(new.commands) order by key`,
  // [id, state seen, state, queued at, expires at, deferred at, receipt at, offered so often more, moves]; null: it stays
  `update commands set state = step.value ->> 2,
     queued_at = coalesce(step.value ->> 3, queued_at), expires_at = coalesce(step.value ->> 4, expires_at),
     deferred_at = coalesce(step.value ->> 5, deferred_at), receipt_at = coalesce(step.value ->> 6, receipt_at),
     offered = offered + (step.value ->> 7),
     moves = case moves when '[]' then step.value ->> 8 else substr(moves, 1, length(moves) - 1) || ',' || substr(step.value ->> 8, 2) end
   from json_each(new.steps) as step where commands.id = step.value ->> 0 and commands.state = step.value ->> 1`,
  `select raise(abort, 'state-moved') where changes() <> json_array_length(new.steps)`,
];

function values(names: readonly string[]): string {
  return names.map((_name, place) => `value ->> ${place}`).join(', ');
}
