import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { matterKindSchema, type NoticeView, type noticesQuerySchema } from '../../shared/api/notify.ts';
import type { Page } from '../../shared/api/page.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { severitySchema } from '../../shared/policy/findings.ts';
import { pageFrom, readCursor } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

export type Channel = 'mail' | 'webhook';

/** A condition in SQL over `notice_matters`. */
export interface Condition {
  sql: string;
  bindings: readonly string[];
}

/** Who is asked to look: a person by e-mail, or whatever listens at a webhook. */
export interface Recipient {
  channel: Channel;
  recipientId: string;
}

const noticeSchema = z
  .object({ id: z.string(), looked_at: instantSchema.nullable() })
  .transform(({ id, looked_at }) => ({ id, lookedAt: looked_at }));

/** The notice of a matter to a recipient, if it was told them ever. */
export async function findNotice(connection: Connection, matterId: string, { channel, recipientId }: Recipient) {
  const row: unknown = await connection('notices')
    .where({ notice_matter_id: matterId, channel, recipient_id: recipientId })
    .first('id', 'looked_at');
  return row === undefined ? undefined : noticeSchema.parse(row);
}

interface NewNotice extends Recipient {
  matterId: string;
  asAlternate: boolean;
  at: Instant;
  /** null: it waits for the daily e-mail, or is only shown. */
  dueAt: Instant | null;
}

export async function addNotice(connection: Connection, notice: NewNotice): Promise<void> {
  await connection('notices').insert({
    id: randomUUID(),
    notice_matter_id: notice.matterId,
    channel: notice.channel,
    recipient_id: notice.recipientId,
    as_alternate: notice.asAlternate,
    raised_at: notice.at,
    due_at: notice.dueAt,
  });
}

/** It is to be sent again, and counts as not looked at. */
export async function renewNotice(connection: Connection, id: string, dueAt: Instant | null): Promise<void> {
  await connection('notices').where({ id }).update({ due_at: dueAt, delivery_id: null, looked_at: null });
}

/** Takes back what was not sent yet, and takes it from the list of those named, or of everyone. */
export async function removeNotices(
  connection: Connection,
  matterId: string,
  personIds: readonly string[] | undefined,
): Promise<void> {
  const notices = connection('notices').where({ notice_matter_id: matterId });
  if (personIds !== undefined) notices.where({ channel: 'mail' }).whereIn('recipient_id', personIds);
  await notices.delete();
}

/** Marks what a person was told of a matter as looked at; answers whether there was anything to mark. */
export async function markLooked(
  connection: Connection,
  { matterId, personId, at }: { matterId: string; personId: string; at: Instant },
): Promise<boolean> {
  const marked = await connection('notices')
    .where({ notice_matter_id: matterId, channel: 'mail', recipient_id: personId, looked_at: null })
    .update({ looked_at: at });
  return marked > 0;
}

const viewRowSchema = z
  .object({
    id: z.string(),
    kind: matterKindSchema,
    matter_id: z.string(),
    severity: severitySchema,
    raised_at: instantSchema,
    last_at: instantSchema,
    count: z.number(),
    as_alternate: z.coerce.boolean(),
    looked_at: instantSchema.nullable(),
  })
  .transform(
    (row): NoticeView => ({
      id: row.id,
      matter: { kind: row.kind, id: row.matter_id },
      severity: row.severity,
      raisedAt: row.raised_at,
      lastAt: row.last_at,
      count: row.count,
      asAlternate: row.as_alternate,
      lookedAt: row.looked_at,
    }),
  );

/** The notices that somebody has not looked at, sent or not, of what they may know of no more. */
export async function unknownNotices(
  connection: Connection,
  { settingId, personId, known }: OwnNotices,
): Promise<{ id: string; matterId: string }[]> {
  return await connection('notices')
    .join('notice_matters', 'notice_matters.id', 'notices.notice_matter_id')
    .where({ setting_id: settingId, channel: 'mail', recipient_id: personId, looked_at: null })
    .whereRaw(`not (${known.sql})`, [...known.bindings])
    .select({ id: 'notices.id', matterId: 'notice_matter_id' });
}

export async function removeNoticesOf(connection: Connection, ids: readonly string[]): Promise<void> {
  await connection('notices')
    .whereIn('id', [...ids])
    .delete();
}

/** Whether no person is asked to look at a matter, nor has looked. */
export async function isLeftAlone(connection: Connection, matterId: string): Promise<boolean> {
  const row = await connection('notices').where({ notice_matter_id: matterId, channel: 'mail' }).first('id');
  return row === undefined;
}

/** Everybody who has something to look at still, by setting. */
export async function waitingPeople(connection: Connection): Promise<{ settingId: string; personId: string }[]> {
  const rows: { setting_id: string; recipient_id: string }[] = await connection('notices')
    .join('notice_matters', 'notice_matters.id', 'notices.notice_matter_id')
    .where({ channel: 'mail', looked_at: null })
    .distinct('setting_id', 'recipient_id');
  return rows.map((row) => ({ settingId: row.setting_id, personId: row.recipient_id }));
}

/** Whether somebody has anything to look at still in a setting. */
export async function findOpenNotice(
  connection: Connection,
  { settingId, personId }: { settingId: string; personId: string },
): Promise<boolean> {
  const row: unknown = await ofPerson(connection, settingId, personId).whereNull('looked_at').first();
  return row !== undefined;
}

function ofPerson(connection: Connection, settingId: string, personId: string) {
  return connection('notices')
    .join('notice_matters', 'notice_matters.id', 'notices.notice_matter_id')
    .where({ 'notice_matters.setting_id': settingId, 'notices.channel': 'mail', 'notices.recipient_id': personId })
    .select(
      'notices.id',
      'kind',
      'matter_id',
      'severity',
      'notices.raised_at',
      'last_at',
      'count',
      'as_alternate',
      'looked_at',
    );
}

/** Of what a person was told, what they may know of now. */
interface OwnNotices {
  settingId: string;
  personId: string;
  known: Condition;
}

/** A page of what a person was told of in a setting, told of last first. */
export async function pageOfNotices(
  connection: Connection,
  { settingId, personId, known }: OwnNotices,
  page: z.infer<typeof noticesQuerySchema>,
): Promise<Page<NoticeView>> {
  const query = ofPerson(connection, settingId, personId)
    .whereRaw(known.sql, [...known.bindings])
    .orderBy([
      { column: 'last_at', order: 'desc' },
      { column: 'notices.id', order: 'desc' },
    ])
    .limit(page.limit + 1);
  if (page.which === 'open') query.whereNull('looked_at');
  if (page.cursor !== undefined) {
    const place = readCursor(page.cursor, z.tuple([instantSchema, z.string()]));
    query.whereRaw('(notice_matters.last_at, notices.id) < (?, ?)', place);
  }
  const rows = z.array(viewRowSchema).parse(await query);
  const { kept, nextCursor } = pageFrom(rows, page.limit, ({ lastAt, id }) => [lastAt, id]);
  return { items: kept, nextCursor };
}

/** One notice of a person, with the matter it is about. */
export async function findOwnNotice(
  connection: Connection,
  { settingId, personId, known }: OwnNotices,
  id: string,
): Promise<NoticeView | undefined> {
  const row: unknown = await ofPerson(connection, settingId, personId)
    .where({ 'notices.id': id })
    .whereRaw(known.sql, [...known.bindings])
    .first();
  return row === undefined ? undefined : viewRowSchema.parse(row);
}

/** Every matter that a person was told of within a time, by whether they have looked. */
export async function countNotices(
  connection: Connection,
  { settingId, personId, known, since, until }: OwnNotices & { since: Instant; until: Instant },
): Promise<{ told: number; incidents: number; open: number }> {
  const rows = z.array(viewRowSchema).parse(
    await ofPerson(connection, settingId, personId)
      .whereRaw(known.sql, [...known.bindings])
      .where((row) => row.whereBetween('last_at', [since, until]).orWhereNull('looked_at')),
  );
  const within = rows.filter(({ lastAt }) => lastAt >= since && lastAt < until);
  return {
    told: within.length,
    incidents: within.filter(({ matter }) => matter.kind === 'incident').length,
    open: rows.filter(({ lookedAt }) => lookedAt === null).length,
  };
}
