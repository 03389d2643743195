import { type Audit, createAudit } from '../../../server/audit/audit.ts';
import type { HeadSigner } from '../../../server/audit/chain.ts';
import { findCommands } from '../../../server/commands/command-rows.ts';
import { movesOfCommands } from '../../../server/commands/command-views.ts';
import { createCommands } from '../../../server/commands/commands.ts';
import { createDelivery } from '../../../server/commands/delivery.ts';
import { createMoveIntake } from '../../../server/commands/move-intake.ts';
import { createOrdersOut } from '../../../server/commands/orders-out.ts';
import { findDeviceOf } from '../../../server/devices/device-store.ts';
import { holdsOnDevices } from '../../../server/holds/hold-store.ts';
import type { Lender } from '../../../server/storage/ask.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import type { RawConnection } from '../../../server/storage/statements.ts';
import type { Envelope } from '../../../shared/command/envelope.ts';
import type { NamedSession } from '../../../shared/command/kind/logout.ts';
import type { Clock } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import type { MoveMessage } from '../../../shared/wire/messages.ts';

/** A moment at which this server is gone: nothing after it happens. */
export class ServerGone extends Error {}

export interface ServerLifeParts {
  url: string;
  clock: Clock;
  signer: HeadSigner;
  signingKey: string;
  /** Called before and after each commit; throws ServerGone, or what a full disk throws. */
  at(moment: 'before commit' | 'after commit'): void;
  isConnected(deviceId: string): boolean;
  send(deviceId: string, envelope: Envelope): void;
}

export type ServerLife = Awaited<ReturnType<typeof startServerLife>>;

const asker = { kind: 'person', id: 'somebody', name: 'Sam', role: 'administrator' } as const;

/** One run of the part of the server that gives orders, on the real database. */
export async function startServerLife(parts: ServerLifeParts) {
  const { clock, signer } = parts;
  let gone = false;
  const real = await openDatabase(parts.url);
  const db = guarded(real, (moment) => {
    try {
      if (gone) throw new ServerGone('it is gone');
      parts.at(moment);
    } catch (error) {
      if (error instanceof ServerGone) gone = true;
      throw error;
    }
  });
  const audit: Audit = createAudit({ clock, signer });
  const approvers = { ask: async () => {}, settled: async () => {} };
  const delivery = createDelivery({
    ...{ db, clock, log: silentLog, audit, signingKey: parts.signingKey },
    holdsOf: holdsOnDevices,
    approvers,
    isConnected: (id) => !gone && parts.isConnected(id),
    send: (id, envelope) => {
      if (!gone) parts.send(id, envelope);
    },
    changed: () => {},
  });
  const out = createOrdersOut();
  const commands = createCommands({
    ...{ db, clock, audit, out, approvers, deviceOf: findDeviceOf, holdsOf: holdsOnDevices },
    wipeApprovalOf: async () => 'never',
    administratorsOf: async () => ({ now: 1, lately: 1 }),
    spendConfirmation: async () => {},
    changed: () => {},
    nudge: delivery.nudge,
    isConnected: (id) => !gone && parts.isConnected(id),
    hand: delivery.hand,
    sealAhead: delivery.sealAhead,
  });
  const intake = createMoveIntake({
    ...{ db, clock, log: silentLog, audit, out },
    notice: async () => 0,
    leave: () => Promise.reject(new Error('nobody leaves here')),
    taken: ({ nudged }) => delivery.nudge(nudged),
  });
  return {
    isGone: () => gone,
    order: (settingId: string, deviceId: string, session: NamedSession) =>
      commands.order({ asker: { ...asker, settingId }, session: undefined }, deviceId, {
        kind: 'logout',
        args: { sessions: [session] },
        reason: 'a schedule',
      }),
    cancel: (settingId: string, id: string) => commands.cancel({ asker: { ...asker, settingId } }, id),
    take: (peer: { deviceId: string; settingId: string }, message: MoveMessage) => intake.take(peer, message),
    deviceCame: delivery.deviceCame,
    /** The order with its moves, read past all guards. */
    async look(id: string) {
      const [command] = await findCommands(real, [id]);
      return { state: command?.state, moves: (await movesOfCommands(real, [id])).get(id) ?? [] };
    },
    db: real,
    audit,
    async stop(): Promise<void> {
      gone = true;
      await delivery.stop().catch(() => {});
      await intake.stop().catch(() => {});
      await real.destroy();
    },
  };
}

/** The database with a moment before and after each commit. What is thrown before it undoes the transaction. */
function guarded(db: Database, at: ServerLifeParts['at']): Database {
  const transaction = async <Result>(work: (connection: Database) => Promise<Result>): Promise<Result> => {
    const result = await db.transaction(async (connection) => {
      const done = await work(connection);
      at('before commit');
      return done;
    });
    at('after commit');
    return result;
  };
  return new Proxy(db, {
    get: (target, name, receiver) => {
      if (name === 'transaction') return transaction;
      return name === 'client' ? guardedClient(target.client, at) : Reflect.get(target, name, receiver);
    },
  });
}

/** What `ask` uses: here a statement that writes is a commit by itself. */
function guardedClient(client: Lender, at: ServerLifeParts['at']): Lender {
  return {
    acquireConnection: async () => {
      const raw = await client.acquireConnection();
      const all: RawConnection['all'] = (sql, values, done) => {
        if (!sql.startsWith('insert into written')) return raw.all(sql, values, done);
        const failed = unlessQuiet(() => at('before commit'));
        if (failed !== undefined) return done.call({}, failed);
        raw.all(sql, values, (error, rows) =>
          done.call({}, error ?? unlessQuiet(() => at('after commit')) ?? null, rows),
        );
      };
      return Object.assign(Object.create(raw), { all, lent: raw });
    },
    releaseConnection: (lent) => client.releaseConnection('lent' in lent ? Object.getPrototypeOf(lent) : lent),
  };
}

function unlessQuiet(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
