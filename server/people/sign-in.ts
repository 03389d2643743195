import { StatedError } from '../../shared/api/errors.ts';
import type { SignIn } from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import type { AuditEntry } from '../audit/audit.ts';
import type { SignedIn } from '../http/asker.ts';
import { settingsOf } from './memberships-store.ts';
import type { PeopleParts } from './parts.ts';
import { type Account, findAccount } from './people-store.ts';
import { takeCode, wrongCode } from './second-factor.ts';
import { digestOf } from './secrets.ts';
import { type From, type NewSession, openSession, type SessionOf } from './sessions.ts';
import { deleteSignIn, findSignIn } from './sign-ins-store.ts';
import type { Attempt, Tried } from './throttle.ts';
import { admit, unlessFaulty } from './tries.ts';

/** A sign-in just made, with the cookie by which its browser is known again. */
export interface CookieSession extends NewSession {
  knownBrowser: string;
}

/**
 * Signs in to the oldest of the person's settings and opens a session with a
 * new secret; the browser's earlier one ends.
 * Errors: `too-many-tries`, `wrong-credentials` (the same for a wrong address and a
 * wrong password, after the same time), `code-required`, `wrong-code`,
 * `forbidden` when the person belongs to no setting.
 */
export async function signIn(parts: PeopleParts, typed: SignIn, from: From): Promise<CookieSession> {
  const { account, turnedAway, usedRecoveryCode } = await prove(parts, typed, from);
  const [setting] = await settingsOf(parts.db, account.personId, instant(parts.clock.now()));
  if (setting === undefined) {
    await recordRefusal(parts, account, { code: 'forbidden', address: from.address, turnedAway });
    throw new StatedError('forbidden', 'Your account belongs to no setting any more. Ask an administrator to add you.');
  }
  const of = { personId: account.personId, settingId: setting.id };
  const made = await replaceSession(parts, of, from, {
    action: 'sign-in.done',
    data: { turnedAway, usedRecoveryCode },
  });
  return { ...made, knownBrowser: parts.knownBrowsers.give(from.knownBrowser, account.email) };
}

interface Proved {
  account: Account;
  turnedAway: number;
  usedRecoveryCode: boolean;
}

/**
 * Makes sure that somebody is who they say: the right password, and the code
 * where the account has a second factor. Wrong tries are counted and on record.
 */
export async function prove(parts: PeopleParts, typed: SignIn, from: From): Promise<Proved> {
  const known = parts.knownBrowsers.find(from.knownBrowser, typed.email);
  const tried: Tried =
    known === undefined ? { address: from.address, account: typed.email } : { alone: `browser\n${known}` };
  const attempt = await admit(parts, tried);
  const { turnedAway } = attempt;
  const { account, right } = await unlessFaulty(attempt, async () => {
    const found = await findAccount(parts.db, { email: typed.email });
    return { account: found, right: await parts.passwords.verify(found?.passwordHash, typed.password) };
  });
  if (account === undefined || !right) {
    // No typed address of an unknown account: people type passwords there.
    await recordRefusal(parts, account, { code: 'wrong-credentials', address: from.address, turnedAway });
    throw new StatedError(
      'wrong-credentials',
      'The e-mail address or the password is not right. Check both and try again.',
    );
  }
  const how = await proveCode(parts, { account, typed, from, known, attempt });
  attempt.succeeded();
  return { account, turnedAway, usedRecoveryCode: how === 'recovery' };
}

/**
 * Wrong codes count for the account whatever address they come from, for six
 * digits can be guessed from many; whoever gets here knows the password, so
 * nobody else can keep the owner waiting, and a browser they used before counts apart.
 */
async function proveCode(
  parts: PeopleParts,
  of: { account: Account; typed: SignIn; from: From; known: string | undefined; attempt: Attempt },
): Promise<'app' | 'recovery' | undefined> {
  const { account, typed, from, known, attempt } = of;
  if (account.secondFactorSince === null) return undefined;
  if (typed.code === undefined || typed.code === '') {
    attempt.withdraw();
    throw new StatedError('code-required', 'Give the code of your authenticator app as well, or a recovery code.');
  }
  const codes = await unlessFaulty(attempt, () => admit(parts, { alone: `code\n${known ?? account.personId}` }));
  const { code } = typed;
  const how = await unlessFaulty(codes, () => takeCode(parts, account.personId, code));
  if (how === undefined) {
    await recordRefusal(parts, account, { code: 'wrong-code', address: from.address, turnedAway: codes.turnedAway });
    throw wrongCode();
  }
  codes.succeeded();
  return how;
}

/** Ends a session. Its cookie opens nothing from then on. */
export async function signOut(parts: PeopleParts, session: SignedIn): Promise<void> {
  await parts.db.transaction(async (connection) => {
    await deleteSignIn(connection, session.sessionId);
    await parts.audit(connection, {
      settingId: session.asker.settingId,
      actor: session.asker.name,
      action: 'sign-in.ended',
      subject: session.asker.id,
    });
  });
  parts.sessionEnded?.(session.sessionId);
}

async function recordRefusal(
  parts: PeopleParts,
  account: Account | undefined,
  data: Record<string, string | number>,
): Promise<void> {
  const now = instant(parts.clock.now());
  const [setting] = account === undefined ? [] : await settingsOf(parts.db, account.personId, now);
  await parts.audit(parts.db, {
    settingId: setting?.id ?? null,
    actor: 'server',
    action: 'sign-in.refused',
    ...(account === undefined ? {} : { subject: account.personId }),
    data: { ...data, accountKnown: account !== undefined },
  });
}

/** Opens a session in the place of the one the browser carried; `why` goes on record. */
export async function replaceSession(
  parts: PeopleParts,
  of: SessionOf,
  from: From,
  why: Pick<AuditEntry, 'action' | 'data'>,
): Promise<NewSession> {
  const now = instant(parts.clock.now());
  const made = await parts.db.transaction(async (connection) => {
    const session = await openSession(connection, parts.clock, of, from);
    const old = from.oldSecret === undefined ? undefined : await findSignIn(connection, digestOf(from.oldSecret), now);
    if (old !== undefined) await deleteSignIn(connection, old.id);
    await parts.audit(connection, {
      settingId: of.settingId,
      actor: session.view.name,
      action: why.action,
      subject: of.personId,
      data: { address: from.address, ...why.data, endedEarlier: old !== undefined },
    });
    return { session, endedId: old?.id };
  });
  if (made.endedId !== undefined) parts.sessionEnded?.(made.endedId);
  return made.session;
}
