import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { type DeliveryPurpose, deliveryPurposeSchema, type Outcome } from '../../shared/api/notify.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { type Severity, severitySchema } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';
import type { Recipient } from './notice-store.ts';

const rowSchema = z
  .object({
    id: z.string(),
    setting_id: z.string(),
    channel: z.enum(['mail', 'webhook']),
    recipient_id: z.string(),
    purpose: deliveryPurposeSchema,
    severity: severitySchema,
    created_at: instantSchema,
    tries: z.number(),
  })
  .transform((row) => ({
    id: row.id,
    settingId: row.setting_id,
    channel: row.channel,
    recipientId: row.recipient_id,
    purpose: row.purpose,
    severity: row.severity,
    createdAt: row.created_at,
    tries: row.tries,
  }));
/** One message on its way to one recipient. */
export type Delivery = z.infer<typeof rowSchema>;

export interface NewDelivery extends Recipient {
  settingId: string;
  purpose: DeliveryPurpose;
  severity: Severity;
  at: Instant;
  /** A second one of the same name is not made. */
  once?: string;
}

/** Whether a message of that name was made ever. */
export async function wasMade(connection: Connection, once: string): Promise<boolean> {
  return (await connection('deliveries').where({ once }).first('number')) !== undefined;
}

/** Puts a message into the outbox; undefined: there is one of that name already. */
export async function addDelivery(connection: Connection, made: NewDelivery): Promise<string | undefined> {
  const id = randomUUID();
  const written = await connection('deliveries')
    .insert({
      id,
      setting_id: made.settingId,
      channel: made.channel,
      recipient_id: made.recipientId,
      purpose: made.purpose,
      severity: made.severity,
      once: made.once ?? null,
      state: 'waiting',
      created_at: made.at,
      next_at: made.at,
      tries: 0,
    })
    .onConflict('once')
    .ignore()
    .returning('id');
  return written.length === 0 ? undefined : id;
}

/**
 * Takes messages that are due, urgent ones first, for one sender alone until a time; those another took and did not finish by then are due
 * again, for its process may be gone. Claimed by one statement that asks again: of two servers on one database only one gets a message.
 */
export async function claimDue(
  connection: Connection,
  { by, now, until, most }: { by: string; now: Instant; until: Instant; most: number },
): Promise<Delivery[]> {
  const isDue = (query: Knex.QueryBuilder): void => {
    query
      .where((row) => row.where({ state: 'waiting' }).where('next_at', '<=', now))
      .orWhere((row) => row.where({ state: 'sending' }).where('claimed_until', '<=', now));
  };
  // Most looks find nothing: they are not to hold anybody up who writes.
  const due: number[] = await connection('deliveries')
    .where(isDue)
    .orderByRaw("severity = 'urgent' desc, number")
    .limit(most)
    .pluck('number');
  if (due.length === 0) return [];
  const rows: unknown = await connection('deliveries')
    .whereIn('number', due)
    .where(isDue)
    .update({ state: 'sending', claimed_by: by, claimed_until: until })
    .returning('*');
  return z.array(rowSchema).parse(rows);
}

/** Takes one message that was just made, before anyone else does. */
export async function claimOne(
  connection: Connection,
  id: string,
  { by, until }: { by: string; until: Instant },
): Promise<Delivery | undefined> {
  const rows: unknown = await connection('deliveries')
    .where({ id, state: 'waiting' })
    .update({ state: 'sending', claimed_by: by, claimed_until: until })
    .returning('*');
  return z.array(rowSchema).parse(rows)[0];
}

export interface Attempt {
  at: Instant;
  outcome: Outcome;
  status: number | null;
  ms: number;
}

/** Writes an attempt down, whoever's the message is now: it was made. */
export async function addAttempt(connection: Connection, deliveryId: string, attempt: Attempt): Promise<void> {
  await connection('delivery_attempts').insert({ delivery_id: deliveryId, ...attempt });
}

/** What becomes of a message after an attempt; nothing when it is no longer the sender's. */
export async function settleDelivery(
  connection: Connection,
  {
    id,
    by,
    state,
    nextAt,
  }: { id: string; by: string; state: 'sent' | 'given-up' | 'waiting' | 'dropped'; nextAt: Instant | null },
): Promise<boolean> {
  const settled = await connection('deliveries')
    .where({ id, state: 'sending', claimed_by: by })
    .update({ state, next_at: nextAt, tries: connection.raw('tries + 1'), claimed_by: null, claimed_until: null });
  return settled > 0;
}

/** What waits for a recipient that is no more. */
export async function dropWaiting(connection: Connection, { channel, recipientId }: Recipient): Promise<void> {
  await connection('deliveries')
    .where({ channel, recipient_id: recipientId, state: 'waiting' })
    .update({ state: 'dropped', next_at: null });
}

/** When a recipient was last written to about notices, and how often since a time. What is urgent waits for nothing less. */
export async function lastWritten(
  connection: Connection,
  {
    settingId,
    channel,
    recipientId,
    severity,
    since,
  }: Recipient & { settingId: string; severity: Severity; since: Instant },
): Promise<{ lastAt: Instant | undefined; count: number }> {
  const rows: unknown = await connection('deliveries')
    .where({ setting_id: settingId, channel, recipient_id: recipientId, purpose: 'notice' })
    .where('created_at', '>', since)
    .where(severity === 'urgent' ? { severity } : {})
    .orderBy('number', 'desc')
    .limit(20)
    .select('created_at');
  const times = z.array(z.object({ created_at: instantSchema })).parse(rows);
  return { lastAt: times[0]?.created_at, count: times.length };
}

/** The notices that go out in a delivery, for the one link of a message that has only one. */
export async function noticeIdsOf(connection: Connection, deliveryId: string): Promise<string[]> {
  const rows: unknown = await connection('notices').where({ delivery_id: deliveryId }).limit(2).select('id');
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
}
