import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import type { changePasswordSchema, ownSessionViewSchema, SessionView } from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import type { AuditEntry } from '../audit/audit.ts';
import type { SignedIn } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { refuseKnownPassword } from './known-passwords.ts';
import { settingsOf } from './memberships-store.ts';
import type { PeopleParts } from './parts.ts';
import { type Account, changePasswordHash, findAccount, findSetting } from './people-store.ts';
import { confirmedMs, type From, type NewSession, showSession } from './sessions.ts';
import { replaceSession } from './sign-in.ts';
import { confirmSignIn, deleteSignInsOf, signInsOf, takeConfirmation } from './sign-ins-store.ts';
import { admit, unlessFaulty } from './tries.ts';

/** The password again. Errors: `wrong-credentials`, `too-many-tries`. */
export async function confirmSession(
  parts: PeopleParts,
  session: SignedIn,
  { password, secret }: { password: string; secret: string },
): Promise<SessionView> {
  await ownPassword(parts, session, password);
  await parts.db.transaction(async (connection) => {
    await confirmSignIn(connection, session.sessionId, instant(parts.clock.now() + confirmedMs));
    await record(parts, connection, session, { action: 'sign-in.confirmed' });
  });
  const view = await showSession(parts.db, parts.clock, secret);
  if (view === undefined) throw new StatedError('not-signed-in', 'Your session has ended. Sign in again.');
  return view;
}

/**
 * Uses a confirmation up, inside the transaction of what it was given for: the next such thing needs the password again.
 * Errors: `confirm-password` when it was used up meanwhile (of two at once, one is refused), or the person's role was changed.
 */
export async function useUpConfirmation(
  parts: PeopleParts,
  connection: Connection,
  session: SignedIn | undefined,
): Promise<void> {
  const now = instant(parts.clock.now());
  if (session !== undefined) {
    const { sessionId: id, asker } = session;
    const atMost = instant(parts.clock.now() + confirmedMs);
    if (await takeConfirmation(connection, { id, role: asker.role }, { now, atMost })) return;
  }
  throw new StatedError('confirm-password', 'Give your password again, then do this within five minutes.');
}

/** Goes on in another setting, with a new session. Errors: `forbidden` when the person does not belong to it. */
export async function switchSetting(
  parts: PeopleParts,
  { asker }: SignedIn,
  settingId: string,
  from: From,
): Promise<NewSession> {
  const settings = await settingsOf(parts.db, asker.id, instant(parts.clock.now()));
  if (!settings.some((setting) => setting.id === settingId)) {
    throw new StatedError(
      'forbidden',
      'You do not belong to this setting. Ask one of its administrators to invite you.',
    );
  }
  return await replaceSession(parts, { personId: asker.id, settingId }, from, { action: 'sign-in.switched' });
}

/** Where the person is signed in. */
export async function ownSessions(
  parts: PeopleParts,
  session: SignedIn,
): Promise<z.infer<typeof ownSessionViewSchema>[]> {
  const found = await signInsOf(parts.db, session.asker.id, instant(parts.clock.now()));
  return found.map((each) => ({ ...each, current: each.id === session.sessionId }));
}

/** Ends one of the person's own sign-ins, or all but this; answers how many. Errors: `not-found` for one that is not theirs. */
export async function endOwnSessions(
  parts: PeopleParts,
  session: SignedIn,
  which: { id: string } | 'others',
): Promise<number> {
  const ended = await parts.db.transaction(async (connection) => {
    const ids = await deleteSignInsOf(connection, {
      personId: session.asker.id,
      ...(which === 'others' ? { except: session.sessionId } : { id: which.id }),
    });
    if (which !== 'others' && ids.length === 0) {
      throw new StatedError('not-found', 'You have no sign-in with this id; it may have ended already.');
    }
    await record(parts, connection, session, { action: 'sign-in.ended', data: { ended: ids.length } });
    return ids;
  });
  for (const id of ended) parts.sessionEnded?.(id);
  return ended.length;
}

/** Errors: `wrong-credentials`, `too-many-tries`, `not-valid` with the field `new`. All other sign-ins of the person end. */
export async function changePassword(
  parts: PeopleParts,
  session: SignedIn,
  typed: z.infer<typeof changePasswordSchema>,
): Promise<void> {
  const account = await ownPassword(parts, session, typed.old);
  const setting = await findSetting(parts.db, session.asker.settingId);
  await refuseKnownPassword(typed.new, [account.name, account.email, setting?.name ?? ''], 'new');
  const passwordHash = await parts.passwords.hash(typed.new);
  const ended = await parts.db.transaction(async (connection) => {
    await changePasswordHash(connection, account.personId, passwordHash);
    const ids = await deleteSignInsOf(connection, { personId: account.personId, except: session.sessionId });
    await record(parts, connection, session, { action: 'password.changed', data: { ended: ids.length } });
    return ids;
  });
  for (const id of ended) parts.sessionEnded?.(id);
}

/** The account, after its own password was given. Tries count by themselves: only who is signed in as the person can make them. */
async function ownPassword(parts: PeopleParts, { asker }: SignedIn, password: string): Promise<Account> {
  const attempt = await admit(parts, { alone: `own\n${asker.id}` });
  const { account, right } = await unlessFaulty(attempt, async () => {
    const found = await findAccount(parts.db, { id: asker.id });
    return { account: found, right: await parts.passwords.verify(found?.passwordHash, password) };
  });
  if (account === undefined || !right) {
    const { settingId, name, id } = asker;
    const data = { turnedAway: attempt.turnedAway };
    await parts.audit(parts.db, { settingId, actor: name, action: 'confirmation.refused', subject: id, data });
    throw new StatedError('wrong-credentials', 'This is not your password. Try again.');
  }
  attempt.succeeded();
  return account;
}

async function record(
  parts: PeopleParts,
  connection: Connection,
  { asker }: SignedIn,
  entry: Pick<AuditEntry, 'action' | 'data'>,
): Promise<void> {
  await parts.audit(connection, { settingId: asker.settingId, actor: asker.name, subject: asker.id, ...entry });
}
