import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import sinon from 'sinon';
import { createAudit } from '../../../server/audit/audit.ts';
import { exportEntries } from '../../../server/audit/export.ts';
import { createDelivery } from '../../../server/commands/delivery.ts';
import type { Ordering } from '../../../server/commands/order-guards.ts';
import { holdsOnDevices } from '../../../server/holds/hold-store.ts';
import type { Handlers } from '../../../server/http/handlers.ts';
import { createOrders } from '../../../server/orders.ts';
import { storePolicy } from '../../../server/policy/policy-store.ts';
import { createPresence } from '../../../server/realtime/presence.ts';
import { createSecurity } from '../../../server/security/security.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { type ErrorCode, StatedError } from '../../../shared/api/errors.ts';
import type { Role } from '../../../shared/api/people.ts';
import type { BodyOf, SentBodyOf } from '../../../shared/api/routes.ts';
import { type AuditEntryView, auditEntryViewSchema } from '../../../shared/api/safeguards.ts';
import type { Envelope } from '../../../shared/command/envelope.ts';
import type { CommandKind } from '../../../shared/command/kinds.ts';
import { instant } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { defaultPolicy, type Policy } from '../../../shared/policy/document.ts';
import type { MoveMessage } from '../../../shared/wire/messages.ts';
import { testSigner } from '../audit/test-signer.ts';
import { manualClock } from '../server/manual-clock.ts';

export const reason = 'left signed in at closing time';
export const minute = 60_000;
export const hour = 60 * minute;

/** The real features on a real database, joined as the server joins them; only certificates and sockets are told to a fake. */
export async function startOrdersRig() {
  const db = await openDatabase('sqlite::memory:');
  const clock = manualClock();
  const time = { elapsed: 0 };
  const audit = createAudit({ clock, signer: testSigner() });
  for (const id of ['s', 't']) {
    await db('settings').insert({ id, name: id, time_zone: 'Europe/London', created_at: instant(clock.now()) });
  }
  const state = { administrators: 1, lately: 0, revocationFails: false };
  const connected = new Set<string>();
  const sent: { deviceId: string; envelope: Envelope }[] = [];
  const revoke = sinon.fake.resolves(undefined);
  const spent = sinon.fake.resolves(undefined);
  const deviceLeft = sinon.fake();
  const eventsTold: number[] = [];
  const changed: string[] = [];
  const approvers = { ask: sinon.fake.resolves(undefined), settled: sinon.fake.resolves(undefined) };
  const presence = createPresence({
    clock,
    elapsed: () => time.elapsed,
    changed: () => {},
    flush: () => Promise.resolve(),
  });
  const security = createSecurity({ db, clock, audit, changed: (id) => void eventsTold.push(id) });
  const pair = generateKeyPairSync('ed25519');
  const delivery = createDelivery({
    db,
    clock,
    log: silentLog,
    audit,
    signingKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    holdsOf: holdsOnDevices,
    approvers,
    isConnected: (id) => connected.has(id),
    send: (deviceId, envelope) => void sent.push({ deviceId, envelope }),
    changed: (ids) => void changed.push(...ids),
  });
  const orders = createOrders({
    db,
    clock,
    log: silentLog,
    audit,
    presence,
    security,
    administratorsOf: () =>
      Promise.resolve({ now: state.administrators, lately: Math.max(state.administrators, state.lately) }),
    spendConfirmation: spent,
    approvers,
    revoke: (...order) => (state.revocationFails ? Promise.reject(new Error('disk full')) : revoke(...order)),
    endFindings: () => Promise.resolve([]),
    isConnected: (id) => connected.has(id),
    told: {
      commandsChanged: (ids) => void changed.push(...ids),
      incidentsChanged: () => {},
      nudge: delivery.nudge,
      hand: delivery.hand,
      sealAhead: delivery.sealAhead,
      devicesChanged: () => {},
      deviceLeft,
    },
  });

  const device = async (name: string, changes: Record<string, unknown> = {}): Promise<string> => {
    const id = randomUUID();
    const at = instant(clock.now());
    await db('devices').insert({
      id,
      setting_id: 's',
      name,
      kind: 'laptop',
      child_facing: false,
      platform: 'linux',
      epoch: 1,
      enrolled_at: at,
      observe_mode: false,
      created_at: at,
      ...changes,
    });
    return id;
  };

  return {
    db,
    clock,
    time,
    state,
    audit,
    presence,
    security,
    delivery,
    orders,
    connected,
    sent,
    revoke,
    spent,
    approvers,
    deviceLeft,
    eventsTold,
    changed,
    device,
    commandKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    /** Time passes, by the clock and otherwise. */
    pass: (ms: number): void => {
      clock.move(ms);
      time.elapsed += ms;
    },
    forbid: (id: string, kinds: readonly CommandKind[]) =>
      db('devices')
        .where({ id })
        .update({ forbids: JSON.stringify(kinds) }),
    policy: (change: Partial<Policy>) =>
      storePolicy(db, 's', { ...defaultPolicy, ...change }, { actor: 'Ada', at: instant(clock.now()) }),
    order: (ordering: Ordering, id: string, body: Partial<SentBodyOf<'orderCommand'>> & { kind: CommandKind }) =>
      orders.routes.orderCommand(asked(ordering, { id }, { args: {}, reason, ...body } as BodyOf<'orderCommand'>)),
    hold: (deviceId: string | null, ordering = person('safeguarding-lead', { name: 'Lena' })) =>
      orders.routes.setHold(asked(ordering, {}, { deviceId, reason: 'evidence of a case' })),
    /** What a device says of an order. */
    say: (deviceId: string, commandId: string, to: MoveMessage['to'], more: Partial<MoveMessage> = {}) =>
      orders.intake.take({ deviceId, settingId: 's' }, { commandId, to, at: instant(clock.now()), ...more }),
    entriesOf: (subject: string) => entriesOf(db, subject),
    auditOf: async (subject: string): Promise<string[]> => (await entriesOf(db, subject)).map(({ action }) => action),
    stop: async (): Promise<void> => {
      await orders.intake.stop();
      await delivery.stop();
      await db.destroy();
    },
  };
}

/** What the audit log of setting `s` says of something, oldest first. */
async function entriesOf(db: Database, subject: string): Promise<AuditEntryView[]> {
  const lines: string[] = [];
  for await (const piece of exportEntries(db, 's', 'jsonl')) lines.push(...piece.trimEnd().split('\n'));
  return lines.map((line) => auditEntryViewSchema.parse(JSON.parse(line))).filter((entry) => entry.subject === subject);
}

export type OrdersRig = Awaited<ReturnType<typeof startOrdersRig>>;

/** A person with a sign-in, whose password was given again unless said otherwise. */
export function person(
  role: Role,
  {
    id = role as string,
    name = role as string,
    confirmed = true,
    secondFactor = true,
    settingId = 's',
    approvesFrom = '2026-01-01T00:00:00.000Z' as string | null,
  } = {},
): Ordering {
  const asker = { kind: 'person', id, name, role, settingId } as const;
  const confirmedUntil = confirmed ? '2099-01-01T00:00:00.000Z' : null;
  const session = {
    asker,
    sessionId: id,
    csrfToken: '',
    confirmedUntil,
    secondFactor: { on: secondFactor, overdue: false },
    approvesFrom,
  };
  return { asker, session };
}

/** A program with an API token. */
export function token(role: Role): Ordering {
  return { asker: { kind: 'token', id: `token-${role}`, name: 'program', role, settingId: 's' }, session: undefined };
}

/** What a handler gets once the edge has let a request through. */
export function asked<Body, Query = undefined>(
  { asker, session }: Ordering,
  params: Record<string, string>,
  body: Body,
  query?: Query,
) {
  // Handlers of these features never touch the request itself.
  const http = undefined as unknown as Parameters<Handlers['setUp']>[0]['http'];
  return { asker, session, params, body, query: query as Query, http };
}

/** The code of the refusal a promise ends in, and the fields it names. */
export async function refused(
  promise: Promise<unknown>,
): Promise<{ code: ErrorCode; fields: string[]; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StatedError)
      return { code: error.code, fields: Object.keys(error.fields ?? {}), message: error.message };
    throw error;
  }
  return expect.fail('was not refused');
}

export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode> {
  return (await refused(promise)).code;
}
