import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

export interface TokenRow {
  id: string;
  settingId: string;
  name: string;
  role: Role;
}

export async function insertToken(
  connection: Connection,
  token: TokenRow & { secretDigest: string; createdAt: Instant },
): Promise<void> {
  await connection('tokens').insert({
    id: token.id,
    setting_id: token.settingId,
    name: token.name,
    role: token.role,
    secret_digest: token.secretDigest,
    created_at: token.createdAt,
    revoked_at: null,
  });
}

/** The token of a secret's digest, unless it was revoked. */
export async function findToken(connection: Connection, secretDigest: string): Promise<TokenRow | undefined> {
  return await connection('tokens')
    .where({ secret_digest: secretDigest, revoked_at: null })
    .first({ id: 'id', settingId: 'setting_id', name: 'name', role: 'role' });
}
