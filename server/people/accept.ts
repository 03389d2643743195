import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import type { AcceptInvitation, invitationOfferSchema } from '../../shared/api/people.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { inOtherSettings } from './invitations.ts';
import { claimInvitation, findInvitation, type InvitationRow } from './invitations-store.ts';
import { refuseKnownPassword } from './known-passwords.ts';
import { administers, putMembership, restartAdministrator, settingsOf } from './memberships-store.ts';
import type { PeopleParts } from './parts.ts';
import { changePasswordHash, findAccount, insertPerson } from './people-store.ts';
import { deleteSecondFactor } from './second-factor-store.ts';
import { digestOf } from './secrets.ts';
import { type From, type NewSession, openSession } from './sessions.ts';
import { type CookieSession, prove } from './sign-in.ts';
import { deleteSignInsOf } from './sign-ins-store.ts';
import { admit } from './tries.ts';

const dayMs = 86_400_000;

/** What a link is for. Errors: `link-unknown`, `link-used`, `link-expired`, `too-many-tries`. */
export async function lookAtInvitation(
  parts: PeopleParts,
  token: string,
  from: From,
): Promise<z.infer<typeof invitationOfferSchema>> {
  const { email, role, purpose, settingName } = await openInvitation(parts, token, from);
  const known = (await findAccount(parts.db, { email })) !== undefined;
  return { email, role, purpose, settingName, known };
}

/**
 * Joins the setting, or sets a new password, and signs in. Who has an account joins with its own
 * password (and code); a reset ends every sign-in and the second factor.
 * Errors: those of the link, of signing in, and `not-valid` (name, password).
 */
export async function acceptInvitation(
  parts: PeopleParts,
  asked: AcceptInvitation,
  from: From,
): Promise<CookieSession> {
  const invitation = await openInvitation(parts, asked.token, from);
  const { email, purpose } = invitation;
  const account = await findAccount(parts.db, { email });
  const joinsKnown = purpose === 'join' && account !== undefined;
  const name = account?.name ?? asked.name;
  if (name === undefined) {
    throw new StatedError('not-valid', 'Say what you are called.', { fields: { name: 'must not be empty' } });
  }
  if (joinsKnown) await prove(parts, { email, password: asked.password, code: asked.code }, from);
  else await refuseKnownPassword(asked.password, [name, email, invitation.settingName]);
  // Outside the transaction: hashing takes long, and the database has one connection.
  const passwordHash = joinsKnown ? undefined : await parts.passwords.hash(asked.password);
  const made = await parts.db.transaction((connection) =>
    take(parts, connection, { invitation, name, passwordHash, from }),
  );
  for (const id of made.ended) parts.sessionEnded?.(id);
  return { ...made.session, knownBrowser: parts.knownBrowsers.give(from.knownBrowser, email) };
}

/**
 * INVARIANT: the claim is the first statement, so the transaction holds the
 * write lock before it reads: of two at once, one wins.
 */
async function take(
  parts: PeopleParts,
  connection: Connection,
  of: { invitation: InvitationRow; name: string; passwordHash: string | undefined; from: From },
): Promise<{ session: NewSession; ended: string[] }> {
  const { invitation, name, passwordHash, from } = of;
  const at = instant(parts.clock.now());
  if (!(await claimInvitation(connection, invitation.id, at))) throw used();
  const { settingId, purpose, role } = invitation;
  const personId = await personOf(connection, { invitation, name, passwordHash, at });
  await refuseOutdated(connection, invitation, personId, at);
  let ended: string[] = [];
  if (purpose === 'reset') {
    await deleteSecondFactor(connection, personId);
    await restartAdministrator(connection, personId, at);
    ended = await deleteSignInsOf(connection, { personId });
    await parts.rolesChanged?.(connection, settingId, personId);
  } else {
    const until = invitation.days === null ? null : instant(parts.clock.now() + invitation.days * dayMs);
    await putMembership(connection, { personId, settingId, role, until }, at);
    await parts.rolesChanged?.(connection, settingId);
  }
  await parts.audit(connection, {
    settingId,
    actor: name,
    action: purpose === 'reset' ? 'person.reset-done' : 'person.joined',
    subject: personId,
    data: { role, invitation: invitation.id, invitedBy: invitation.invitedBy, address: from.address },
  });
  return { session: await openSession(connection, parts.clock, { personId, settingId }, from), ended };
}

/** A link is no more than what it was made with: it is as old as a week, and its maker and its person go on meanwhile. */
async function refuseOutdated(
  connection: Connection,
  { settingId, purpose, invitedByPerson }: InvitationRow,
  personId: string,
  now: Instant,
): Promise<void> {
  if (invitedByPerson !== null && !(await administers(connection, { personId: invitedByPerson, settingId, now }))) {
    throw used();
  }
  const settings = await settingsOf(connection, personId, now);
  const isMember = settings.some((setting) => setting.id === settingId);
  if (purpose === 'join' && isMember) {
    throw new StatedError('conflict', 'You belong to this setting already. Sign in as you always do.');
  }
  if (purpose === 'reset' && !isMember) {
    throw new StatedError('forbidden', 'You belong to this setting no more. Ask an administrator to invite you.');
  }
  if (purpose === 'reset' && invitedByPerson !== null && settings.length > 1) throw inOtherSettings();
}

/** The id of who takes the invitation, with the password they set. */
async function personOf(
  connection: Connection,
  of: { invitation: InvitationRow; name: string; passwordHash: string | undefined; at: string },
): Promise<string> {
  const { invitation, name, passwordHash, at } = of;
  const { email, purpose } = invitation;
  const account = await findAccount(connection, { email });
  if (passwordHash === undefined) {
    if (account === undefined) throw used();
    return account.personId;
  }
  if (purpose === 'reset') {
    if (account === undefined || account.personId !== invitation.personId) throw used();
    await changePasswordHash(connection, account.personId, passwordHash);
    return account.personId;
  }
  const personId = await insertPerson(connection, { email, name, passwordHash }, at);
  if (personId !== undefined) return personId;
  throw new StatedError('conflict', 'You have an account by now. Open the link again and join with its password.');
}

async function openInvitation(parts: PeopleParts, token: string, from: From): Promise<InvitationRow> {
  const attempt = await admit(parts, { address: from.address, account: '(invitation)' }, 'invitation.throttled');
  const found = await findInvitation(parts.db, digestOf(token));
  if (found === undefined) {
    throw new StatedError(
      'link-unknown',
      'This link is not known. Check that it was copied whole, or ask for another.',
    );
  }
  attempt.withdraw();
  if (found.usedAt !== null || found.revokedAt !== null) throw used();
  if (found.expiresAt <= instant(parts.clock.now())) {
    throw new StatedError('link-expired', 'This link has expired after seven days. Ask for another.');
  }
  return found;
}

function used(): StatedError {
  return new StatedError('link-used', 'This link was used or taken back. Sign in, or ask for another.');
}
