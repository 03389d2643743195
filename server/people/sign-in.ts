import { StatedError } from '../../shared/api/errors.ts';
import type { SignIn } from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import type { SignedIn } from '../http/asker.ts';
import type { PeopleParts } from './parts.ts';
import { type Account, findAccount } from './people-store.ts';
import { digestOf } from './secrets.ts';
import { type NewSession, openSession, type SessionOf } from './sessions.ts';
import { deleteSignIn, findSignIn } from './sign-ins-store.ts';
import { type Attempt, TurnedAway } from './throttle.ts';

/** Where a try came from. */
export interface From {
  /** The client's address, as the socket or the trusted proxy tells it. */
  address: string;
  /** The cookie the browser already carried: a new sign-in takes its place. */
  oldSecret?: string | undefined;
}

/**
 * Signs in and opens a session with a new secret; the browser's earlier one ends.
 * Errors: `too-many-tries`, `wrong-credentials` (the same for a wrong address and a
 * wrong password, after the same time), `forbidden` when the person belongs to no setting.
 */
export async function signIn(parts: PeopleParts, typed: SignIn, from: From): Promise<NewSession> {
  const attempt = await admit(parts, { address: from.address, account: typed.email }, 'sign-in.throttled');
  const { account, right } = await test(parts, typed, attempt);
  const { turnedAway } = attempt;
  if (account === undefined || !right) {
    // No typed address of an unknown account: people type passwords there.
    await recordRefusal(parts, account, { code: 'wrong-credentials', address: from.address, turnedAway });
    throw new StatedError(
      'wrong-credentials',
      'The e-mail address or the password is not right. Check both and try again.',
    );
  }
  attempt.succeeded();
  const of = memberOf(account);
  if (of === undefined) {
    await recordRefusal(parts, account, { code: 'forbidden', address: from.address, turnedAway });
    throw new StatedError('forbidden', 'Your account belongs to no setting any more. Ask an administrator to add you.');
  }
  return await replaceSession(parts, of, from, turnedAway);
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

/**
 * Counts a try, or throws `TurnedAway`. Of those turned away the first of each
 * wait is put on record and the rest are counted into the next try that goes on:
 * ten thousand rows would wear the disk for an attacker's pleasure.
 */
export async function admit(
  parts: PeopleParts,
  tried: { address: string; account: string },
  action: 'sign-in.throttled' | 'set-up.throttled',
): Promise<Attempt> {
  try {
    return parts.throttle.admit(tried);
  } catch (error) {
    if (error instanceof TurnedAway && error.first) {
      const data = { address: tried.address, waitS: error.waitS };
      await parts.audit(parts.db, { settingId: null, actor: 'server', action, data });
    }
    throw error;
  }
}

async function test(parts: PeopleParts, typed: SignIn, attempt: Attempt) {
  try {
    const account = await findAccount(parts.db, typed.email);
    return { account, right: await parts.passwords.verify(account?.passwordHash, typed.password) };
  } catch (error) {
    attempt.withdraw();
    throw error;
  }
}

async function recordRefusal(
  parts: PeopleParts,
  account: Account | undefined,
  data: Record<string, string | number>,
): Promise<void> {
  await parts.audit(parts.db, {
    settingId: account?.settingId ?? null,
    actor: 'server',
    action: 'sign-in.refused',
    ...(account === undefined ? {} : { subject: account.personId }),
    data: { ...data, accountKnown: account !== undefined },
  });
}

function memberOf(account: Account): SessionOf | undefined {
  const { personId, name, email, role, settingId, settingName } = account;
  if (role === null || settingId === null || settingName === null) return undefined;
  return { personId, name, email, role, settingId, settingName };
}

async function replaceSession(parts: PeopleParts, of: SessionOf, from: From, turnedAway: number): Promise<NewSession> {
  const now = instant(parts.clock.now());
  const made = await parts.db.transaction(async (connection) => {
    const session = await openSession(connection, parts.clock, of);
    const old = from.oldSecret === undefined ? undefined : await findSignIn(connection, digestOf(from.oldSecret), now);
    if (old !== undefined) await deleteSignIn(connection, old.id);
    await parts.audit(connection, {
      settingId: of.settingId,
      actor: of.name,
      action: 'sign-in.done',
      subject: of.personId,
      data: { address: from.address, turnedAway, endedEarlier: old !== undefined },
    });
    return { session, endedId: old?.id };
  });
  if (made.endedId !== undefined) parts.sessionEnded?.(made.endedId);
  return made.session;
}
