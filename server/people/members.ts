import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import type { leaverViewSchema, PersonView, personPatchSchema } from '../../shared/api/people.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import type { Asker } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { noteFormerAdministrator } from './administrator-count.ts';
import { checkDays, notInSetting } from './invitations.ts';
import { revokeInvitations } from './invitations-store.ts';
import {
  changeEnd,
  deleteMembership,
  lastingAdministrators,
  listMembers,
  type MemberRow,
  putMembership,
  settingsOf,
} from './memberships-store.ts';
import type { PeopleParts } from './parts.ts';
import { deleteSignInsOf, signInIdsIn } from './sign-ins-store.ts';
import { revokeTokens } from './tokens-store.ts';

const dayMs = 86_400_000;

/** The people of a setting whose role has not ended, by name. */
export async function peopleOf(parts: PeopleParts, { settingId }: Asker): Promise<PersonView[]> {
  return (await listMembers(parts.db, { settingId, now: instant(parts.clock.now()) })).map(viewOf);
}

/**
 * Changes a person's role in the setting, or when it ends.
 * Errors: `not-found`, `not-valid` (days), `conflict` when nobody would be left who administers the setting for good.
 */
export async function changePerson(
  parts: PeopleParts,
  asker: Asker,
  personId: string,
  { role, days }: z.infer<typeof personPatchSchema>,
): Promise<PersonView> {
  checkDays(role, days);
  const now = parts.clock.now();
  const until = days === null ? null : instant(now + days * dayMs);
  const { settingId } = asker;
  const { view, touched } = await parts.db.transaction(async (connection) => {
    const before = await memberHeld(parts, connection, settingId, personId);
    if (role !== 'administrator' || until !== null) await refuseLast(connection, before, settingId);
    // Before the role is another: a token of somebody who is no administrator is none, and would not be found.
    const lost =
      before.role === 'administrator' && role !== 'administrator'
        ? await endPowers(connection, before, settingId, instant(now))
        : { tokens: [], invitations: 0 };
    // Who stays an administrator keeps the time they had: a change of the end is no new beginning.
    if (before.role === role) await changeEnd(connection, { personId, settingId, until });
    else await putMembership(connection, { personId, settingId, role, until }, instant(now));
    const revoked = { tokensRevoked: lost.tokens.length, invitationsRevoked: lost.invitations };
    const data = { from: before.role, to: role, until, ...revoked };
    const entry = { settingId, actor: asker.name, action: 'person.changed' as const, subject: personId, data };
    await parts.audit(connection, entry);
    await parts.rolesChanged?.(connection, settingId);
    const [after] = await listMembers(connection, { settingId, now: instant(now), personId });
    if (after === undefined) throw notInSetting();
    const signIns = await signInIdsIn(connection, personId, settingId);
    return { view: viewOf(after), touched: [...signIns, ...lost.tokens] };
  });
  for (const id of touched) parts.sessionEnded?.(id);
  return view;
}

/**
 * A person leaves: what they had here ends at once; what they asked for and is still open is named.
 * Errors: `not-found`, `conflict` for the last administrator.
 */
export async function leavePerson(
  parts: PeopleParts,
  asker: Asker,
  { personId, reason }: { personId: string; reason: string },
): Promise<z.infer<typeof leaverViewSchema>> {
  const at = instant(parts.clock.now());
  const { settingId } = asker;
  const { view, ended } = await parts.db.transaction(async (connection) => {
    const leaver = await memberHeld(parts, connection, settingId, personId);
    await refuseLast(connection, leaver, settingId);
    const ids = await deleteSignInsOf(connection, { personId, settingId });
    await revokeInvitations(connection, settingId, { personId }, at);
    const { tokens, invitations } = await endPowers(connection, leaver, settingId, at);
    const left = { sessionsEnded: ids.length, tokensRevoked: tokens.length, invitationsRevoked: invitations };
    await deleteMembership(connection, personId, settingId);
    await parts.rolesChanged?.(connection, settingId);
    const openOrders = (await parts.openOrdersOf?.(connection, settingId, personId)) ?? [];
    const otherSettings = (await settingsOf(connection, personId, at)).length;
    const entry = { settingId, actor: asker.name, action: 'person.left' as const, subject: personId };
    await parts.audit(connection, { ...entry, data: { ...left, openOrders: openOrders.length, reason } });
    return { view: { ...left, openOrders, otherSettings }, ended: [...ids, ...tokens] };
  });
  for (const id of ended) parts.sessionEnded?.(id);
  return view;
}

/** What somebody could do through others ends with their being an administrator: else they come back by a link or token of their own making. */
async function endPowers(
  connection: Connection,
  { id: personId, role }: MemberRow,
  settingId: string,
  at: Instant,
): Promise<{ tokens: string[]; invitations: number }> {
  if (role === 'administrator') await noteFormerAdministrator(connection, { personId, settingId, at });
  return {
    tokens: await revokeTokens(connection, { settingId, madeByPerson: personId }, at),
    invitations: await revokeInvitations(connection, settingId, { invitedByPerson: personId }, at),
  };
}

/** The person, with the write lock held: what is found cannot change before it is acted on. */
async function memberHeld(
  parts: PeopleParts,
  connection: Connection,
  settingId: string,
  personId: string,
): Promise<MemberRow> {
  await takeWriteLock(connection);
  const [member] = await listMembers(connection, { settingId, now: instant(parts.clock.now()), personId });
  if (member === undefined) throw notInSetting();
  return member;
}

async function refuseLast(connection: Connection, member: MemberRow, settingId: string): Promise<void> {
  if (member.role !== 'administrator' || member.until !== null) return;
  if ((await lastingAdministrators(connection, settingId, member.id)) > 0) return;
  throw new StatedError('conflict', 'This is the last administrator of the setting. Make somebody else one first.');
}

function viewOf({ secondFactorSince, ...member }: MemberRow): PersonView {
  return { ...member, secondFactor: secondFactorSince !== null };
}
