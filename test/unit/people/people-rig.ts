import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import sinon from 'sinon';
import { z } from 'zod';
import { createAudit } from '../../../server/audit/audit.ts';
import { createAuthenticator } from '../../../server/people/authenticate.ts';
import { createGate, passwordGateLimits } from '../../../server/people/gate.ts';
import { createKnownBrowsers } from '../../../server/people/known-browsers.ts';
import { argon2, createPasswords } from '../../../server/people/passwords.ts';
import { createPeople } from '../../../server/people/people.ts';
import { createThrottle } from '../../../server/people/throttle.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { type ErrorCode, StatedError } from '../../../shared/api/errors.ts';
import { testSigner } from '../audit/test-signer.ts';

export const rightPassword = 'correct horse battery';
export const owner = { email: 'amina@nursery.example', name: 'Amina Khan', password: rightPassword };
export const second = 1_000;
export const hour = 60 * 60 * second;

/** The real service on a real database file, with a clock that can be moved and argon2 counted. */
export async function startRig() {
  const folder = await mkdtemp(join(tmpdir(), 'hometime-people-'));
  const url = `sqlite:${join(folder, 'hometime.sqlite')}`;
  const db = await openDatabase(url);
  const time = { now: Date.parse('2026-11-02T08:00:00.000Z') };
  const clock = { now: () => time.now };
  const counted = { hash: sinon.spy(argon2.hash), verify: sinon.spy(argon2.verify) };
  const sessionEnded = sinon.fake();
  const sealing = randomBytes(32);
  const audit = createAudit({ clock, signer: testSigner() });
  const serve = (database: typeof db, hash: typeof argon2.hash = counted.hash) =>
    createPeople({
      db: database,
      clock,
      audit,
      passwords: createPasswords({ argon2: { hash, verify: counted.verify }, gate: createGate(passwordGateLimits) }),
      throttle: createThrottle({ clock }),
      keys: { sealing },
      knownBrowsers: createKnownBrowsers({ key: sealing, clock }),
      openOrdersOf: () => Promise.resolve(['open-order']),
      sessionEnded,
    });
  const people = serve(db);
  return {
    db,
    url,
    time,
    clock,
    audit,
    people,
    serve,
    sessionEnded,
    verifyCalls: () => counted.verify.callCount,
    hashCalls: () => counted.hash.callCount,
    authenticator: createAuthenticator({ people, db, audit }),
    async stop() {
      await db.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

const auditRowsSchema = z.array(
  z.object({
    setting_id: z.string().nullable(),
    actor: z.string(),
    action: z.string(),
    subject: z.string().nullable(),
    data: z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
  }),
);

/** Every entry of an action, oldest first. */
export async function auditOf(rig: Rig, action: string) {
  return auditRowsSchema.parse(await rig.db('audit_entries').where({ action }).orderBy('id'));
}

/** Everything the database holds, as text: what must not be in it is looked for here. */
export async function everythingStored(rig: Rig): Promise<string> {
  const tables = [
    'settings',
    'people',
    'memberships',
    'sign_ins',
    'tokens',
    'set_up_tokens',
    'audit_entries',
    'second_factors',
    'recovery_codes',
    'invitations',
  ];
  const rows = await Promise.all(tables.map((table) => rig.db(table).select()));
  return JSON.stringify(rows);
}

export async function countOf(rig: Rig, table: string): Promise<number> {
  return (await rig.db(table).select()).length;
}

/** The error a promise ends in; fails when it does not end in one, or in another kind. */
export async function refusal(promise: Promise<unknown>): Promise<StatedError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StatedError) return error;
    throw error;
  }
  expect.fail('was not refused');
}

export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode> {
  return (await refusal(promise)).code;
}
