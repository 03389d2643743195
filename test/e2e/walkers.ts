import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Base, openBase } from '../../server/base.ts';
import { readConfig } from '../../server/config.ts';
import { putMembership } from '../../server/people/memberships-store.ts';
import { argon2 } from '../../server/people/passwords.ts';
import { insertPerson, insertSetting } from '../../server/people/people-store.ts';
import { digestOf } from '../../server/people/secrets.ts';
import { confirmedMs, openSession } from '../../server/people/sessions.ts';
import { confirmSignIn, findSignIn } from '../../server/people/sign-ins-store.ts';
import { type Role, roleSchema } from '../../shared/api/people.ts';
import { instant, systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';

/** Somebody who walks the routes: which role they have and how they prove it. */
export interface Walker {
  name: string;
  kind: 'person' | 'token' | 'nobody';
  role: Role | undefined;
  /** The setting whose things are walked over, or another. */
  at: 'here' | 'elsewhere';
  confirmed: boolean;
  overdue: boolean;
  /** Headers of a sign-in of its own, so that a route that ends it ends nobody else's. */
  headers(): Promise<Record<string, string>>;
}

const hourMs = 3_600_000;

/** The people of two settings, beside a running server, on its own database. */
export async function openWalkers(folder: string): Promise<{ base: Base; walkers: Walker[]; here: string }> {
  const base = await openBase(readConfig({}, join(folder, 'server')), { clock: systemClock, log: silentLog });
  const now = instant(systemClock.now());
  const here = await base.people.ensureSetting('test');
  const elsewhere = await base.db.transaction(async (connection) => {
    const id = await insertSetting(connection, { name: 'Elsewhere', timeZone: 'Europe/London' }, now);
    await base.audit(connection, { settingId: id, actor: 'test', action: 'setting.made' });
    return id;
  });
  const walkers: Walker[] = [nobody];
  for (const role of roleSchema.options) {
    walkers.push(await person(base, { role, settingId: here, at: 'here', confirmed: true }));
    walkers.push(await token(base, { role, settingId: here }));
  }
  walkers.push(await person(base, { role: 'administrator', settingId: here, at: 'here', confirmed: false }));
  walkers.push(
    await person(base, { role: 'administrator', settingId: here, at: 'here', confirmed: true, overdue: true }),
  );
  for (const role of ['administrator', 'safeguarding-lead'] as const) {
    walkers.push(await person(base, { role, settingId: elsewhere, at: 'elsewhere', confirmed: true }));
  }
  return { base, walkers, here };
}

const nobody: Walker = {
  name: 'nobody',
  kind: 'nobody',
  role: undefined,
  at: 'here',
  confirmed: false,
  overdue: false,
  headers: async () => ({}),
};

async function person(
  base: Base,
  of: { role: Role; settingId: string; at: Walker['at']; confirmed: boolean; overdue?: boolean },
): Promise<Walker> {
  const { role, settingId, at, confirmed, overdue = false } = of;
  const since = instant(systemClock.now() - (overdue ? 25 * hourMs : 0));
  const passwordHash = await argon2.hash(randomBytes(16).toString('hex'), {
    memoryCost: 1_024,
    timeCost: 1,
    parallelism: 1,
  });
  const email = `${role}-${randomBytes(4).toString('hex')}@example.org`;
  const personId = await insertPerson(base.db, { email, name: `The ${role}`, passwordHash }, since);
  if (personId === undefined) throw new Error('the address is taken');
  await putMembership(base.db, { personId, settingId, role, until: null }, since);
  const words = [at, confirmed ? 'confirmed' : 'unconfirmed', ...(overdue ? ['second factor overdue'] : [])];
  return {
    name: `${role} (${words.join(', ')})`,
    kind: 'person',
    role,
    at,
    confirmed,
    overdue,
    headers: async () => {
      const { secret, view } = await base.db.transaction((connection) =>
        openSession(connection, systemClock, { personId, settingId }, { address: '127.0.0.1' }),
      );
      const row = await findSignIn(base.db, digestOf(secret), instant(systemClock.now()));
      if (confirmed && row !== undefined)
        await confirmSignIn(base.db, row.id, instant(systemClock.now() + confirmedMs));
      return { cookie: `hometime_session=${secret}`, 'x-csrf-token': view.csrfToken };
    },
  };
}

async function token(base: Base, { role, settingId }: { role: Role; settingId: string }): Promise<Walker> {
  const { secret } = await base.people.addToken({ settingId, name: `a ${role}`, role }, 'test');
  return {
    name: `token of a ${role}`,
    kind: 'token',
    role,
    at: 'here',
    confirmed: false,
    overdue: false,
    headers: async () => ({ authorization: `Bearer ${secret}` }),
  };
}
