import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { fieldFaults, StatedError } from '../../shared/api/errors.ts';
import { emailSchema, passwordSchema, personNameSchema, roleSchema } from '../../shared/api/people.ts';
import { freeText } from '../../shared/free-text.ts';
import { instant } from '../../shared/instant.ts';
import { idSchema } from '../../shared/names.ts';
import type { Connection } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { refuseKnownPassword } from './known-passwords.ts';
import { putMembership } from './memberships-store.ts';
import type { PeopleParts } from './parts.ts';
import { findAccount, insertPerson, insertSetting, listSettings } from './people-store.ts';
import { digestOf, newSecret } from './secrets.ts';
import { insertToken } from './tokens-store.ts';

const dayMs = 86_400_000;

/** Settings are in England unless they say otherwise. */
export const homeTimeZone = 'Europe/London';
/** What a setting is called until somebody names it. */
const unnamedSetting = 'My setting';

const newAdministratorSchema = z.strictObject({
  settingId: idSchema.optional(),
  email: emailSchema,
  name: personNameSchema,
  password: passwordSchema,
});
export type NewAdministrator = z.input<typeof newAdministratorSchema>;

const newTokenSchema = z.strictObject({
  settingId: idSchema.optional(),
  name: freeText('what the token is for, shown beside what it ordered', { max: 80 }),
  role: roleSchema,
  /** Ends so many days from now: a token that nobody thinks of any more opens nothing for ever. */
  days: z.int('must be a whole number').min(1, 'must be 1 or more').max(3_650, 'must be 3650 or less').default(365),
});
export type NewToken = z.input<typeof newTokenSchema>;

/** The prefix lets a scanner of leaked secrets recognise a token of ours. */
export const tokenPrefix = 'ht_';

/**
 * Adds an administrator, and the setting when there is none. `by` goes on record.
 * Takes what was typed: the command line has no other edge.
 * Errors: `not-valid` with fields, `conflict` when the e-mail address is taken.
 */
export async function addAdministrator(
  parts: PeopleParts,
  typed: NewAdministrator,
  by: string,
): Promise<{ personId: string; settingId: string }> {
  const asked = parse(newAdministratorSchema, typed);
  const { email, name } = asked;
  await refuseKnownPassword(asked.password, [name, email]);
  const passwordHash = await parts.passwords.hash(asked.password);
  const made = await parts.db.transaction(async (connection) => {
    const at = instant(parts.clock.now());
    const personId = await insertPerson(connection, { email, name, passwordHash }, at);
    if (personId === undefined) return undefined;
    const settingId = await settingFor(parts, connection, asked.settingId, by);
    await putMembership(connection, { personId, settingId, role: 'administrator', until: null, settled: true }, at);
    await parts.audit(connection, { settingId, actor: by, action: 'administrator.added', subject: personId });
    return { personId, settingId };
  });
  if (made !== undefined) return made;
  const data = { code: 'conflict' };
  await parts.audit(parts.db, { settingId: null, actor: by, action: 'administrator.refused', data });
  throw new StatedError('conflict', 'A person with this e-mail address exists already. Nothing was changed.', {
    fields: { email: 'is taken' },
  });
}

/**
 * Makes an API token and returns its secret, which is shown this once: `ht_` and 43 characters.
 * Errors: `not-valid` with fields, `not-found` when the setting given is not there.
 */
export async function addToken(
  parts: PeopleParts,
  typed: NewToken,
  by: string,
): Promise<{ tokenId: string; secret: string }> {
  const { name, role, days, settingId: wanted } = parse(newTokenSchema, typed);
  const secret = tokenPrefix + newSecret();
  const tokenId = randomUUID();
  await parts.db.transaction(async (connection) => {
    const settingId = await settingFor(parts, connection, wanted, by);
    const now = parts.clock.now();
    const [createdAt, expiresAt] = [instant(now), instant(now + days * dayMs)];
    const made = { madeBy: by, madeByPerson: null, secretDigest: digestOf(secret), createdAt, expiresAt };
    await insertToken(connection, { id: tokenId, settingId, name, role, ...made });
    const data = { name, role, days };
    await parts.audit(connection, { settingId, actor: by, action: 'token.added', subject: tokenId, data });
  });
  return { tokenId, secret };
}

/** The setting given, or the only one, made when there is none. Errors: `not-valid` when there are several, `not-found`. */
export async function ensureSetting(parts: PeopleParts, by: string, wanted?: string): Promise<string> {
  return await parts.db.transaction((connection) => settingFor(parts, connection, wanted, by));
}

const newSettingSchema = z.strictObject({
  name: freeText('what the setting is called', { max: 100 }),
  administrator: emailSchema,
});

/**
 * Makes a further setting with somebody who has an account here as its first administrator; answers its id.
 * Errors: `not-valid` with fields, `not-found` when nobody has this address.
 */
export async function addSetting(
  parts: PeopleParts,
  typed: z.input<typeof newSettingSchema>,
  by: string,
): Promise<string> {
  const { name, administrator } = parse(newSettingSchema, typed);
  return await parts.db.transaction(async (connection) => {
    await takeWriteLock(connection);
    const account = await findAccount(connection, { email: administrator });
    if (account === undefined) {
      throw new StatedError('not-found', 'Nobody has an account with this e-mail address. Check it and try again.');
    }
    const at = instant(parts.clock.now());
    const settingId = await insertSetting(connection, { name, timeZone: homeTimeZone }, at);
    const { personId } = account;
    await putMembership(connection, { personId, settingId, role: 'administrator', until: null, settled: true }, at);
    await parts.audit(connection, { settingId, actor: by, action: 'setting.made', subject: settingId });
    await parts.audit(connection, { settingId, actor: by, action: 'administrator.added', subject: personId });
    return settingId;
  });
}

async function settingFor(
  parts: PeopleParts,
  connection: Connection,
  wanted: string | undefined,
  by: string,
): Promise<string> {
  await takeWriteLock(connection);
  const settings = await listSettings(connection);
  if (wanted !== undefined) {
    if (settings.some((setting) => setting.id === wanted)) return wanted;
    throw new StatedError('not-found', 'There is no setting with this id. Check it and try again.');
  }
  const [only, ...others] = settings;
  if (others.length > 0) {
    const choice = settings.map((setting) => `${setting.id} (${setting.name})`).join(', ');
    throw new StatedError('not-valid', `This server holds several settings. Say which one: ${choice}.`);
  }
  if (only !== undefined) return only.id;
  const at = instant(parts.clock.now());
  const settingId = await insertSetting(connection, { name: unnamedSetting, timeZone: homeTimeZone }, at);
  await parts.audit(connection, { settingId, actor: by, action: 'setting.made', subject: settingId });
  return settingId;
}

function parse<Output>(schema: z.ZodType<Output>, typed: unknown): Output {
  const parsed = schema.safeParse(typed);
  if (parsed.success) return parsed.data;
  const fields = fieldFaults(parsed.error);
  const faults = Object.entries(fields).map(([field, faultOf]) => `${field}: ${faultOf}`);
  throw new StatedError('not-valid', `Nothing was added. Put these right and try again. ${faults.join('; ')}.`, {
    fields,
    cause: parsed.error,
  });
}
