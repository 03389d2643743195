import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

export interface InvitationRow {
  id: string;
  settingId: string;
  settingName: string;
  purpose: 'join' | 'reset';
  email: string;
  role: Role;
  /** The role ends so many days after the person has joined. */
  days: number | null;
  /** Whose password a reset sets; null: who is yet to join. */
  personId: string | null;
  invitedBy: string;
  /** null: the command line made it. */
  invitedByPerson: string | null;
  expiresAt: Instant;
  usedAt: Instant | null;
  revokedAt: Instant | null;
}

export interface NewInvitationRow extends Omit<InvitationRow, 'settingName' | 'usedAt' | 'revokedAt'> {
  secretDigest: string;
  createdAt: Instant;
}

const columns = {
  id: 'invitations.id',
  settingId: 'invitations.setting_id',
  settingName: 'settings.name',
  purpose: 'invitations.purpose',
  email: 'invitations.email',
  role: 'invitations.role',
  days: 'invitations.days',
  personId: 'invitations.person_id',
  invitedBy: 'invitations.invited_by',
  invitedByPerson: 'invitations.invited_by_person',
  expiresAt: 'invitations.expires_at',
  usedAt: 'invitations.used_at',
  revokedAt: 'invitations.revoked_at',
} as const;

export async function insertInvitation(connection: Connection, row: NewInvitationRow): Promise<void> {
  await connection('invitations').insert({
    id: row.id,
    secret_digest: row.secretDigest,
    setting_id: row.settingId,
    purpose: row.purpose,
    email: row.email,
    role: row.role,
    days: row.days,
    person_id: row.personId,
    invited_by: row.invitedBy,
    invited_by_person: row.invitedByPerson,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    used_at: null,
    revoked_at: null,
  });
}

function invitations(connection: Connection) {
  return connection('invitations').join('settings', 'settings.id', 'invitations.setting_id');
}

export async function findInvitation(connection: Connection, secretDigest: string): Promise<InvitationRow | undefined> {
  return await invitations(connection).where('invitations.secret_digest', secretDigest).first(columns);
}

/** Those of a setting that can still be taken, latest first. */
export async function openInvitations(
  connection: Connection,
  settingId: string,
  now: Instant,
): Promise<InvitationRow[]> {
  return await invitations(connection)
    .where({ 'invitations.setting_id': settingId, 'invitations.used_at': null, 'invitations.revoked_at': null })
    .where('invitations.expires_at', '>', now)
    .orderBy([{ column: 'invitations.created_at', order: 'desc' }, 'invitations.id'])
    .select(columns);
}

/** Marks it used; false when it was used, revoked or has expired. Of two at once, one gets true. */
export async function claimInvitation(connection: Connection, id: string, now: Instant): Promise<boolean> {
  const changed = await connection('invitations')
    .where({ id, used_at: null, revoked_at: null })
    .where('expires_at', '>', now)
    .update({ used_at: now });
  return changed === 1;
}

/** Which invitations end: one, those a person made, or the earlier ones for the same person or address. */
type Which = { id: string } | { invitedByPerson: string } | { purpose: 'join'; email: string } | { personId: string };

/** Makes open invitations of a setting void; answers how many. */
export async function revokeInvitations(
  connection: Connection,
  settingId: string,
  which: Which,
  now: Instant,
): Promise<number> {
  return await connection('invitations')
    .where({ setting_id: settingId, used_at: null, revoked_at: null })
    .where('expires_at', '>', now)
    .where((row) => {
      if ('id' in which) row.where({ id: which.id });
      else if ('invitedByPerson' in which) row.where({ invited_by_person: which.invitedByPerson });
      else if ('personId' in which) row.where({ person_id: which.personId });
      else row.where({ purpose: which.purpose, email: which.email });
    })
    .update({ revoked_at: now });
}
