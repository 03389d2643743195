import { z } from 'zod';
import { type Envelope, envelopeSchema } from '../../shared/command/envelope.ts';
import { commandEvidenceSchema } from '../../shared/command/kinds.ts';
import { commandStateSchema, IllegalMoveError, isFinal, mayMove } from '../../shared/command/life.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import { type MoveMessage, moveMessageSchema } from '../../shared/wire/messages.ts';
import { type JournalKeeping, openJournal } from './journal-check.ts';
import { JournalChanged, type JournalSeal, sealedText } from './journal-seal.ts';
import { checkMove, prune, readSealed, sealAnew } from './sealed-order.ts';
import type { Connection, Sqlite } from './sqlite.ts';

/** An order as the journal holds it. */
export interface JournalledOrder {
  id: string;
  envelope: Envelope;
  state: MoveMessage['to'];
  /** What the executor noted before it acted; null before that. */
  plan: string | null;
}

/** A move that waits for the server's acknowledgement. */
export interface JournalledMove {
  number: number;
  message: MoveMessage;
}

export interface JournalStore {
  /**
   * Looks at all of it, tells of what was changed, and makes it whole (journal-check.ts). What follows waits for it, and
   * tries again where it failed. Rejects where the disk takes nothing, and only when there is something to write.
   */
  open(): Promise<void>;
  /** The state of an order that is known; undefined: never seen. */
  find(id: string): Promise<JournalledOrder | undefined>;
  /** Writes a new order with its first move, and with the one that followed at once. Throws when the id is known. */
  receive(
    envelope: Envelope,
    expiresAt: Instant,
    move: MoveMessage,
    begun?: { move: MoveMessage; plan: string },
  ): Promise<void>;
  /** Writes a move of a known order, with the executor's plan when there is one. Throws IllegalMoveError outside the table of moves. */
  move(move: MoveMessage, plan?: string): Promise<void>;
  /** Orders in a state, in the order they came. */
  inState(state: 'received' | 'started'): Promise<JournalledOrder[]>;
  /** Moves the server has not acknowledged, oldest first. */
  unacknowledged(limit: number): Promise<JournalledMove[]>;
  /** The server took the moves, or said (`code`) that it never will. One commit. */
  settle(...settled: readonly { number: number; code?: string | undefined }[]): Promise<void>;
  /** Whether the order has its outcome and the server acknowledged every move of it. */
  isSettled(id: string): Promise<boolean>;
  /** Whether the server acknowledged the newest move, and so was told every one before; one that it refused it does not have. */
  isTold(id: string): Promise<boolean>;
  /** Verified orders whose signed text holds `word`, for those that end the journal itself. `told`: only those the server acknowledged. */
  verifiedWith(word: string, which: 'told' | 'any'): Promise<JournalledOrder[]>;
  /** Makes every move of an order wait for acknowledgement again: the server asked, so its own record may be older, also of one that still runs. */
  tellAgain(id: string): Promise<void>;
  /** Orders without an outcome, or with moves the server has not acknowledged. */
  openIds(limit: number): Promise<string[]>;
  /** Forgets orders that are done and told, and over for thirty days. `serverNow` in milliseconds. */
  prune(serverNow: number): Promise<number>;
}

const orderRow = z
  .object({
    id: z.string(),
    envelope: z.string(),
    state: moveMessageSchema.shape.to,
    plan: z.string().nullable(),
  })
  .transform((row): JournalledOrder => ({ ...row, envelope: envelopeSchema.parse(JSON.parse(row.envelope)) }));

const moveRow = z
  .object({
    number: z.int(),
    order_id: z.string(),
    state: z.string(),
    at: z.string(),
    reason: z.string().nullable(),
    evidence: z.string().nullable(),
  })
  .transform((row): JournalledMove => {
    const { number, order_id: commandId, state: to, at, reason, evidence } = row;
    const message = moveMessageSchema.parse({
      commandId,
      to,
      at,
      ...(reason === null ? {} : { reason }),
      ...(evidence === null ? {} : { evidence: commandEvidenceSchema.parse(JSON.parse(evidence)) }),
    });
    return { number, message };
  });

/** Moves that the server took; others are settled by the code of its refusal. */
const acknowledged = 'acknowledged';

/**
 * An order's id is kept this long after the order expired. It is pruned by the
 * server's clock only: a device whose own clock ran ahead would otherwise forget
 * an order that is still good, and run it again.
 */
const keptAfterExpiryMs = 30 * 24 * 60 * 60 * 1000;

/** With what seals it. */
const sealedOrderRow = z
  .object({ seal: z.unknown(), text: z.string() })
  .loose()
  .transform(({ seal, text, ...order }) => ({ seal, text, order }));

interface StoreKeeping extends JournalKeeping {
  /** It is whole now, which may have changed what it is worth. What is asked of the journal waits for it. */
  onOpened?(): Promise<void>;
  /** It was changed while in use: end, and start again, for a start looks at all of it. */
  onChangedInUse?(error: JournalChanged): void;
}

/**
 * The record that makes "once" true: every order by id, and every move of it, committed before anything is done.
 * INVARIANT: an order is handed out to be acted upon, and changed, only as it was sealed (journal-seal.ts).
 */
export function createJournalStore(database: Sqlite, keeping: StoreKeeping): JournalStore {
  const { seal } = keeping;
  let opening: Promise<unknown> | undefined;
  let isTold = false;
  const told = async () => {
    if (!isTold) await keeping.onChanged();
    isTold = true;
  };

  function open(): Promise<unknown> {
    opening ??= openJournal(database, { ...keeping, onChanged: told })
      .then(() => keeping.onOpened?.())
      .catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
    return opening;
  }

  async function opened<Result>(work: (connection: Sqlite) => Promise<Result>): Promise<Result> {
    await open();
    try {
      return await work(database);
    } catch (error) {
      if (error instanceof JournalChanged) keeping.onChangedInUse?.(error);
      throw error;
    }
  }
  const changing = <Result>(work: (connection: Connection) => Promise<Result>) =>
    opened(() => database.transaction(work));

  return {
    open: async () => void (await open()),
    find: (id) =>
      opened(
        async () => (await database.all(orderRow, 'select id, envelope, state, plan from orders where id = ?', id))[0],
      ),
    receive: (envelope, expiresAt, move, begun) =>
      changing(async (connection) => {
        if (begun !== undefined && !mayMove(move.to, begun.move.to)) throw new IllegalMoveError(move.to, begun.move.to);
        await connection.run(
          'insert into orders (id, envelope, state, expires_at, plan) values (?, ?, ?, ?, ?)',
          envelope.id,
          JSON.stringify(envelope),
          (begun?.move ?? move).to,
          expiresAt,
          begun?.plan ?? null,
        );
        await insertMove(connection, move);
        if (begun !== undefined) await insertMove(connection, begun.move);
        const { text, head } = await readSealed(connection, envelope.id);
        await sealAnew(connection, seal, { id: envelope.id, text, head });
      }),
    move: (move, plan) =>
      changing(async (connection) => {
        const { before, head } = await checkMove(connection, seal, move);
        await insertMove(connection, move);
        const [changed] = await connection.all(
          z.object({ text: z.string() }),
          `update orders set state = ?, plan = coalesce(?, plan) where id = ? returning ${sealedText} as text`,
          ...[move.to, plan ?? null, move.commandId],
        );
        await sealAnew(connection, seal, { id: move.commandId, text: changed?.text ?? '', head, before });
      }),
    inState: (state) => opened(() => sealedOrders(database, seal, 'where state = ? order by orders.number', state)),
    unacknowledged: (limit) =>
      opened(() =>
        database.all(
          moveRow,
          'select number, order_id, state, at, reason, evidence from moves where settled is null order by number limit ?',
          limit,
        ),
      ),
    settle: async (...settled) => {
      const rows = settled.map(({ number, code = acknowledged }) => [number, code]);
      await database.run(
        'update moves set settled = one.value ->> 1 from json_each(?) as one where number = one.value ->> 0',
        JSON.stringify(rows),
      );
    },
    isSettled: (id) => isSettled(database, id),
    isTold: async (id) => {
      const sql = 'select settled from moves where order_id = ? order by number desc limit 1';
      const [last] = await database.all(z.object({ settled: z.string().nullable() }), sql, id);
      return last?.settled === acknowledged;
    },
    verifiedWith: (word, which) =>
      opened(() =>
        sealedOrders(
          database,
          seal,
          `where state = 'verified' and instr(envelope, ?) > 0
             and (? = 'any' or id not in (select order_id from moves where settled is null))`,
          ...[word, which],
        ),
      ),
    tellAgain: async (id) => {
      await database.run('update moves set settled = null where order_id = ?', id);
    },
    openIds: async (limit) => {
      const rows = await database.all(
        z.object({ id: z.string() }),
        `select id from orders where state in ('received', 'started')
           or id in (select order_id from moves where settled is null) order by number limit ?`,
        limit,
      );
      return rows.map((row) => row.id);
    },
    prune: (serverNow) => changing((connection) => prune(connection, seal, instant(serverNow - keptAfterExpiryMs))),
  };
}

/** Orders to be acted upon. Throws JournalChanged when one is not as it was sealed. `where`: the end of the statement. */
async function sealedOrders(
  database: Sqlite,
  seal: JournalSeal,
  where: string,
  ...values: string[]
): Promise<JournalledOrder[]> {
  const sql = `select id, envelope, state, plan, seal, ${sealedText} as text from orders ${where}`;
  const rows = await database.all(sealedOrderRow, sql, ...values);
  return rows.map((row) => {
    if (!seal.isOf(row.text, row.seal)) throw new JournalChanged();
    return orderRow.parse(row.order);
  });
}

async function isSettled(database: Sqlite, id: string): Promise<boolean> {
  const rows = await database.all(
    z.object({ state: commandStateSchema, untold: z.int() }),
    'select state, (select count(*) from moves where order_id = orders.id and settled is null) as untold from orders where id = ?',
    id,
  );
  const [order] = rows;
  return order !== undefined && order.untold === 0 && isFinal(order.state);
}

async function insertMove(connection: Connection, move: MoveMessage): Promise<void> {
  await connection.run(
    'insert into moves (order_id, state, at, reason, evidence) values (?, ?, ?, ?, ?)',
    move.commandId,
    move.to,
    move.at,
    move.reason ?? null,
    move.evidence === undefined ? null : JSON.stringify(move.evidence),
  );
}
