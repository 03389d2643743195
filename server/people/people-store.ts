import { randomUUID } from 'node:crypto';
import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

/** A person as a sign-in needs it. */
export interface Account {
  personId: string;
  name: string;
  email: string;
  passwordHash: string;
  /** Since when the second factor is on; null: it is off. */
  secondFactorSince: Instant | null;
}

export interface Setting {
  id: string;
  name: string;
}

/** The account of an e-mail address in lower case, or of an id. */
export async function findAccount(
  connection: Connection,
  who: { email: string } | { id: string },
): Promise<Account | undefined> {
  return await connection('people')
    .leftJoin('second_factors', 'second_factors.person_id', 'people.id')
    .where((row) => ('id' in who ? row.where('people.id', who.id) : row.where('people.email', who.email)))
    .first({
      personId: 'people.id',
      name: 'people.name',
      email: 'people.email',
      passwordHash: 'people.password_hash',
      secondFactorSince: 'second_factors.proved_at',
    });
}

/** The address a person signs in with. */
export async function emailOf(connection: Connection, personId: string): Promise<string> {
  return (await connection('people').where({ id: personId }).first('email'))?.email ?? '';
}

export async function changePasswordHash(
  connection: Connection,
  personId: string,
  passwordHash: string,
): Promise<void> {
  await connection('people').where({ id: personId }).update({ password_hash: passwordHash });
}

export async function findSetting(connection: Connection, id: string): Promise<Setting | undefined> {
  return await connection('settings').where({ id }).first('id', 'name');
}

export interface NewPerson {
  email: string;
  name: string;
  passwordHash: string;
}

/** The new person's id, or undefined when the e-mail address is taken; then nothing was written. */
export async function insertPerson(
  connection: Connection,
  person: NewPerson,
  at: Instant,
): Promise<string | undefined> {
  const id = randomUUID();
  const row = { id, email: person.email, name: person.name, password_hash: person.passwordHash, created_at: at };
  const written = await connection('people').insert(row).onConflict('email').ignore().returning('id');
  return written.length === 0 ? undefined : id;
}

export async function administratorExists(connection: Connection): Promise<boolean> {
  const role: Role = 'administrator';
  return (await connection('memberships').where({ role }).first('person_id')) !== undefined;
}

/** Every setting, oldest first. */
export async function listSettings(connection: Connection): Promise<Setting[]> {
  return await connection('settings').orderBy(['created_at', 'id']).select('id', 'name');
}

/** Adds a setting and returns its id. `timeZone` is an IANA name. */
export async function insertSetting(
  connection: Connection,
  setting: { name: string; timeZone: string },
  at: Instant,
): Promise<string> {
  const id = randomUUID();
  await connection('settings').insert({ id, name: setting.name, time_zone: setting.timeZone, created_at: at });
  return id;
}

export async function renameSetting(connection: Connection, setting: Setting): Promise<void> {
  await connection('settings').where({ id: setting.id }).update({ name: setting.name });
}
