import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import type { madeTokenSchema, newTokenSchema, tokenViewSchema } from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import type { Asker } from '../http/asker.ts';
import { tokenPrefix } from './administrators.ts';
import type { PeopleParts } from './parts.ts';
import { digestOf, newSecret } from './secrets.ts';
import { insertToken, type ListedToken, listTokens, revokeTokens } from './tokens-store.ts';

const dayMs = 86_400_000;

/** The setting's tokens in force. */
export async function tokensOf(parts: PeopleParts, { settingId }: Asker): Promise<z.infer<typeof tokenViewSchema>[]> {
  return (await listTokens(parts.db, settingId, instant(parts.clock.now()))).map(viewOf);
}

/** Makes a token with a role and an end; its secret is shown this once. */
export async function makeToken(
  parts: PeopleParts,
  asker: Asker,
  asked: z.infer<typeof newTokenSchema>,
): Promise<z.infer<typeof madeTokenSchema>> {
  const { name, role, days } = asked;
  const now = parts.clock.now();
  const secret = tokenPrefix + newSecret();
  const token = {
    id: randomUUID(),
    settingId: asker.settingId,
    name,
    role,
    createdAt: instant(now),
    expiresAt: instant(now + days * dayMs),
    madeBy: asker.name,
  };
  await parts.db.transaction(async (connection) => {
    await insertToken(connection, { ...token, secretDigest: digestOf(secret), madeByPerson: asker.id });
    const entry = { settingId: asker.settingId, actor: asker.name, action: 'token.added' as const, subject: token.id };
    await parts.audit(connection, { ...entry, data: { name, role, days } });
  });
  return { ...viewOf(token), token: secret };
}

/** Errors: `not-found` when no such token of the setting is in force. */
export async function revokeToken(parts: PeopleParts, asker: Asker, id: string): Promise<void> {
  const { settingId, name } = asker;
  await parts.db.transaction(async (connection) => {
    const revoked = await revokeTokens(connection, { settingId, id }, instant(parts.clock.now()));
    if (revoked.length === 0) throw new StatedError('not-found', 'There is no API token in force with this id.');
    await parts.audit(connection, { settingId, actor: name, action: 'token.revoked', subject: id });
  });
  parts.sessionEnded?.(id);
}

function viewOf({ id, name, role, createdAt, expiresAt, madeBy }: ListedToken): z.infer<typeof tokenViewSchema> {
  return { id, name, role, createdAt, expiresAt, madeBy };
}
