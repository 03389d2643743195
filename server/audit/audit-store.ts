import type { Connection } from '../storage/database.ts';
import type { WrittenEntry } from './chain.ts';
import { headsIn } from './heads.ts';

/** An entry with its hash. */
export interface ChainedEntry extends WrittenEntry {
  hash: string;
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

/** The heads of the audit logs. */
export const { takeHead, writeHead, readHead } = headsIn('audit_heads', 'chain');

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
