import { StatedError } from '../../shared/api/errors.ts';
import type { SetUp } from '../../shared/api/people.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { homeTimeZone } from './administrators.ts';
import { refuseKnownPassword } from './known-passwords.ts';
import { putMembership } from './memberships-store.ts';
import type { PeopleParts } from './parts.ts';
import { administratorExists, insertPerson, insertSetting, listSettings, renameSetting } from './people-store.ts';
import { digestOf, newSecret } from './secrets.ts';
import { type From, type NewSession, openSession } from './sessions.ts';
import { claimSetUpToken, findSetUpToken, insertSetUpToken, voidSetUpTokens } from './set-up-tokens-store.ts';
import type { CookieSession } from './sign-in.ts';
import { admit } from './tries.ts';

/** What says nothing about whether the link was right. */
const notATry: ReadonlySet<string> = new Set(['too-many-tries', 'not-valid']);

const setUpTokenLifetimeMs = 24 * 60 * 60_000;

/** The token of a set-up link. The secret is nowhere else. */
export interface SetUpToken {
  secret: string;
  expiresAt: Instant;
}

/** A fresh token while no administrator exists, else undefined. Links handed out before are void from then on. */
export async function issueSetUpToken(parts: PeopleParts): Promise<SetUpToken | undefined> {
  const secret = newSecret();
  const now = parts.clock.now();
  const expiresAt = instant(now + setUpTokenLifetimeMs);
  return await parts.db.transaction(async (connection) => {
    await voidSetUpTokens(connection);
    if (await administratorExists(connection)) return undefined;
    await insertSetUpToken(connection, { secretDigest: digestOf(secret), createdAt: instant(now), expiresAt });
    await parts.audit(connection, { settingId: null, actor: 'server', action: 'set-up-link.made' });
    return { secret, expiresAt };
  });
}

/**
 * Makes the setting and its first administrator, once, and signs in.
 * Errors: `set-up-done`, `not-valid` (a known password), `link-unknown`, `link-expired`, `conflict` (the e-mail
 * address is taken), `too-many-tries`. A refused set-up leaves everything as it was.
 */
export async function setUp(parts: PeopleParts, asked: SetUp, from: From): Promise<CookieSession> {
  const attempt = await admit(parts, { address: from.address, account: '(set-up)' }, 'set-up.throttled');
  try {
    refuse(await fault(parts.db, digestOf(asked.token), instant(parts.clock.now())));
    await refuseKnownPassword(asked.password, [asked.name, asked.email, asked.settingName]);
    // Outside the transaction: hashing takes long, and the database has one connection.
    const passwordHash = await parts.passwords.hash(asked.password);
    const session = await parts.db.transaction((connection) => make(parts, connection, asked, from, passwordHash));
    attempt.succeeded();
    return { ...session, knownBrowser: parts.knownBrowsers.give(from.knownBrowser, asked.email) };
  } catch (error) {
    if (!(error instanceof StatedError) || notATry.has(error.code)) attempt.withdraw();
    else {
      const data = { code: error.code, address: from.address, turnedAway: attempt.turnedAway };
      await parts.audit(parts.db, { settingId: null, actor: 'server', action: 'set-up.refused', data });
    }
    throw error;
  }
}

/**
 * INVARIANT: the claim is the first statement, so the transaction holds the
 * write lock before it reads: of two at once, in one process or two, one wins.
 */
async function make(
  parts: PeopleParts,
  connection: Connection,
  asked: SetUp,
  from: From,
  passwordHash: string,
): Promise<NewSession> {
  const at = instant(parts.clock.now());
  const digest = digestOf(asked.token);
  const claimed = await claimSetUpToken(connection, digest, at);
  if (!claimed || (await administratorExists(connection))) {
    throw (await fault(connection, digest, at)) ?? setUpDone();
  }
  const { email, name } = asked;
  const personId = await insertPerson(connection, { email, name, passwordHash }, at);
  if (personId === undefined) {
    throw new StatedError('conflict', 'A person with this e-mail address exists already. Give another address.', {
      fields: { email: 'is taken' },
    });
  }
  const settingId = await adoptSetting(connection, asked.settingName, at);
  await putMembership(connection, { personId, settingId, role: 'administrator', until: null, settled: true }, at);
  await parts.audit(connection, {
    settingId,
    actor: name,
    action: 'set-up.done',
    subject: personId,
    data: { address: from.address },
  });
  return await openSession(connection, parts.clock, { personId, settingId }, from);
}

/** A server without an administrator may hold one setting already, that of this computer's own agent: it gets its real name. */
async function adoptSetting(connection: Connection, name: string, at: Instant): Promise<string> {
  const [only, ...others] = await listSettings(connection);
  if (only === undefined || others.length > 0) {
    return await insertSetting(connection, { name, timeZone: homeTimeZone }, at);
  }
  await renameSetting(connection, { id: only.id, name });
  return only.id;
}

async function fault(connection: Connection, digest: string, now: Instant): Promise<StatedError | undefined> {
  if (await administratorExists(connection)) return setUpDone();
  const token = await findSetUpToken(connection, digest);
  if (token === undefined) {
    return new StatedError(
      'link-unknown',
      'This set-up link is not known. Each start of the server makes earlier links void: use the one it printed last.',
    );
  }
  if (token.usedAt !== null) return setUpDone();
  if (token.expiresAt <= now) {
    return new StatedError(
      'link-expired',
      'This set-up link has expired. Start the server again and use the link it prints.',
    );
  }
  return undefined;
}

function refuse(error: StatedError | undefined): void {
  if (error !== undefined) throw error;
}

function setUpDone(): StatedError {
  return new StatedError('set-up-done', 'The first administrator exists already. Sign in, or ask them to add you.');
}
