import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type ErrorCode, StatedError } from '../../shared/api/errors.ts';
import { type Instant, instant, instantSchema } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

/** How long a link can be used. */
const linkLifeMs = 24 * 3_600_000;

const rowSchema = z.object({
  device_id: z.string(),
  expires_at: instantSchema,
  used_at: instantSchema.nullable(),
});

/** Makes a link's token for a device; earlier links of the device that were not used end now. The database keeps the digest only. */
export async function makeToken(
  connection: Connection,
  order: { deviceId: string; now: number; by: string },
): Promise<{ token: string; expiresAt: Instant }> {
  const at = instant(order.now);
  await endTokens(connection, order.deviceId, at);
  const token = randomBytes(32).toString('base64url');
  const expiresAt = instant(order.now + linkLifeMs);
  await connection('enrolment_links').insert({
    token_digest: digestOf(token),
    device_id: order.deviceId,
    created_at: at,
    expires_at: expiresAt,
    actor: order.by,
  });
  return { token, expiresAt };
}

/** Links of a device that were not used end now. */
export async function endTokens(connection: Connection, deviceId: string, at: Instant): Promise<void> {
  await connection('enrolment_links')
    .where({ device_id: deviceId, used_at: null })
    .where('expires_at', '>', at)
    .update({ expires_at: at });
}

/**
 * Takes the token for good, or refuses.
 * INVARIANT: the one conditional update decides; of two who come with the same
 * token at once, one gets 1 row and the other 0. Undone with its transaction.
 * @throws StatedError `link-unknown`, `wrong-device`, `link-used` or `link-expired`.
 */
export async function takeToken(
  connection: Connection,
  claim: { deviceId: string; token: string; now: number },
): Promise<void> {
  const at = instant(claim.now);
  const token_digest = digestOf(claim.token);
  const taken = await connection('enrolment_links')
    .where({ token_digest, device_id: claim.deviceId, used_at: null })
    .where('expires_at', '>', at)
    .update({ used_at: at });
  if (taken === 1) return;
  const row: unknown = await connection('enrolment_links').where({ token_digest }).first();
  throw refusal(row === undefined ? undefined : rowSchema.parse(row), claim.deviceId);
}

/** The device a token was made for, whatever became of the token. */
export async function deviceOfToken(connection: Connection, token: string): Promise<string | undefined> {
  const row: unknown = await connection('enrolment_links')
    .where({ token_digest: digestOf(token) })
    .first();
  return row === undefined ? undefined : rowSchema.parse(row).device_id;
}

function refusal(row: z.infer<typeof rowSchema> | undefined, deviceId: string): StatedError {
  if (row === undefined) return refusals['link-unknown']();
  if (row.device_id !== deviceId) return refusals['wrong-device']();
  return row.used_at === null ? refusals['link-expired']() : refusals['link-used']();
}

const stated = (code: ErrorCode, message: string) => () => new StatedError(code, message);
const refusals = {
  'link-unknown': stated(
    'link-unknown',
    'This server made no such link. Copy the whole link again, or ask an administrator for a new one.',
  ),
  'wrong-device': stated(
    'wrong-device',
    'This link belongs to another device. Use the link that was made for this one, or ask an administrator for it.',
  ),
  'link-used': stated(
    'link-used',
    'This link has been used: a link enrols one device, once. Ask an administrator for a new link. If nobody here used it, say so to the administrator.',
  ),
  'link-expired': stated(
    'link-expired',
    'This link has run out: it was good for 24 hours, or until a newer one was made for the device. Ask an administrator for a new link.',
  ),
};

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
