import { z } from 'zod';
import {
  type DeliveryView,
  deliveryPurposeSchema,
  deliveryStateSchema,
  outcomeSchema,
} from '../../shared/api/notify.ts';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import { instantSchema } from '../../shared/instant.ts';
import { pageNewestFirst } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

const rowSchema = z.object({
  number: z.number(),
  id: z.string(),
  channel: z.enum(['mail', 'webhook']),
  purpose: deliveryPurposeSchema,
  to: z.string().nullable(),
  state: deliveryStateSchema,
  created_at: instantSchema,
  next_at: instantSchema.nullable(),
});

const attemptSchema = z.object({
  delivery_id: z.string(),
  at: instantSchema,
  outcome: outcomeSchema,
  status: z.number().nullable(),
  ms: z.number(),
});

function withNames(connection: Connection) {
  return connection('deliveries')
    .leftJoin('people', 'people.id', 'deliveries.recipient_id')
    .leftJoin('webhooks', 'webhooks.id', 'deliveries.recipient_id')
    .select('deliveries.*', connection.raw('coalesce(people.name, webhooks.name) as "to"'));
}

/** A page of a setting's log of deliveries, newest first. */
export async function pageOfDeliveries(
  connection: Connection,
  settingId: string,
  page: PageQuery,
): Promise<Page<DeliveryView>> {
  const query = withNames(connection).where({ 'deliveries.setting_id': settingId });
  const { kept, nextCursor } = await pageNewestFirst(query, page, {
    column: 'number',
    parse: z.array(rowSchema).parse,
    numberOf: ({ number }) => number,
  });
  return { items: await viewsOf(connection, kept), nextCursor };
}

/** One delivery of the log. */
export async function showDelivery(connection: Connection, id: string): Promise<DeliveryView | undefined> {
  const rows = z.array(rowSchema).parse(await withNames(connection).where({ 'deliveries.id': id }));
  return (await viewsOf(connection, rows))[0];
}

async function viewsOf(connection: Connection, rows: readonly z.infer<typeof rowSchema>[]): Promise<DeliveryView[]> {
  const ids = rows.map(({ id }) => id);
  const attempts = z
    .array(attemptSchema)
    .parse(await connection('delivery_attempts').whereIn('delivery_id', ids).orderBy('id'));
  return rows.map(({ id, channel, purpose, to, state, created_at, next_at }) => ({
    id,
    channel,
    purpose,
    to,
    state,
    createdAt: created_at,
    nextAt: next_at,
    attempts: attempts
      .filter((attempt) => attempt.delivery_id === id)
      .map(({ at, outcome, status, ms }) => ({ at, outcome, status, ms })),
  }));
}
