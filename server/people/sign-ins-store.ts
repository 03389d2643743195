import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { inForce } from './memberships-store.ts';

export interface NewSignIn {
  id: string;
  secretDigest: string;
  csrfToken: string;
  personId: string;
  settingId: string;
  createdAt: Instant;
  expiresAt: Instant;
  browser: string;
  address: string;
}

/** A sign-in in force, with the person as they are now: a role taken away is gone at the next request. */
export interface SignInRow {
  id: string;
  csrfToken: string;
  expiresAt: Instant;
  lastUsedAt: Instant;
  confirmedUntil: Instant | null;
  personId: string;
  name: string;
  email: string;
  settingId: string;
  settingName: string;
  role: Role;
  /** When the role ends. */
  until: Instant | null;
  administratorSince: Instant | null;
  approvesFrom: Instant | null;
  /** Since when the second factor is on; null: it is off. */
  secondFactorSince: Instant | null;
}

export async function insertSignIn(connection: Connection, signIn: NewSignIn): Promise<void> {
  await connection('sign_ins').insert({
    id: signIn.id,
    secret_digest: signIn.secretDigest,
    csrf_token: signIn.csrfToken,
    person_id: signIn.personId,
    setting_id: signIn.settingId,
    created_at: signIn.createdAt,
    expires_at: signIn.expiresAt,
    last_used_at: signIn.createdAt,
    browser: signIn.browser,
    address: signIn.address,
  });
}

/** The sign-in of a cookie's digest, unless it has expired or its person's role in the setting has ended. */
export async function findSignIn(
  connection: Connection,
  secretDigest: string,
  now: Instant,
): Promise<SignInRow | undefined> {
  return await connection('sign_ins')
    .join('people', 'people.id', 'sign_ins.person_id')
    .join('settings', 'settings.id', 'sign_ins.setting_id')
    .join('memberships', (on) => {
      on.on('memberships.person_id', 'sign_ins.person_id').andOn('memberships.setting_id', 'sign_ins.setting_id');
    })
    .leftJoin('second_factors', 'second_factors.person_id', 'people.id')
    .where('sign_ins.secret_digest', secretDigest)
    .where('sign_ins.expires_at', '>', now)
    .where(inForce(now))
    .first({
      id: 'sign_ins.id',
      csrfToken: 'sign_ins.csrf_token',
      expiresAt: 'sign_ins.expires_at',
      lastUsedAt: connection.raw('coalesce(sign_ins.last_used_at, sign_ins.created_at)'),
      confirmedUntil: 'sign_ins.confirmed_until',
      personId: 'people.id',
      name: 'people.name',
      email: 'people.email',
      settingId: 'settings.id',
      settingName: 'settings.name',
      role: 'memberships.role',
      until: 'memberships.until',
      administratorSince: 'memberships.administrator_since',
      approvesFrom: 'memberships.approves_from',
      secondFactorSince: 'second_factors.proved_at',
    });
}

export async function noteUse(connection: Connection, id: string, at: Instant): Promise<void> {
  await connection('sign_ins').where({ id }).update({ last_used_at: at });
}

export async function deleteSignIn(connection: Connection, id: string): Promise<void> {
  await connection('sign_ins').where({ id }).delete();
}

/** The table keeps only what is in force; what happened is in the audit. */
export async function deleteExpiredSignIns(connection: Connection, now: Instant): Promise<void> {
  await connection('sign_ins').where('expires_at', '<=', now).delete();
}

export async function confirmSignIn(connection: Connection, id: string, until: Instant): Promise<void> {
  await connection('sign_ins').where({ id }).update({ confirmed_until: until });
}

/**
 * Takes a confirmation away; false when there was none in force, or its person has not the role any
 * more in which they asked. Of two at once, one gets true.
 */
export async function takeConfirmation(
  connection: Connection,
  { id, role }: { id: string; role: Role },
  { now, atMost }: { now: Instant; atMost: Instant },
): Promise<boolean> {
  const changed = await connection('sign_ins')
    .where({ id })
    .where('confirmed_until', '>', now)
    .where('confirmed_until', '<=', atMost)
    .where('expires_at', '>', now)
    .whereExists(
      connection('memberships')
        .whereRaw('memberships.person_id = sign_ins.person_id and memberships.setting_id = sign_ins.setting_id')
        .where({ 'memberships.role': role })
        .where(inForce(now))
        .select('memberships.role'),
    )
    .update({ confirmed_until: null });
  return changed === 1;
}

/** A sign-in of a person's own, as they may look through them. */
export interface OwnSignIn {
  id: string;
  createdAt: Instant;
  lastUsedAt: Instant;
  expiresAt: Instant;
  browser: string;
  address: string;
}

/** A person's sign-ins in every setting, latest first. */
export async function signInsOf(connection: Connection, personId: string, now: Instant): Promise<OwnSignIn[]> {
  return await connection('sign_ins')
    .where({ person_id: personId })
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .select({
      id: 'id',
      createdAt: 'created_at',
      lastUsedAt: connection.raw('coalesce(last_used_at, created_at)'),
      expiresAt: 'expires_at',
      browser: 'browser',
      address: 'address',
    });
}

/** Which sign-ins of a person are meant: one, all but one, or those in a setting. */
interface Which {
  personId: string;
  id?: string;
  except?: string;
  settingId?: string;
}

/**
 * Ends a person's sign-ins; answers the ids of those that were there. Run it in a transaction.
 * INVARIANT: a write comes first and takes the lock, so none is added between finding and ending them.
 */
export async function deleteSignInsOf(connection: Connection, which: Which): Promise<string[]> {
  const { personId, id, except, settingId } = which;
  const meant = () =>
    connection('sign_ins')
      .where({ person_id: personId })
      .where((row) => {
        if (id !== undefined) row.where({ id });
        if (except !== undefined) row.whereNot({ id: except });
        if (settingId !== undefined) row.where({ setting_id: settingId });
      });
  await meant().update({ confirmed_until: null });
  const ids: string[] = await meant().pluck('id');
  await meant().delete();
  return ids;
}

/** The ids of a person's sign-ins in a setting. */
export async function signInIdsIn(connection: Connection, personId: string, settingId: string): Promise<string[]> {
  return await connection('sign_ins').where({ person_id: personId, setting_id: settingId }).pluck('id');
}
