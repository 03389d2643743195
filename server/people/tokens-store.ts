import { z } from 'zod';
import { type Role, roleSchema } from '../../shared/api/people.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { ask } from '../storage/ask.ts';
import type { Connection } from '../storage/database.ts';

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

const tokenRowSchema = z
  .object({
    id: z.string(),
    setting_id: z.string(),
    name: z.string(),
    role: roleSchema,
    expires_at: instantSchema.nullable(),
  })
  .transform(
    ({ setting_id: settingId, expires_at: expiresAt, ...row }): TokenRow => ({ ...row, settingId, expiresAt }),
  );

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

/** It was not revoked and has not ended, and who made it (null: the command line) is still an administrator there. Parameters: now, twice. */
const inForce = `revoked_at is null and (expires_at is null or expires_at > ?) and (made_by_person is null or exists (
  select 1 from memberships where person_id = tokens.made_by_person and memberships.setting_id = tokens.setting_id
  and memberships.role = 'administrator' and (until is null or until > ?)))`;

/** The token of a secret's digest, unless it was revoked or has ended. */
export async function findToken(
  connection: Connection,
  secretDigest: string,
  now: Instant,
): Promise<TokenRow | undefined> {
  const sql = `select id, setting_id, name, role, expires_at from tokens where secret_digest = ? and ${inForce}`;
  const [row] = await ask(connection, sql, [secretDigest, now, now]);
  return row === undefined ? undefined : tokenRowSchema.parse(row);
}

/** The tokens of a setting in force, latest first. */
export async function listTokens(connection: Connection, settingId: string, now: Instant): Promise<ListedToken[]> {
  return await connection('tokens')
    .where({ setting_id: settingId })
    .whereRaw(inForce, [now, now])
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
    .where({ setting_id: which.settingId })
    .whereRaw(inForce, [now, now])
    .where((row) => ('id' in which ? row.where({ id: which.id }) : row.where({ made_by_person: which.madeByPerson })))
    .update({ revoked_at: now })
    .returning('id');
  return revoked.map((row) => row.id);
}
