import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

interface SetUpTokenRow {
  expiresAt: Instant;
  usedAt: Instant | null;
}

/** Makes every token that was not used void. */
export async function voidSetUpTokens(connection: Connection): Promise<void> {
  await connection('set_up_tokens').whereNull('used_at').delete();
}

export async function insertSetUpToken(
  connection: Connection,
  token: { secretDigest: string; createdAt: Instant; expiresAt: Instant },
): Promise<void> {
  await connection('set_up_tokens').insert({
    secret_digest: token.secretDigest,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    used_at: null,
  });
}

export async function findSetUpToken(connection: Connection, secretDigest: string): Promise<SetUpTokenRow | undefined> {
  return await connection('set_up_tokens')
    .where({ secret_digest: secretDigest })
    .first({ expiresAt: 'expires_at', usedAt: 'used_at' });
}

/** Marks the token used; false when it is unknown, used or expired. Of two at once, one gets true. */
export async function claimSetUpToken(connection: Connection, secretDigest: string, now: Instant): Promise<boolean> {
  const changed = await connection('set_up_tokens')
    .where({ secret_digest: secretDigest, used_at: null })
    .where('expires_at', '>', now)
    .update({ used_at: now });
  return changed === 1;
}
