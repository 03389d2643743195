import type { Connection } from '../storage/database.ts';
import type { Head, WrittenEntry } from './chain.ts';

/** An entry with its hash. */
export interface ChainedEntry extends WrittenEntry {
  hash: string;
}

export interface SignedHead extends Head {
  signature: string;
}

/** An entry and its place in the table, which is no part of what it says. */
export interface StoredEntry extends ChainedEntry {
  id: number;
}

const columns = {
  id: 'id',
  settingId: 'setting_id',
  number: 'number',
  at: 'at',
  actor: 'actor',
  action: 'action',
  subject: 'subject',
  data: 'data',
  hash: 'hash',
} as const;

/**
 * The head of a log, to be written on from.
 * INVARIANT: a write comes first, so the transaction holds the write lock
 * before it reads: two writers, in one process or two, never get the same head.
 */
export async function takeHead(connection: Connection, chain: string): Promise<SignedHead> {
  const rows: SignedHead[] = await connection('audit_heads')
    .insert({ chain, number: 0, hash: '', signature: '' })
    .onConflict('chain')
    .merge(['chain'])
    .returning(['number', 'hash', 'signature']);
  const [head] = rows;
  if (head === undefined) throw new Error('the head of the audit log did not come back');
  return head;
}

export async function writeHead(connection: Connection, chain: string, head: SignedHead): Promise<void> {
  const { number, hash, signature } = head;
  await connection('audit_heads').where({ chain }).update({ number, hash, signature });
}

export async function readHead(connection: Connection, chain: string): Promise<SignedHead | undefined> {
  return await connection('audit_heads').where({ chain }).first('number', 'hash', 'signature');
}

/** Entries after a place, oldest first; a number that stands twice is given twice. */
export async function entriesAfter(
  connection: Connection,
  settingId: string | null,
  after: { number: number; id: number },
  limit: number,
): Promise<StoredEntry[]> {
  return await connection('audit_entries')
    .where({ setting_id: settingId })
    .whereRaw('(number, id) > (?, ?)', [after.number, after.id])
    .orderBy(['number', 'id'])
    .limit(limit)
    .select(columns);
}

/** Whether an entry stands before the first number there is; no order of reading begins before all that SQLite can hold. */
export async function standsBeforeFirst(connection: Connection, settingId: string | null): Promise<boolean> {
  const found = await connection('audit_entries').where({ setting_id: settingId }).where('number', '<', 1).first('id');
  return found !== undefined;
}

/** Rows that hold entries before a number, newest first, as many as that. */
export async function rowsBefore(
  connection: Connection,
  settingId: string | null,
  before: number,
  limit: number,
): Promise<StoredEntry[]> {
  const entries = () => connection('audit_entries').where({ setting_id: settingId }).select(columns);
  // Of several written together only the last one's number is known: those before it may be earlier.
  const across: StoredEntry[] = await entries().where('number', '>=', before).orderBy('number').limit(1);
  const earlier: StoredEntry[] = await entries().where('number', '<', before).orderBy('number', 'desc').limit(limit);
  return [...across, ...earlier];
}

/** Every log there is or should be: those with a head, with entries, and of each setting. null: the server's own. */
export async function listChains(connection: Connection): Promise<(string | null)[]> {
  const rows: { id: string | null }[] = await connection.raw(
    "select id from settings union select setting_id from audit_entries union select nullif(chain, 'server') from audit_heads union select null order by 1",
  );
  return rows.map((row) => row.id);
}
