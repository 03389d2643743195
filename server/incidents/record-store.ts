import { z } from 'zod';
import { type EntryActor, type EntryKind, entryActorSchema } from '../../shared/incident/entries.ts';
import type { Head } from '../audit/chain.ts';
import { headsIn } from '../audit/heads.ts';
import type { Connection } from '../storage/database.ts';
import type { Content, WrittenEntry } from './chain.ts';

/** Who writes an entry; `id` is that of a person or token. */
export interface Actor extends EntryActor {
  id: string | null;
}

/** An entry as it lies in the database; without its words after a purge. */
export interface StoredEntry extends WrittenEntry {
  id: number;
  hash: string;
  content: Content | undefined;
}

const rowSchema = z
  .object({
    id: z.number(),
    incident_id: z.string(),
    setting_id: z.string(),
    number: z.number(),
    at: z.string(),
    kind: z.string(),
    actor_kind: entryActorSchema.shape.kind,
    actor_role: z.string().nullable(),
    content_digest: z.string(),
    hash: z.string(),
    salt: z.string().nullable(),
    actor_id: z.string().nullable(),
    actor_name: z.string().nullable(),
    text: z.string().nullable(),
    data: z.string().nullable(),
  })
  .transform(
    ({ salt, data, ...row }): StoredEntry => ({
      id: row.id,
      incidentId: row.incident_id,
      settingId: row.setting_id,
      number: row.number,
      at: row.at,
      kind: row.kind,
      actorKind: row.actor_kind,
      actorRole: row.actor_role,
      contentDigest: row.content_digest,
      hash: row.hash,
      content:
        salt === null || data === null
          ? undefined
          : { salt, actorId: row.actor_id, actorName: row.actor_name, text: row.text, data },
    }),
  );

/** The heads of the settings' registers. Who takes one holds the write lock before anything of the record is read. */
export const { takeHead, writeHead, readHead } = headsIn('incident_heads', 'setting_id');

/** Where a case ends; the beginning while it has no entry. */
export async function endOfCase(connection: Connection, incidentId: string): Promise<Head> {
  const row: Head | undefined = await connection('incident_entries')
    .where({ incident_id: incidentId })
    .orderBy('number', 'desc')
    .first('number', 'hash');
  return row ?? { number: 0, hash: '' };
}

export async function insertEntry(
  connection: Connection,
  entry: WrittenEntry & { hash: string },
  content: Content,
): Promise<void> {
  const [made]: { id: number }[] = await connection('incident_entries')
    .insert({
      incident_id: entry.incidentId,
      setting_id: entry.settingId,
      number: entry.number,
      at: entry.at,
      kind: entry.kind,
      actor_kind: entry.actorKind,
      actor_role: entry.actorRole,
      content_digest: entry.contentDigest,
      hash: entry.hash,
    })
    .returning('id');
  if (made === undefined) throw new Error('the entry did not come back');
  await connection('incident_contents').insert({
    entry_id: made.id,
    incident_id: entry.incidentId,
    salt: content.salt,
    actor_id: content.actorId,
    actor_name: content.actorName,
    text: content.text,
    data: content.data,
  });
}

export async function insertLine(
  connection: Connection,
  line: { settingId: string; number: number; entryHash: string; hash: string },
): Promise<void> {
  await connection('incident_register').insert({
    setting_id: line.settingId,
    number: line.number,
    entry_hash: line.entryHash,
    hash: line.hash,
  });
}

/** The entries of some cases, each case's oldest first. */
export async function entriesOf(
  connection: Connection,
  incidentIds: readonly string[],
  kinds?: readonly EntryKind[],
): Promise<StoredEntry[]> {
  const query = connection('incident_entries')
    .leftJoin('incident_contents', 'incident_contents.entry_id', 'incident_entries.id')
    .whereIn('incident_entries.incident_id', [...incidentIds])
    .orderBy(['incident_entries.incident_id', 'incident_entries.number'])
    .select('incident_entries.*', 'salt', 'actor_id', 'actor_name', 'text', 'data');
  if (kinds !== undefined) query.whereIn('kind', [...kinds]);
  const rows: unknown = await query;
  return z.array(rowSchema).parse(rows);
}

/** Takes the words of a case away, all but those of its purging; answers of how many entries. */
export async function removeContents(connection: Connection, incidentId: string): Promise<number> {
  return await connection('incident_contents')
    .where({ incident_id: incidentId })
    .whereNotIn(
      'entry_id',
      connection('incident_entries').where({ incident_id: incidentId, kind: 'purged' }).select('id'),
    )
    .delete();
}
