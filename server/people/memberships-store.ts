import type { Knex } from 'knex';
import type { Role } from '../../shared/api/people.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

/** A role in a setting, with its end. */
export interface Membership {
  personId: string;
  settingId: string;
  role: Role;
  until: Instant | null;
}

/** A condition on memberships joined into a query: the role has not ended. */
export function inForce(now: Instant) {
  return (row: Knex.QueryBuilder): void => {
    row.whereNull('memberships.until').orWhere('memberships.until', '>', now);
  };
}

/** From when on somebody who was made an administrator at a time may approve what another asked for. */
function settledFrom(at: Instant): Instant {
  return instant(Date.parse(at) + settledAfterMs);
}

/** Longer than an order waits for approval. */
const settledAfterMs = 24 * 60 * 60_000;

/** Puts a role in the place of the one the person had there. `settled`: whoever gave it may use the server itself, and can be no second person's forger. */
export async function putMembership(
  connection: Connection,
  membership: Membership & { settled?: true },
  at: Instant,
): Promise<void> {
  const { personId, settingId, role, until, settled } = membership;
  const since = role === 'administrator' ? at : null;
  const approvesFrom = since === null || settled === true ? since : settledFrom(at);
  await connection('memberships')
    .insert({
      person_id: personId,
      setting_id: settingId,
      role,
      until,
      administrator_since: since,
      approves_from: approvesFrom,
    })
    .onConflict(['person_id', 'setting_id'])
    .merge(['role', 'until', 'administrator_since', 'approves_from']);
}

/** A person of a setting, as they are listed. */
export interface MemberRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  until: Instant | null;
  secondFactorSince: Instant | null;
  lastSignInAt: Instant | null;
}

/** The people of a setting whose role has not ended, by name; or the one of this id. */
export async function listMembers(
  connection: Connection,
  { settingId, now, personId }: { settingId: string; now: Instant; personId?: string },
): Promise<MemberRow[]> {
  return await connection('memberships')
    .join('people', 'people.id', 'memberships.person_id')
    .leftJoin('second_factors', 'second_factors.person_id', 'people.id')
    .where('memberships.setting_id', settingId)
    .where(inForce(now))
    .where((row) => {
      if (personId !== undefined) row.where('people.id', personId);
    })
    .orderByRaw('people.name collate nocase, people.id')
    .select({
      id: 'people.id',
      name: 'people.name',
      email: 'people.email',
      role: 'memberships.role',
      until: 'memberships.until',
      secondFactorSince: 'second_factors.proved_at',
      lastSignInAt: 'memberships.last_sign_in_at',
    });
}

/** A setting a person belongs to. */
export interface OwnSetting {
  id: string;
  name: string;
  role: Role;
}

/** The settings in which a person has a role that has not ended, oldest first. */
export async function settingsOf(connection: Connection, personId: string, now: Instant): Promise<OwnSetting[]> {
  return await connection('memberships')
    .join('settings', 'settings.id', 'memberships.setting_id')
    .where('memberships.person_id', personId)
    .where(inForce(now))
    .orderBy(['settings.created_at', 'settings.id'])
    .select({ id: 'settings.id', name: 'settings.name', role: 'memberships.role' });
}

/** How many administrators a setting has whose role does not end, this person left out. */
export async function lastingAdministrators(
  connection: Connection,
  settingId: string,
  except: string,
): Promise<number> {
  const role: Role = 'administrator';
  const found: { count: number }[] = await connection('memberships')
    .where({ setting_id: settingId, role, until: null })
    .whereNot({ person_id: except })
    .count({ count: '*' });
  return found[0]?.count ?? 0;
}

/** Whether somebody is an administrator of a setting now. */
export async function administers(
  connection: Connection,
  { personId, settingId, now }: { personId: string; settingId: string; now: Instant },
): Promise<boolean> {
  const role: Role = 'administrator';
  const found = await connection('memberships')
    .where({ person_id: personId, setting_id: settingId, role })
    .where(inForce(now))
    .first('role');
  return found !== undefined;
}

export async function deleteMembership(connection: Connection, personId: string, settingId: string): Promise<void> {
  await connection('memberships').where({ person_id: personId, setting_id: settingId }).delete();
}

export async function noteSignIn(
  connection: Connection,
  { personId, settingId, at }: { personId: string; settingId: string; at: Instant },
): Promise<void> {
  await connection('memberships').where({ person_id: personId, setting_id: settingId }).update({ last_sign_in_at: at });
}

/** The person has the time a new administrator has to set up a second factor, and waits as long before they approve, from now on. */
export async function restartAdministrator(connection: Connection, personId: string, at: Instant): Promise<void> {
  await connection('memberships')
    .where({ person_id: personId, role: 'administrator' })
    .update({ administrator_since: at, approves_from: settledFrom(at) });
}

export async function changeEnd(
  connection: Connection,
  { personId, settingId, until }: { personId: string; settingId: string; until: Instant | null },
): Promise<void> {
  await connection('memberships').where({ person_id: personId, setting_id: settingId }).update({ until });
}
