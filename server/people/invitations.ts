import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import {
  type invitationLinkSchema,
  type invitationViewSchema,
  mostCommitteeDays,
  type newInvitationSchema,
  type Role,
} from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import type { Asker } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import {
  type InvitationRow,
  insertInvitation,
  type NewInvitationRow,
  openInvitations,
  revokeInvitations,
} from './invitations-store.ts';
import { listMembers, settingsOf } from './memberships-store.ts';
import type { PeopleParts } from './parts.ts';
import { findAccount } from './people-store.ts';
import { digestOf, newSecret } from './secrets.ts';

const dayMs = 86_400_000;
const invitationLifetimeMs = 7 * dayMs;

type Link = z.infer<typeof invitationLinkSchema>;

/** Who asks, and the address of the page a link leads to, for example "https://hometime.acorns.example". */
interface By {
  settingId: string;
  name: string;
  /** null: the command line. */
  personId: string | null;
  origin: string;
}

export const byAsker = (asker: Asker, origin: string): By => ({
  settingId: asker.settingId,
  name: asker.name,
  personId: asker.id,
  origin,
});

/** A committee member or inspector always ends, soon. @throws StatedError `not-valid` with the field `days`. */
export function checkDays(role: Role, days: number | null): void {
  if (role !== 'committee' || (days !== null && days <= mostCommitteeDays)) return;
  const fault = `must be from 1 to ${mostCommitteeDays} for committee members and inspectors`;
  throw new StatedError('not-valid', `Say for how many days: it ${fault}.`, { fields: { days: fault } });
}

/**
 * Makes a link with which one person joins; an earlier one for the same address is void from then on.
 * Errors: `not-valid` (days), `conflict` when the person is in the setting already.
 */
export async function makeInvitation(
  parts: PeopleParts,
  by: By,
  asked: z.infer<typeof newInvitationSchema>,
): Promise<Link> {
  const { email, role, days } = asked;
  checkDays(role, days);
  const now = instant(parts.clock.now());
  return await parts.db.transaction(async (connection) => {
    const earlier = await revokeInvitations(connection, by.settingId, { purpose: 'join', email }, now);
    const account = await findAccount(connection, { email });
    const theirs = account === undefined ? [] : await settingsOf(connection, account.personId, now);
    if (theirs.some((setting) => setting.id === by.settingId)) {
      throw new StatedError('conflict', 'This person is in the setting already. Change their role instead.', {
        fields: { email: 'is in the setting already' },
      });
    }
    const link = await make(parts, connection, by, { purpose: 'join', email, role, days, personId: null });
    const entry = { settingId: by.settingId, actor: by.name, action: 'invitation.made' as const, subject: link.id };
    await parts.audit(connection, { ...entry, data: { email, role, days, earlier } });
    return link;
  });
}

/**
 * Makes a link with which a person sets a new password and begins without a second factor.
 * Errors: `not-found` when they are not in the setting; `conflict` when they belong to other settings
 * too: whoever holds the link gets in there as well, which is not this setting's to give.
 */
export async function resetPerson(parts: PeopleParts, by: By, personId: string): Promise<Link> {
  const now = instant(parts.clock.now());
  return await parts.db.transaction(async (connection) => {
    await revokeInvitations(connection, by.settingId, { personId }, now);
    const [member] = await listMembers(connection, { settingId: by.settingId, now, personId });
    if (member === undefined) throw notInSetting();
    if (by.personId !== null && (await settingsOf(connection, personId, now)).length > 1) {
      throw inOtherSettings();
    }
    const { email, role } = member;
    const link = await make(parts, connection, by, { purpose: 'reset', email, role, days: null, personId });
    const entry = { settingId: by.settingId, actor: by.name, action: 'person.reset' as const, subject: personId };
    await parts.audit(connection, entry);
    return link;
  });
}

/** For the command line: whoever may use the server's own account. Errors: `not-found`. */
export async function resetByEmail(
  parts: PeopleParts,
  { email, by, origin }: { email: string; by: string; origin: string },
): Promise<Link> {
  const account = await findAccount(parts.db, { email });
  const settings =
    account === undefined ? [] : await settingsOf(parts.db, account.personId, instant(parts.clock.now()));
  const [setting] = settings;
  if (account === undefined || setting === undefined) {
    throw new StatedError('not-found', 'Nobody with this e-mail address belongs to a setting here. Check the address.');
  }
  return await resetPerson(parts, { settingId: setting.id, name: by, personId: null, origin }, account.personId);
}

/** Invitations of the setting nobody has taken yet. */
export async function invitationsOf(
  parts: PeopleParts,
  { settingId }: Asker,
): Promise<z.infer<typeof invitationViewSchema>[]> {
  return (await openInvitations(parts.db, settingId, instant(parts.clock.now()))).map(viewOf);
}

/** Errors: `not-found` when no such invitation is open. */
export async function revokeInvitation(parts: PeopleParts, { settingId, name }: Asker, id: string): Promise<void> {
  await parts.db.transaction(async (connection) => {
    const revoked = await revokeInvitations(connection, settingId, { id }, instant(parts.clock.now()));
    if (revoked === 0) throw new StatedError('not-found', 'There is no open invitation with this id.');
    await parts.audit(connection, { settingId, actor: name, action: 'invitation.revoked', subject: id });
  });
}

/** A link that resets opens every setting of its person: that is not one setting's to give. */
export function inOtherSettings(): StatedError {
  return new StatedError(
    'conflict',
    'This person belongs to other settings too, so one setting alone cannot reset their account. ' +
      'On the server itself, "hometime-server reset-person" can.',
  );
}

export function notInSetting(): StatedError {
  return new StatedError('not-found', 'There is no such person in this setting.');
}

async function make(
  parts: PeopleParts,
  connection: Connection,
  by: By,
  of: Pick<NewInvitationRow, 'purpose' | 'email' | 'role' | 'days' | 'personId'>,
): Promise<Link> {
  const now = parts.clock.now();
  const secret = newSecret();
  const row = {
    ...of,
    id: randomUUID(),
    settingId: by.settingId,
    invitedBy: by.name,
    invitedByPerson: by.personId,
    expiresAt: instant(now + invitationLifetimeMs),
  };
  await insertInvitation(connection, {
    ...row,
    secretDigest: digestOf(secret),
    createdAt: instant(now),
  });
  // Behind the #, so that no server and no proxy is ever sent it.
  return { ...viewOf(row), link: `${by.origin}/invitation#token=${secret}` };
}

function viewOf(
  row: Pick<InvitationRow, 'id' | 'email' | 'role' | 'purpose' | 'invitedBy' | 'expiresAt'>,
): z.infer<typeof invitationViewSchema> {
  const { id, email, role, purpose, invitedBy, expiresAt } = row;
  return { id, email, role, purpose, invitedBy, expiresAt };
}
