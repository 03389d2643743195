import { randomUUID } from 'node:crypto';
import { createAudit } from '../../../server/audit/audit.ts';
import type { Asker } from '../../../server/http/asker.ts';
import type { KnownTo } from '../../../server/notify/known.ts';
import type { Telling } from '../../../server/notify/notices.ts';
import { createNotify } from '../../../server/notify/notify.ts';
import { createMailer, type SendLetter } from '../../../server/notify/smtp.ts';
import { createAddressRule } from '../../../server/notify/webhook-target.ts';
import { listMembers, putMembership } from '../../../server/people/memberships-store.ts';
import { insertPerson } from '../../../server/people/people-store.ts';
import { seal, unseal } from '../../../server/people/sealed.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import type { Role } from '../../../shared/api/people.ts';
import { type Clock, instant } from '../../../shared/instant.ts';
import { type Log, silentLog } from '../../../shared/log.ts';
import { testSigner } from '../audit/test-signer.ts';
import { manualClock } from '../server/manual-clock.ts';
import { certificate } from './mail-server.ts';

export const settingId = '5e771e00-0000-4000-8000-000000000001';
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
const key = Buffer.alloc(32, 7);

interface RigOptions {
  smtpPort?: number;
  /** Another way to send; the real one over SMTP unless given. */
  send?: SendLetter;
  url?: string;
  /** Whom the mail server's certificate is of; this process's own unless given. */
  ca?: string;
  start?: number;
  log?: Log;
  /** Who may know of what; by default everybody of everything that was told them: there are no cases here. */
  knownTo?: (clock: Clock) => KnownTo;
  /** A file instead of memory, so that two can stand on it. */
  database?: Database;
}

/** The real feature on a real database and a real SMTP connection; only time stands still. */
export async function startNotifyRig(options: RigOptions = {}) {
  const clock = manualClock(options.start ?? Date.UTC(2026, 10, 18, 9));
  const db = options.database ?? (await openDatabase('sqlite::memory:'));
  const known = await db('settings').where({ id: settingId }).first('id');
  if (known === undefined)
    await db('settings').insert({
      id: settingId,
      name: 'Acorns',
      time_zone: 'Europe/London',
      created_at: instant(clock.now()),
    });
  const log = options.log ?? silentLog;
  const audit = createAudit({ clock, signer: testSigner() });
  const from = 'hometime@acorns.example';
  const target = { host: '127.0.0.1', port: options.smtpPort ?? 1, tls: 'upgraded', auth: undefined } as const;
  const limits = { connectMs: 1_500, silenceMs: 1_500, wholeMs: 3_000 };
  const send = options.send ?? createMailer({ target, from, ca: options.ca ?? certificate.cert, limits });
  const time = { elapsed: 0 };
  const mayReach = createAddressRule([{ address: '127.0.0.1', prefix: 32 }]);
  const notify = createNotify({
    db,
    clock,
    log,
    audit,
    url: options.url ?? 'https://hometime.example',
    mail: options.smtpPort === undefined && options.send === undefined ? undefined : { from, send },
    mayReach,
    secrets: { seal: (owner, text) => seal(key, owner, text), unseal: (owner, text) => unseal(key, owner, text) },
    membersOf: (connection, id) => listMembers(connection, { settingId: id, now: instant(clock.now()) }),
    knownTo: options.knownTo?.(clock) ?? (async () => ({ sql: '1', bindings: [] })),
    settingIds: async () => [settingId],
    settingName: async () => 'Acorns',
    devicesOf: async () => ({ all: 4, urgent: 1, act: 1, cannotTell: 1, clear: 1 }),
    elapsed: () => time.elapsed,
    random: () => 0.5,
    webhooks: { ca: certificate.cert, wholeMs: 2_000 },
  });
  return {
    db,
    clock,
    notify,
    pass: (ms: number): void => {
      clock.move(ms);
      time.elapsed += ms;
    },
    /** Adds a person with a role; answers who they are as the asker of a request. */
    person: async (role: Role, name: string): Promise<Asker> => {
      const email = `${name.toLowerCase().replaceAll(' ', '.')}@acorns.example`;
      const id = await insertPerson(db, { email, name, passwordHash: 'none' }, instant(clock.now()));
      if (id === undefined) throw new Error('taken');
      await putMembership(db, { personId: id, settingId, role, until: null }, instant(clock.now()));
      return { kind: 'person', id, name, role, settingId };
    },
    /** Tells something in a transaction of its own. */
    tell: (telling: Partial<Telling> = {}) =>
      db.transaction((transaction) =>
        notify.notices.tell(transaction, {
          settingId,
          matter: { kind: 'incident', id: randomUUID() },
          severity: 'urgent',
          ...telling,
        }),
      ),
    stop: () => db.destroy(),
  };
}

export type NotifyRig = Awaited<ReturnType<typeof startNotifyRig>>;
