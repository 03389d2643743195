import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

export interface NewSignIn {
  id: string;
  secretDigest: string;
  csrfToken: string;
  personId: string;
  settingId: string;
  createdAt: Instant;
  expiresAt: Instant;
}

/** A sign-in in force, with the person as they are now: a role taken away is gone at the next request. */
export interface SignInRow {
  id: string;
  csrfToken: string;
  expiresAt: Instant;
  personId: string;
  name: string;
  email: string;
  settingId: string;
  settingName: string;
  role: Role;
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
  });
}

/** The sign-in of a cookie's digest, unless it has expired or its person has left the setting. */
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
    .where('sign_ins.secret_digest', secretDigest)
    .where('sign_ins.expires_at', '>', now)
    .first({
      id: 'sign_ins.id',
      csrfToken: 'sign_ins.csrf_token',
      expiresAt: 'sign_ins.expires_at',
      personId: 'people.id',
      name: 'people.name',
      email: 'people.email',
      settingId: 'settings.id',
      settingName: 'settings.name',
      role: 'memberships.role',
    });
}

export async function deleteSignIn(connection: Connection, id: string): Promise<void> {
  await connection('sign_ins').where({ id }).delete();
}

/** The table keeps only what is in force; what happened is in the audit. */
export async function deleteExpiredSignIns(connection: Connection, now: Instant): Promise<void> {
  await connection('sign_ins').where('expires_at', '<=', now).delete();
}
