import type { Knex } from 'knex';
import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { inForce as inForceThere } from './memberships-store.ts';

export interface TokenRow {
  id: string;
  settingId: string;
  name: string;
  role: Role;
  /** null: it does not end. */
  expiresAt: Instant | null;
}

/** A token as it is listed. */
export interface ListedToken extends TokenRow {
  createdAt: Instant;
  madeBy: string | null;
}

export interface NewTokenRow extends ListedToken {
  secretDigest: string;
  /** null: the command line made it. */
  madeByPerson: string | null;
}

const columns = { id: 'id', settingId: 'setting_id', name: 'name', role: 'role', expiresAt: 'expires_at' } as const;

export async function insertToken(connection: Connection, token: NewTokenRow): Promise<void> {
  await connection('tokens').insert({
    id: token.id,
    setting_id: token.settingId,
    name: token.name,
    role: token.role,
    secret_digest: token.secretDigest,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    made_by: token.madeBy,
    made_by_person: token.madeByPerson,
    revoked_at: null,
  });
}

/** It has not ended, and who made it (null: the command line) is still an administrator there. */
function inForce(now: Instant) {
  const role: Role = 'administrator';
  return (row: Knex.QueryBuilder): void => {
    row
      .where((either) => either.whereNull('expires_at').orWhere('expires_at', '>', now))
      .where((either) =>
        either.whereNull('made_by_person').orWhereExists((maker) => {
          maker
            .from('memberships')
            .whereRaw('memberships.person_id = tokens.made_by_person and memberships.setting_id = tokens.setting_id')
            .where({ 'memberships.role': role })
            .where(inForceThere(now))
            .select('memberships.role');
        }),
      );
  };
}

/** The token of a secret's digest, unless it was revoked or has ended. */
export async function findToken(
  connection: Connection,
  secretDigest: string,
  now: Instant,
): Promise<TokenRow | undefined> {
  return await connection('tokens')
    .where({ secret_digest: secretDigest, revoked_at: null })
    .where(inForce(now))
    .first(columns);
}

/** The tokens of a setting in force, latest first. */
export async function listTokens(connection: Connection, settingId: string, now: Instant): Promise<ListedToken[]> {
  return await connection('tokens')
    .where({ setting_id: settingId, revoked_at: null })
    .where(inForce(now))
    .orderBy([{ column: 'created_at', order: 'desc' }, 'id'])
    .select({ ...columns, createdAt: 'created_at', madeBy: 'made_by' });
}

/** Revokes a token of the setting, or those a person made there; answers the ids of those that were in force. */
export async function revokeTokens(
  connection: Connection,
  which: { settingId: string; id: string } | { settingId: string; madeByPerson: string },
  now: Instant,
): Promise<string[]> {
  const revoked: { id: string }[] = await connection('tokens')
    .where({ setting_id: which.settingId, revoked_at: null })
    .where(inForce(now))
    .where((row) => ('id' in which ? row.where({ id: which.id }) : row.where({ made_by_person: which.madeByPerson })))
    .update({ revoked_at: now })
    .returning('id');
  return revoked.map((row) => row.id);
}
